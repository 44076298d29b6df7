#include "wrapper/ticker.hpp"

#include <unistd.h>

#include "plugin/host/file_io.hpp"

namespace pci_passthrough {
namespace {

constexpr std::chrono::milliseconds between(200);

void show(std::string_view text) { write_all(STDERR_FILENO, text); }

}  // namespace

Ticker::Ticker() : progress_(show, std::chrono::steady_clock::now()) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

void Ticker::write(std::string_view text, const Progress::Show& write) {
  if (progress() && ::isatty(STDOUT_FILENO) == 1) return progress_.write_beside(text, write);
  write(text);
}

void Ticker::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_one();
  thread_.join();
  progress_.write_beside("", [](std::string_view) {});
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, between, [this] { return has_ended_; }))
    progress_.tick(std::chrono::steady_clock::now());
}

}  // namespace pci_passthrough
