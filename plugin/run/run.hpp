#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "plugin/commands/command.hpp"
#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// What a call answers with.
struct Reply {
  boost::json::object json;
  const Command* command = nullptr;
  std::string text{};     ///< where the command writes one itself
  Arguments arguments{};  ///< as they were read: they say how to answer
};

/// The one order: xapi and the caller's rights, lock, snapshot, judge, apply, read back. xapi,
/// which may keep us waiting, is asked before the lock, and anew only where the lock had to be
/// waited for: our lock keeps nobody from changing what xapi tells. Throws Failure.
Reply run(Host& host, const Request& request);

/// The reply as the caller wants it: JSON in ASCII, the command's table, or its picture.
std::string rendered(const Reply& reply);

}  // namespace pci_passthrough
