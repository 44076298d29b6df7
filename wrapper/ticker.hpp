#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "plugin/host/progress.hpp"

namespace pci_passthrough {

/// Progress on standard error, where that is a terminal; else none at all.
class Ticker {
 public:
  Ticker();
  ~Ticker() { stop(); }
  Ticker(const Ticker&) = delete;

  Progress* progress() { return thread_.joinable() ? &progress_ : nullptr; }
  /// To standard output, which may be the same terminal.
  void write(std::string_view text, const Progress::Show& write);
  void stop();

 private:
  void run();

  Progress progress_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace pci_passthrough
