#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "plugin/model/request.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {

inline const Caller with_session{false, "xapi", "OpaqueRef:s"};

struct Asked {
  std::map<std::string, boost::json::object> records;
  std::string failure;  ///< "CODE: sentence"
};

/// Something that listens where xapi would, below a root of its own, and answers each request as it
/// is told to.
class UnixServer {
 public:
  /// Writes to the connection what it likes; the head and the body of the request are given.
  using Answer = std::function<void(int fd, const std::string& request)>;

  explicit UnixServer(Answer answer, const std::string& below = "var/lib/xcp")
      : answer_(std::move(answer)) {
    std::filesystem::create_directories(directory_ / below);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ / (below + "/xapi");
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    listening_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 ||
        ::listen(listening_, 8) < 0)
      throw std::system_error(errno, std::generic_category(), path);
    thread_ = std::thread([this] { serve(); });
  }
  ~UnixServer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }

  const TemporaryDirectory& directory() const { return directory_; }
  std::vector<std::string> requests() const {
    const std::lock_guard guard(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (int fd; (fd = ::accept(listening_, nullptr, nullptr)) >= 0; ::close(fd)) {
      const auto request = read_request(fd);
      {
        const std::lock_guard guard(mutex_);
        requests_.push_back(request);
      }
      answer_(fd, request);
    }
  }

  static std::string read_request(int fd) {
    std::string text;
    char chunk[4096];
    for (ssize_t size; (size = ::read(fd, chunk, sizeof chunk)) > 0;) {
      text.append(chunk, static_cast<std::size_t>(size));
      const auto head = text.find("\r\n\r\n");
      const auto length = text.find("Content-Length: ");
      if (head != text.npos && length != text.npos &&
          text.size() >= head + 4 + std::strtoul(text.c_str() + length + 16, nullptr, 10))
        break;
    }
    return text;
  }

  TemporaryDirectory directory_;
  Answer answer_;
  int listening_ = -1;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

inline bool send_text(int fd, std::string_view text) {
  return ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

inline std::string http_reply(const std::string& body, const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\ncontent-length: " + std::to_string(body.size()) +
         "\r\nconnection: close\r\ncontent-type:text/html\r\n\r\n" + body;
}

}  // namespace pci_passthrough
