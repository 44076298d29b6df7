#include <array>
#include <sstream>

#include "plugin/host/program.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/sysfs.hpp"

namespace pci_passthrough {
namespace {

constexpr char xl[] = "/usr/sbin/xl";
constexpr std::chrono::seconds deadline(2);

struct Table {
  const char* path;
  ReadTable (*read)(std::string_view);
};
/// Xen hides a DMAR from dom0 by its name: RMAD since 4.17 at least, XMAR before.
constexpr std::array tables = {Table{"/sys/firmware/acpi/tables/DMAR", read_dmar},
                               Table{"/sys/firmware/acpi/tables/XMAR", read_dmar},
                               Table{"/sys/firmware/acpi/tables/RMAD", read_dmar},
                               Table{"/sys/firmware/acpi/tables/IVRS", read_ivrs}};

void read_firmware(const Host& host, Iommu& iommu) {
  for (const auto& table : tables) {
    const auto bytes = host.read(table.path);
    if (bytes.absent()) continue;
    iommu.table_path = table.path;
    iommu.firmware = bytes ? table.read(bytes.value) : ReadTable{{}, bytes.reason()};
    return;
  }
}

/// "virt_caps              : pv hvm hvm_directio"
std::optional<std::string> value_of(const std::string& info, std::string_view key) {
  std::istringstream lines(info);
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || !line.starts_with(key)) continue;
    if (line.find_first_not_of(' ', key.size()) == colon) return line.substr(colon + 1);
  }
  return std::nullopt;
}

void ask_xen(const Host& host, Snapshot& snapshot) {
  if (!host.has_program(xl)) return;
  const auto answer = run_program(host, xl, {"info"}, deadline);
  if (!answer.not_run.empty() || answer.timed_out || answer.status != 0) {
    snapshot.unreadable["xl info"] = !answer.not_run.empty() ? answer.not_run
                                     : answer.timed_out
                                         ? "it did not answer within 2 s"
                                         : "it ended with status " + std::to_string(answer.status);
    return;
  }
  snapshot.iommu.xen_command_line = value_of(answer.output, "xen_commandline").value_or("");
  if (const auto capabilities = value_of(answer.output, "virt_caps"))
    snapshot.iommu.on = capabilities->find("directio") != std::string::npos;
}

}  // namespace

void probe_iommu(const Host& host, Snapshot& snapshot) {
  read_firmware(host, snapshot.iommu);
  ask_xen(host, snapshot);
}

}  // namespace pci_passthrough
