#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// Tells at a terminal what a call waits for, once the call takes longer than a second: one line,
/// overwritten as it goes on, and gone before anything else is written. From any thread.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Show = std::function<void(std::string_view)>;

  /// `show` writes to the terminal.
  Progress(Show show, Time begun) : show_(std::move(show)), begun_(begun) {}
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;

  /// Shows what is waited for, or that nothing is any more; to be called a few times a second.
  void tick(Time now);
  /// Writes something else to the same terminal. A line of it that is still open stays alone.
  void write_beside(std::string_view text, const Show& write);

 private:
  friend class Waiting;
  void draw(std::string line);
  void erase() { draw(""); }

  std::mutex mutex_;
  Show show_;
  Time begun_;
  const void* owner_ = nullptr;  ///< the Waiting that is told
  std::string what_, shown_;
  bool held_back_ = false;
};

/// As long as this lives it is waited for `what`: "Waiting for xapi". Of several that live the
/// first is told. Nobody listens where `progress` is null.
class Waiting {
 public:
  Waiting(Progress* progress, std::string what);
  ~Waiting();
  Waiting(const Waiting&) = delete;

  /// How far it is: "12 of 64 hosts answered".
  void now(std::string what);

 private:
  Progress* progress_;
};

}  // namespace pci_passthrough
