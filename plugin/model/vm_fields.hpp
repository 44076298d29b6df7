#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/model/pool.hpp"

namespace pci_passthrough {

/// What a change may set of a VM, each as a text.
enum class VmField {
  pci,                   ///< the entry, as it stands; no text: there is no key
  affinity,              ///< a host's uuid, "" none; the ref where xapi has no such host
  blocked_operations,    ///< those of guarded_operations that are blocked: "pool_migrate,suspend"
  memory_dynamic_range,  ///< "min=4294967296 max=8589934592", bytes; no text: unknown
};
inline constexpr VmField all_vm_fields[] = {
    VmField::pci, VmField::affinity, VmField::blocked_operations, VmField::memory_dynamic_range};

/// "other_config:pci", "affinity".
std::string_view name_of(VmField field);
/// "entry", "affinity", "blocked operations": for sentences.
std::string_view words_of(VmField field);
std::optional<VmField> vm_field_named(std::string_view name);

/// What xapi refuses while it knows that a VM has a device (xapi_vm_lifecycle.ml
/// VM_HAS_PCI_ATTACHED).
inline constexpr std::array<std::string_view, 4> guarded_operations = {"checkpoint", "migrate_send",
                                                                       "pool_migrate", "suspend"};

/// Those of them that the VM's record blocks.
std::vector<std::string_view> blocked_guards(const VmRecord& vm);

struct MemoryRange {
  std::uint64_t least = 0, most = 0;  ///< bytes
};
std::string memory_range_text(const MemoryRange& range);
std::optional<MemoryRange> parse_memory_range(std::string_view text);

std::optional<std::string> text_of(const Pool& pool, const VmRecord& vm, VmField field);
/// The record as xapi would have it. `text` is one that text_of() makes.
void set_field(const Pool& pool, VmRecord& vm, VmField field,
               const std::optional<std::string>& text);

}  // namespace pci_passthrough
