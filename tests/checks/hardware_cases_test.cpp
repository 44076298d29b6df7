#include <algorithm>

#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

Snapshot hiding_the_nvme(Snapshot host) { return hiding(host, "(0000:5f:00.0)"); }
Snapshot hiding_fibre_channel(Snapshot host) { return hiding(host, "(0000:04:00.0)"); }
/// On a host that does not tell what can be reset.
Snapshot hiding_untold_fibre_channel(Snapshot host) {
  for (auto& function : host.functions) function.can_reset.reset();
  return hiding_fibre_channel(std::move(host));
}
Snapshot hiding_the_nic(Snapshot host) { return hiding(host, "(0000:06:00.0)"); }

/// The USB card, on the line of the I210, which dom0 drives.
Snapshot with_shared_line(Snapshot host) {
  auto& usb = function_of(host, "8b:00.0");
  usb.config->msi.reset();
  usb.config->msix.reset();
  usb.irq = function_of(host, "01:00.0").irq = 19;
  function_of(host, "01:00.0").config->msix->enabled = false;
  return hiding(host, "(0000:8b:00.0)");
}

Snapshot handled_by(Snapshot host, std::vector<std::string> names) {
  host.handlers = {{19, std::move(names)}};
  return host;
}

Snapshot with_xen_arguments(Snapshot host, std::vector<std::string> arguments) {
  host = hiding_the_nvme(host);
  host.boot.file.entries.at(*host.boot.file.find("xe")).xen_arguments = std::move(arguments);
  return host;
}

Snapshot with_bars(Snapshot host, std::vector<Bar> bars) {
  auto& known = function_of(host, "5f:00.0").bars;
  bars.empty() ? known.reset() : void(known = std::move(bars));
  return hiding_the_nvme(host);
}

/// A second function behind the bridge of the BMC's display, on the same conventional bus.
Snapshot with_neighbour(Snapshot host) {
  auto sound = *host.find(at("03:00.0"));
  sound.address = at("03:01.0");
  host.functions.push_back(sound);
  std::ranges::sort(host.functions, {}, &Function::address);
  return hiding(host, "(0000:03:00.0)");
}

std::vector<Case> reset_cases() {
  return {
      {"no-reset-method",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:00:17.0)"); },
       found,
       "0000:00:17.0",
       {"0000:00:17.0", "cannot be reset"}},
      {"no-reset-method",
       nas,
       [](Snapshot h) {
         function_of(h, "5f:00.0").reset_methods.emplace();
         return hiding_the_nvme(h);
       },
       found,
       "0000:5f:00.0",
       {"cannot be reset"}},
      {"no-reset-method",
       nas,
       [](Snapshot h) {
         function_of(h, "5f:00.0").can_reset = false;
         return hiding_the_nvme(h);
       },
       found,
       "0000:5f:00.0",
       {"cannot be reset"}},
      silent("no-reset-method", bios,
             [](Snapshot h) {
               function_of(h, "04:00.0").can_reset = true;
               return hiding_fibre_channel(h);
             }),
      {"no-reset-method",
       bios,
       hiding_untold_fibre_channel,
       unknown,
       "0000:04:00.0",
       {"Unknown whether", "can be reset"}},
      silent("no-reset-method", nas, hiding_the_nvme),
      silent("no-reset-method", nas, as_it_is),
      silent("no-reset-method", nas, [](Snapshot h) { return hiding(h, "(0000:17:00.0)"); }),

      {"bus-reset-hits-others",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)"); },
       found,
       "0000:3b:00.0",
       {"no reset of its own", "would hit 0000:3b:00.1"}},
      silent("bus-reset-hits-others", nas, as_it_is),
      silent("bus-reset-hits-others", nas, hiding_the_nvme),
      silent("bus-reset-hits-others", bios, hiding_untold_fibre_channel),
      {"bus-reset-hits-others",
       bios,
       hiding_fibre_channel,
       found,
       "0000:04:00.0",
       {"no reset of its own", "would hit 0000:04:00.1"}},
  };
}

std::vector<Case> isolation_cases() {
  return {
      {"behind-conventional-bridge",
       nas,
       with_neighbour,
       found,
       "0000:03:00.0",
       {"behind the conventional PCI bridge 0000:02:00.0 together with 0000:03:01.0"}},
      {"behind-conventional-bridge",
       bios,
       hiding_fibre_channel,
       unknown,
       "0000:04:00.0",
       {"Unknown"}},
      silent("behind-conventional-bridge", nas,
             [](Snapshot h) { return hiding(h, "(0000:03:00.0)"); }),
      silent("behind-conventional-bridge", nas, hiding_the_nvme),

      {"acs-missing",
       old,
       hiding_the_nic,
       found,
       "0000:06:00.0",
       {"No ACS stands between 0000:06:00.0", "0000:03:00.0", "0000:04:00.0", "0000:05:00.0",
        "which dom0 keeps"}},
      {"acs-missing",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:3b:00.0)"); },
       found,
       "0000:3b:00.0",
       {"and 0000:3b:00.1"}},
      {"acs-missing", bios, hiding_fibre_channel, unknown, "0000:04:00.0", {"Unknown"}},
      silent("acs-missing", nas, as_it_is),
      silent("acs-missing", nas, [](Snapshot h) { return hiding(h, "(0000:89:00.1)"); }),
      silent("acs-missing", old, [](Snapshot h) { return hiding(h, "(0000:01:00.0)"); }),
  };
}

