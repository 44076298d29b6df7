#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// How far a trial is, by what is there: the entry of the menu, the mark of the boot loader, and
/// the running command line (boot/trial.hpp).
enum class TrialStage {
  none,      ///< no such entry
  prepared,  ///< the entry stands, and nothing boots it: a change was killed half way
  armed,     ///< the mark names it
  running,   ///< this boot is the trial
  over,      ///< the boot loader took it, and another boot came after it
};
/// "none", "prepared", "armed", "running", "over".
std::string_view name_of(TrialStage stage);

struct Trial {
  TrialStage stage = TrialStage::none;
  std::optional<std::size_t> entry;
  std::vector<PciAddress> devices;  ///< what it hides beyond the everyday entry
  bool mark_names_it = false;
  /// What it has to confirm itself, in seconds from the start of its boot; nothing where it waits
  /// for a person.
  std::optional<unsigned> auto_seconds{};
  std::optional<std::int64_t> until{};  ///< the same of one that runs, in seconds since 1970
  std::string ended{};                  ///< why it went back by itself; "" it did not, or unknown
};
Trial trial_of(const Analysis& host);

/// "pci-passthrough trial", to extlinux "pci-trial".
std::string trial_name(const Boot& boot);
/// A mark that names another entry, or none: "upgrade"; "" where none is set.
std::string foreign_mark(const Boot& boot);
/// The mark as it is set for the trial entry of this file, or taken away. Nothing where the boot
/// loader has none that could be written.
std::optional<SetMark> trial_mark(const Boot& boot, bool set);
/// Which boot of the host armed it: the first digits of its boot id. Nothing where that is unknown.
std::optional<std::string> new_trial_id(const Boot& boot);

/// A sentence for people: "On trial until the next reboot: ..."; "" where there is none.
std::string words_of(const Trial& trial);

/// Is Xen told not to reboot when dom0 dies? Then a dead trial waits for a power cycle.
bool waits_for_power_cycle(const BootEntry& entry);

}  // namespace pci_passthrough
