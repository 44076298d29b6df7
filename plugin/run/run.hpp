#pragma once

#include <boost/json/object.hpp>
#include <functional>
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
  /// Instead of all that: writes the reply as it is asked for, while it is made.
  std::function<void(const Output&)> write{};
};

/// The one order: xapi and the caller's rights, lock, snapshot, judge, apply, read back. xapi,
/// which may keep us waiting, is asked before the lock, and anew only where the lock had to be
/// waited for: our lock keeps nobody from changing what xapi tells. Throws Failure.
Reply run(Host& host, const Request& request);

/// The reply as the caller wants it: JSON in ASCII, the command's table, or its picture. Throws
/// nothing but bad_alloc and what `output` throws.
void write_to(const Output& output, const Reply& reply);
/// The same as one text.
std::string rendered(const Reply& reply);

}  // namespace pci_passthrough
