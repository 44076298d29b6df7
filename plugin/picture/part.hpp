#pragma once

#include "plugin/model/listing.hpp"
#include "plugin/picture/shapes.hpp"

namespace pci_passthrough::picture {

/// Who has a function now: by its driver, never by a rule.
enum class Holder { dom0, hidden };
/// What is written that is not so yet.
enum class Next { same, hides, returns, not_held };
/// What it means to the VMs that want it.
enum class Claim { none, holds, pending, takes, loses };

/// A function's part in the picture.
struct Part {
  const ListedDevice* device = nullptr;
  Holder holder = Holder::dom0;
  bool is_told = true;  ///< who has it; else it stands where it would belong
  Next next = Next::same;
  bool needed = false;
  Claim claim = Claim::none;

  /// Nothing about it that a reader must not miss.
  bool is_plain() const { return is_told && next == Next::same && !needed && claim == Claim::none; }
  Tone tone() const;
};
Part part_of(const ListedDevice& device);
Tone tone_of(Claim claim);

bool is_bridge(const ListedDevice& device);
/// A part of the chipset that no VM can use.
bool is_of_chipset(const ListedDevice& device);

}  // namespace pci_passthrough::picture