std::vector<Case> interrupt_cases() {
  return {
      {"shared-intx",
       nas,
       with_shared_line,
       found,
       "0000:8b:00.0",
       {"shares interrupt 19 with 0000:01:00.0"}},
      {"shared-intx",
       nas,
       [](Snapshot h) {
         return handled_by(with_shared_line(h), {"igb", "ehci_hcd:usb1"});
       },
       found,
       "0000:8b:00.0",
       {"with 0000:01:00.0", "(igb, ehci_hcd:usb1 in dom0)"}},
      silent("shared-intx", nas, [](Snapshot h) { return handled_by(with_shared_line(h), {}); }),
      silent("shared-intx", nas,
             [](Snapshot h) {
               h = handled_by(with_shared_line(h), {"xhci_hcd:usb5"});
               function_of(h, "8b:00.0").driver = "xhci_hcd";
               return h;
             }),
      {"shared-intx",
       nas,
       [](Snapshot h) {
         h = with_shared_line(h);
         function_of(h, "8b:00.0").irq.reset();
         return h;
       },
       unknown,
       "0000:8b:00.0",
       {"Unknown"}},
      {"shared-intx", bios, hiding_fibre_channel, unknown, "0000:04:00.0", {"Unknown"}},
      silent("shared-intx", nas,
             [](Snapshot h) {
               h = with_shared_line(h);
               function_of(h, "01:00.0").config->msix->enabled = true;
               return h;
             }),
      silent("shared-intx", nas,
             [](Snapshot h) {
               h = with_shared_line(h);
               function_of(h, "01:00.0").driver = "";
               return h;
             }),
      silent(
          "shared-intx", nas,
          [](Snapshot h) { return hiding(with_shared_line(h), "(0000:8b:00.0)(0000:01:00.0)"); }),
      silent("shared-intx", nas, hiding_the_nvme),

      {"msix-exceeds-guest-irqs",
       nas,
       hiding_the_nvme,
       found,
       "0000:5f:00.0",
       {"has 129 MSI-X vectors, and Xen gives a VM 64"}},
      {"msix-exceeds-guest-irqs",
       nas,
       [](Snapshot h) { return with_xen_arguments(h, {"extra_guest_irqs=128"}); },
       found,
       "0000:5f:00.0",
       {"gives a VM 128"}},
      {"msix-exceeds-guest-irqs",
       nas,
       [](Snapshot h) { return with_xen_arguments(h, {"extra_guest_irqs=,512"}); },
       found,
       "0000:5f:00.0",
       {"gives a VM 64"}},
      {"msix-exceeds-guest-irqs", bios, hiding_fibre_channel, unknown, "0000:04:00.0", {"Unknown"}},
      silent("msix-exceeds-guest-irqs", nas,
             [](Snapshot h) {
               return with_xen_arguments(h, {"extra_guest_irqs=16", "extra_guest_irqs=129,512"});
             }),
      silent("msix-exceeds-guest-irqs", nas, as_it_is),
  };
}

std::vector<Case> bar_cases() {
  return {
      {"bar-exceeds-mmio-hole",
       nas,
       [](Snapshot h) {
         return with_bars(h, {{1 << 20, false}, {2ull << 30, false}});
       },
       found,
       "0000:5f:00.0",
       {"needs 2049 MiB for BARs below 4 GiB, where Xen makes room for 1984 MiB"}},
      {"bar-exceeds-mmio-hole",
       nas,
       [](Snapshot h) {
         h.host.version = "6.2.0";
         return with_bars(h, {{8ull << 30, true}});
       },
       found,
       "0000:5f:00.0",
       {"needs 8192 MiB"}},
      {"bar-exceeds-mmio-hole",
       nas,
       [](Snapshot h) {
         h.host.version = "";
         return with_bars(h, {{8ull << 30, true}});
       },
       unknown,
       "0000:5f:00.0",
       {"this release"}},
      {"bar-exceeds-mmio-hole",
       nas,
       [](Snapshot h) { return with_bars(h, {}); },
       unknown,
       "0000:5f:00.0",
       {"how large the BARs"}},
      silent("bar-exceeds-mmio-hole", nas,
             [](Snapshot h) {
               return with_bars(h, {{32ull << 30, true}, {1ull << 30, false}});
             }),
      silent("bar-exceeds-mmio-hole", nas, hiding_the_nvme),
      silent("bar-exceeds-mmio-hole", nas, [](Snapshot h) { return hiding(h, "(0000:5d:02.0)"); }),
  };
}

std::vector<Case> address_cases() {
  return {
      {"domain-unsupported",
       "xenserver-9",
       [](Snapshot h) { return hiding(h, "(0000:00:0e.0)"); },
       found,
       "10000:e1:00.0",
       {"segment above ffff (VMD)."}},
      silent("domain-unsupported", nas, hiding_the_nvme),

      {"sriov-pf-with-vfs",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:89:00.0)"); },
       found,
       "0000:89:00.0",
       {"0000:8a:10.0", "0000:8a:10.4"}},
      silent("sriov-pf-with-vfs", nas, [](Snapshot h) { return hiding(h, "(0000:89:00.1)"); }),

      {"vf-not-persistent",
       nas,
       [](Snapshot h) { return hiding(h, "(0000:8a:10.0)"); },
       found,
       "0000:8a:10.0",
       {"virtual function of 0000:89:00.0"}},
      silent("vf-not-persistent", nas, [](Snapshot h) { return hiding(h, "(0000:89:00.1)"); }),
  };
}

}  // namespace

std::vector<Case> hardware_cases() {
  std::vector<Case> cases;
  for (const auto& more :
       {reset_cases(), isolation_cases(), interrupt_cases(), bar_cases(), address_cases()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace pci_passthrough
