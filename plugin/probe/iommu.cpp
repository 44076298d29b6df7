#include <array>

#include "plugin/host/program.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/probe/xl_info.hpp"

namespace pci_passthrough {
namespace {

constexpr char xl[] = "/usr/sbin/xl";
constexpr std::chrono::seconds deadline(5);  ///< a busy dom0 takes its time

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

void ask_xen(const Host& host, Snapshot& snapshot) {
  if (!host.has_program(xl)) return;
  const auto answer = run_program(host, xl, {"info"}, deadline);
  if (!answer.not_run.empty() || answer.timed_out || answer.status != 0) {
    snapshot.unreadable["xl info"] =
        !answer.not_run.empty() ? answer.not_run
        : answer.timed_out ? "it did not answer within " + std::to_string(deadline.count()) + " s"
                           : "it ended with status " + std::to_string(answer.status);
    return;
  }
  read_xl_info(answer.output, snapshot.iommu);
  read_xen_log(run_program(host, xl, {"dmesg"}, deadline).output, snapshot.iommu);
}

}  // namespace

void probe_iommu(const Host& host, Snapshot& snapshot) {
  read_firmware(host, snapshot.iommu);
  ask_xen(host, snapshot);
}

}  // namespace pci_passthrough
