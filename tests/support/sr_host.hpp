#pragma once

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

inline constexpr char desktop[] = "sick/xcp-ng-8.3-desktop";

/// The recorded desktop, which has one SR more. Its NVMe disk nvme0n1 hangs on 03:00.0, SATA's sda
/// on 00:1f.2, and eth0, over which everything is reached, on 00:19.0.
struct SrHost {
  static constexpr char uuid[] = "7d1f2c34-9a60-4be1-8c57-2f0e6d91b3a8";

  std::string type, device_config;  ///< device_config: JSON
  std::string sections{};           ///< of a recording
  std::string mounts{};             ///< lines of mountinfo
  std::string attached = "true";    ///< JSON
  std::string more_of_sr{};         ///< members of its record: ", \"is_tools_sr\": true"
  std::string vdis = "{}";

  std::string recording() const {
    auto text = text_of_file(recordings() / (std::string(desktop) + ".host"));
    const auto put = [&](std::string_view head, const std::string& added) {
      text = replaced(std::move(text), head, std::string(head) + added);
    };
    put("=== xapi PBD.get_all_records\n{\n",
        "\"x-pbd\": {\"host\": \"OpaqueRef:e91f-z97\", \"SR\": \"x-sr\", \"device_config\": " +
            device_config + ", \"currently_attached\": " + attached + "},\n");
    put("=== xapi SR.get_all_records\n{\n", "\"x-sr\": {\"uuid\": \"" + std::string(uuid) +
                                                "\", \"name_label\": \"big\", \"type\": \"" + type +
                                                "\", \"shared\": false" + more_of_sr + "},\n");
    put("=== /proc/self/mountinfo\n", mounts);
    const auto volumes = text.find("=== xapi VDI.get_all_records_where");
    if (volumes != std::string::npos)
      text.erase(volumes, text.find("\n=== ", volumes) - volumes + 1);
    return text + "=== xapi VDI.get_all_records_where\n" + vdis + "\n" + sections;
  }
};

/// What the plugin reads of a recording, xapi included.
inline Snapshot probed_with_pool(std::string_view recording) {
  const ScratchRoot root(recording);
  Host host(root.path());
  return probe(host, ProbeScope::functions | ProbeScope::usage | ProbeScope::pool);
}

inline std::string link_to(const std::string& path, const std::string& target) {
  return "=== " + path + " -> " + target + "\n";
}

/// A device of device mapper's: "LVM-1", its name and what it stands on.
inline std::string mapped(const std::string& dm, const std::string& name, const std::string& slave,
                          const std::string& kind = "LVM-1") {
  const auto place = "/sys/devices/virtual/block/" + dm;
  return link_to("/sys/class/block/" + dm, "../../devices/virtual/block/" + dm) + "=== " + place +
         "/dev\n253:" + dm.substr(3) + "\n=== " + place + "/slaves/" + slave +
         " file\n=== " + place + "/dm/name\n" + name + "\n=== " + place + "/dm/uuid\n" + kind +
         "\n";
}

/// A block device that hangs on no PCI function.
inline std::string virtual_disk(const std::string& name) {
  const auto place = "/sys/devices/virtual/block/" + name;
  return link_to("/sys/class/block/" + name, "../../devices/virtual/block/" + name) +
         "=== " + place + "/dev\n240:0\n=== " + place + "/slaves directory\n";
}

}  // namespace pci_passthrough
