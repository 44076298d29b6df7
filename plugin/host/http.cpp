#include "plugin/host/http.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <memory>

namespace pci_passthrough {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;
using std::chrono::milliseconds;
using Local = asio::local::stream_protocol;

constexpr std::size_t piece_size = 64 << 10;

/// One call: each step is run to its end, or to the deadline, before the next.
class Exchange {
 public:
  explicit Exchange(milliseconds deadline) : deadline_(deadline) {
    stream_.expires_after(deadline);
  }

  void send(const std::string& socket, const HttpRequest& posted) {
    auto request = as_http(posted);
    error_ =
        await([&](auto done) { stream_.async_connect(Local::endpoint(socket), std::move(done)); });
    if (!error_)
      error_ = await([&](auto done) { http::async_write(stream_, request, std::move(done)); });
  }

  HttpAnswer answer(milliseconds left, const TakePiece& take) {
    HttpAnswer answer;
    answer.nobody_listens = error_ == asio::error::connection_refused;
    parser_.body_limit(boost::none);
    buffer_.reserve(piece_size);  // it is read as far as there is room, else 512 bytes at a time
    stream_.expires_after(left);
    if (!error_)
      error_ = await(
          [&](auto done) { http::async_read_header(stream_, buffer_, parser_, std::move(done)); });
    if (!error_) answer.status = parser_.get().result_int();
    if (answer.status == static_cast<unsigned>(http::status::ok)) error_ = read_body(take);
    if (error_) answer.error = words_for(error_);
    return answer;
  }

 private:
  static http::request<http::string_body> as_http(const HttpRequest& posted) {
    http::request<http::string_body> request{http::verb::post, posted.target, 11, posted.body};
    request.set(http::field::host, "localhost");
    request.set(http::field::user_agent, "pci-passthrough/" PCI_PASSTHROUGH_VERSION);
    request.set(http::field::content_type, posted.type);
    request.set(http::field::connection, "close");
    request.prepare_payload();
    return request;
  }

  template <typename Start>
  error_code await(Start start) {
    error_code result = beast::error::timeout;
    start([&result](error_code error, std::size_t = 0) { result = error; });
    context_.restart();
    context_.run();
    return result;
  }

  error_code read_body(const TakePiece& take) {
    while (!parser_.is_done()) {
      auto& body = parser_.get().body();
      body.data = piece_.data();
      body.size = piece_.size();
      const auto error =
          await([&](auto done) { http::async_read(stream_, buffer_, parser_, std::move(done)); });
      if (error && error != http::error::need_buffer) return error;
      if (!take({piece_.data(), piece_.size() - body.size})) break;
    }
    return {};
  }

  std::string words_for(error_code error) const {
    if (error == beast::error::timeout)
      return "did not answer in " + std::to_string((deadline_.count() + 999) / 1000) + " s";
    if (error == http::error::partial_message || error == http::error::end_of_stream)
      return "closed the connection before its answer was whole";
    return "cannot be asked: " + error.message();
  }

  milliseconds deadline_;
  error_code error_;
  asio::io_context context_;
  beast::basic_stream<Local, asio::io_context::executor_type> stream_{context_};
  beast::flat_buffer buffer_;
  http::response_parser<http::buffer_body> parser_;
  std::array<char, piece_size> piece_{};
};

}  // namespace

ReadAnswer send(const std::string& socket, const HttpRequest& request, milliseconds deadline) {
  const auto exchange = std::make_shared<Exchange>(deadline);
  exchange->send(socket, request);
  return
      [exchange](milliseconds left, const TakePiece& take) { return exchange->answer(left, take); };
}

HttpAnswer post(const std::string& socket, const HttpRequest& request, milliseconds deadline,
                const TakePiece& take) {
  const auto begun = std::chrono::steady_clock::now();
  const auto read = send(socket, request, deadline);
  const auto spent =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
  return read(deadline - spent, take);
}

}  // namespace pci_passthrough
