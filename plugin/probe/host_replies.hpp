#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "plugin/host/progress.hpp"
#include "plugin/host/xapi.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/pool.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// What the plugin of each host of the pool answers to version, list and, with `verdicts`, verify:
/// this one's too, so that all are asked alike. Sixteen side by side, a connection each, within one
/// deadline a question, one for a host and one for all. The question that they get names no scope,
/// so none of them asks further.
class HostReplies {
 public:
  /// Asks from now on. Throws Failure where xapi gives no session.
  HostReplies(const Host& host, const Caller& caller, const Pool& pool, bool verdicts);
  /// Waits for those that are being asked, and asks no other.
  ~HostReplies();
  HostReplies(const HostReplies&) = delete;

  /// Once: each reply as soon as it and those before it are there. It is read then, and not kept.
  void for_each(const TakeReply& take);

 private:
  struct Answers {
    std::vector<std::string> texts;  ///< of the questions, as far as it came
    std::optional<Failure> failure{};
  };
  void ask_the_next();
  Answers ask(const std::string& ref) const;
  std::string how_far() const;
  static HostReply read(Answers answers);

  const Host& host_;
  Xapi xapi_;      ///< whose session all of them have
  Caller caller_;  ///< with that session
  std::size_t questions_;
  std::chrono::steady_clock::time_point end_;
  std::vector<std::string> refs_;
  std::atomic<std::size_t> next_ = 0, answered_ = 0;
  Waiting waiting_;
  std::vector<std::packaged_task<Answers()>> tasks_;  ///< of each of refs_
  std::vector<std::future<void>> asking_;
};

}  // namespace pci_passthrough
