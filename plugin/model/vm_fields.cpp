#include "plugin/model/vm_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

struct Names {
  std::string_view name, words;
};
constexpr Names names[] = {{"other_config:pci", "entry"},
                           {"affinity", "affinity"},
                           {"blocked_operations", "blocked operations"},
                           {"memory_dynamic_range", "dynamic memory range"}};

std::string affinity_of(const Pool& pool, const VmRecord& vm) {
  const auto host = pool.hosts.find(vm.affinity);
  return host == pool.hosts.end() ? vm.affinity : host->second.uuid;
}

std::string ref_of(const Pool& pool, const std::string& uuid) {
  for (const auto& [ref, host] : pool.hosts)
    if (host.uuid == uuid) return ref;
  return uuid;
}

void set_blocked(VmRecord& vm, std::string_view text) {
  std::erase_if(vm.blocked_operations,
                [](const auto& one) { return std::ranges::count(guarded_operations, one) != 0; });
  for (const auto& operation : guarded_operations)
    if (fmt::format(",{},", text).find(fmt::format(",{},", operation)) != std::string::npos)
      vm.blocked_operations.emplace_back(operation);
}

bool read_number(std::string_view& text, std::string_view head, std::uint64_t& number) {
  if (!text.starts_with(head)) return false;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + head.size(), end, number);
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return error == std::errc{};
}

}  // namespace

std::string_view name_of(VmField field) { return names[static_cast<std::size_t>(field)].name; }
std::string_view words_of(VmField field) { return names[static_cast<std::size_t>(field)].words; }

std::optional<VmField> vm_field_named(std::string_view name) {
  for (const auto field : all_vm_fields)
    if (name_of(field) == name) return field;
  return std::nullopt;
}

std::vector<std::string_view> blocked_guards(const VmRecord& vm) {
  std::vector<std::string_view> blocked;
  std::ranges::copy_if(guarded_operations, std::back_inserter(blocked), [&](const auto& one) {
    return std::ranges::count(vm.blocked_operations, one) != 0;
  });
  return blocked;
}

std::string memory_range_text(const MemoryRange& range) {
  return fmt::format("min={} max={}", range.least, range.most);
}

std::optional<MemoryRange> parse_memory_range(std::string_view text) {
  MemoryRange range;
  const bool is_read = read_number(text, "min=", range.least) &&
                       read_number(text, " max=", range.most) && text.empty();
  return is_read ? std::optional(range) : std::nullopt;
}

std::optional<std::string> text_of(const Pool& pool, const VmRecord& vm, VmField field) {
  switch (field) {
    case VmField::pci:
      return vm.pci;
    case VmField::affinity:
      return affinity_of(pool, vm);
    case VmField::blocked_operations:
      return joined(blocked_guards(vm), ",");
    case VmField::memory_dynamic_range:
      break;
  }
  if (!vm.memory_dynamic_min || !vm.memory_dynamic_max) return std::nullopt;
  return memory_range_text({*vm.memory_dynamic_min, *vm.memory_dynamic_max});
}

void set_field(const Pool& pool, VmRecord& vm, VmField field,
               const std::optional<std::string>& text) {
  if (field == VmField::pci) vm.pci = text;
  if (field == VmField::affinity) vm.affinity = ref_of(pool, text.value_or(""));
  if (field == VmField::blocked_operations) set_blocked(vm, text.value_or(""));
  if (const auto range = parse_memory_range(text.value_or(""));
      range && field == VmField::memory_dynamic_range) {
    vm.memory_dynamic_min = range->least;
    vm.memory_dynamic_max = range->most;
  }
}

}  // namespace pci_passthrough
