#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

/// The NVMe 5f:00.0 is this model, and hidden.
template <std::uint16_t vendor, std::uint16_t device>
Snapshot of_model(Snapshot host) {
  auto& function = function_of(host, "5f:00.0");
  function.vendor_id = vendor;
  function.device_id = device;
  return hiding(std::move(host), "(0000:5f:00.0)");
}

Snapshot with_xen_argument(Snapshot host, std::string argument) {
  for (auto& entry : host.boot.file.entries) entry.xen_arguments.push_back(argument);
  return host;
}

/// The BMC's display is an integrated GPU.
Snapshot with_igpu(Snapshot host, std::optional<bool> has_rom) {
  auto& display = function_of(host, "03:00.0");
  display.path.clear();
  display.vendor_id = 0x8086;
  display.has_rom = has_rom;
  return hiding(std::move(host), "(0000:03:00.0)");
}

Snapshot with_table_at(Snapshot host, std::uint32_t offset) {
  function_of(host, "5f:00.0").config->msix_table = {0, offset};
  return hiding(std::move(host), "(0000:5f:00.0)");
}

/// With an SR-IOV network on the NIC 89:00.0, where xapi has it so.
Snapshot with_sriov_network(Snapshot host, bool is_shared) {
  host = wants(std::move(host), "0/0000:8a:10.0");
  const auto nic = std::ranges::find_if(host.interfaces, [](const NetInterface& one) {
    return !one.path.empty() && one.path.back() == at("89:00.0");
  });
  auto& pif = host.pool->pifs["pif"];
  pif.device = nic->name;
  pif.host = "host-1";
  pif.shares_functions = is_shared;
  return host;
}

}  // namespace

std::vector<Case> known_hardware_cases() {
  using enum Severity;
  const std::string nvme = "0000:5f:00.0";
  return {
      with({"pci-phantom", nas, of_model<0x1b4b, 0x9125>, found, nvme, {"function 1"}}, error,
           "pci-phantom=5f:00,1"),
      {"pci-phantom",
       nas,
       [](Snapshot h) {
         h.host.version = "9.0.0";
         return of_model<0x1b4b, 0x9230>(h);
       },
       unknown,
       nvme,
       {"Unknown whether this release's Xen knows"}},
      with({"pci-phantom",
            nas,
            [](Snapshot h) {
              return with_xen_argument(of_model<0x1b4b, 0x9125>(h), "pci-phantom=88:00,1");
            },
            found,
            nvme,
            {"function 1"}},
           error, "Write pci-phantom=5f:00,1 beside the other"),
      silent("pci-phantom", nas, of_model<0x1b4b, 0x9230>),
      silent("pci-phantom", nas,
             [](Snapshot h) {
               return with_xen_argument(of_model<0x1b4b, 0x9125>(h), "pci-phantom=5f:00,1");
             }),
      with({"igpu-not-translated",
            nas,
            [](Snapshot h) { return with_xen_argument(with_igpu(h, false), "iommu=no-igfx"); },
            found,
            "0000:03:00.0",
            {"untranslated."}},
           error, "Take no-igfx off"),
      silent("igpu-not-translated", nas, [](Snapshot h) { return with_igpu(h, false); }),
      with({"integrated-gpu",
            nas,
            [](Snapshot h) { return with_igpu(h, false); },
            found,
            "0000:03:00.0",
            {"is an integrated GPU"}},
           warn, "a ROM of its own"),
      silent("integrated-gpu", nas, [](Snapshot h) { return with_igpu(h, true); }),
      silent("integrated-gpu", nas, as_it_is),
      silent("integrated-gpu", "sick/xcp-ng-8.3-desktop", as_it_is),
      {"msix-page-shared",
       nas,
       [](Snapshot h) { return with_table_at(h, 0x46800); },
       found,
       nvme,
       {"(BAR 0 at 0x46800)"}},
      silent("msix-page-shared", nas, [](Snapshot h) { return with_table_at(h, 0x2000); }),
      {"flr-hangs",
       nas,
       [](Snapshot h) {
         function_of(h, "5f:00.0").config->pcie->flr = true;
         return of_model<0x1022, 0x149c>(h);
       },
       found,
       nvme,
       {"that hangs it."}},
      silent("flr-hangs", nas,
             [](Snapshot h) {
               function_of(h, "5f:00.0").reset_methods = {"bus"};
               return of_model<0x1022, 0x149c>(h);
             }),
      with({"hot-plug-port",
            nas,
            [](Snapshot h) {
              const auto port = h.find(at("5f:00.0"))->path.back();
              function_of(h, port.text()).config->pcie->hot_plug = true;
              return hiding(h, "(0000:5f:00.0)");
            },
            found,
            nvme,
            {"hangs on the hot-plug port"}},
           info, ""),
      silent("hot-plug-port", nas,
             [](Snapshot h) {
               for (auto& function : h.functions)
                 if (function.config && function.config->pcie)
                   function.config->pcie->hot_plug = false;
               return hiding(h, "(0000:5f:00.0)");
             }),
      with(of_vm("vf-of-network-sriov", [](Snapshot h) { return with_sriov_network(h, true); },
                 found, "0000:8a:10.0", {"an SR-IOV network of xapi's."}),
           error, "unassign vm=uuid-nas"),
      silent_of_vm("vf-of-network-sriov", [](Snapshot h) { return with_sriov_network(h, false); }),
  };
}

}  // namespace pci_passthrough
