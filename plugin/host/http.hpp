#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// What is posted. xapi wants a content-length and, on its socket, a header of less than 1024 bytes
/// (plugin/host/README.md, "xapi's socket").
struct HttpRequest {
  std::string target, type, body;  ///< "/jsonrpc", "application/json"
};

/// What came of it. The body has gone, in pieces, to whoever takes it.
struct HttpAnswer {
  unsigned status = 0;  ///< 200, also for an error of the API
  std::string error;    ///< why there is no whole answer: "did not answer in 20 s"; "" where it is
  bool nobody_listens = false;
};

/// Takes a piece of the body; false to hear no more.
using TakePiece = std::function<bool(std::string_view)>;

/// Reads the answer to what was sent, to its last byte, within a deadline of its own. Once only.
using ReadAnswer = std::function<HttpAnswer(std::chrono::milliseconds deadline, const TakePiece&)>;

/// Connects to a unix socket and posts, a connection a call. So several may be sent before the
/// first is read, and the wait for all of them is one.
ReadAnswer send(const std::string& socket, const HttpRequest& request,
                std::chrono::milliseconds deadline);

/// Both, within one deadline for all of it. Only the body of a 200 is handed on.
HttpAnswer post(const std::string& socket, const HttpRequest& request,
                std::chrono::milliseconds deadline, const TakePiece& take);

}  // namespace pci_passthrough
