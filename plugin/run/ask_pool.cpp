#include "plugin/run/ask_pool.hpp"

#include <memory>
#include <utility>

#include "plugin/probe/host_replies.hpp"

namespace pci_passthrough {

Write ask_pool(const Host& host, const Caller& caller, const Pool& pool, WritePool write) {
  const auto replies = std::make_shared<HostReplies>(host, caller, pool, false);
  return [replies, write = std::move(write)](const Output& output) {
    write([&](const TakeReply& take) { replies->for_each(take); }, output);
  };
}

}  // namespace pci_passthrough
