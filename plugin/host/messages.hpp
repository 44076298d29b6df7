#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/xapi.hpp"

namespace pci_passthrough {

/// xapi's messages about a host, which XenCenter and Xen Orchestra show
/// (plugin/host/README.md, "xapi's messages").
inline constexpr std::string_view message_name = "PCI_PASSTHROUGH_UNSAFE";

/// Of a trial that did not confirm itself.
inline constexpr std::string_view trial_message_name = "PCI_PASSTHROUGH_TRIAL_OVER";

/// Refs of ours on this host. Throws Failure where xapi does not tell.
std::vector<std::string> messages_of(Xapi& xapi, const std::string& host_uuid);

/// Throws Failure where xapi did not write it: a null reference, too, means that. The body is made
/// XML-safe here.
void create_message(Xapi& xapi, const std::string& host_uuid, std::string_view body,
                    std::string_view name = message_name);

/// One that is gone is good. Throws Failure.
void destroy_message(Xapi& xapi, const std::string& message);

}  // namespace pci_passthrough
