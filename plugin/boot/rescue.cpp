#include "plugin/boot/rescue.hpp"

#include "plugin/boot/own_text.hpp"

namespace pci_passthrough {
namespace {

std::optional<std::string> rescue_block(const BootFile& file) {
  const auto model = own_model(file);
  return model ? copy_without_rules(file, file.entries[*model], own_rescue) : std::nullopt;
}

}  // namespace

bool is_rescue(BootLoader loader, const BootEntry& entry) {
  return is_own(loader, entry, own_rescue);
}

std::optional<std::size_t> rescue_entry(const BootFile& file) { return find_own(file, own_rescue); }

bool rescue_is_in_step(const BootFile& file) {
  const auto block = rescue_block(file);
  return !block || own_says(file, own_rescue, *block);
}

std::optional<std::string> with_rescue(const BootFile& file) {
  const auto block = rescue_block(file);
  auto text = block ? with_own(file, own_rescue, *block) : std::nullopt;
  if (!text) return {};
  const auto after = with_text(file, *text);
  const auto& entry = after.entries[rescue_entry(after).value()];
  const bool is_clean = find_hide_arguments(entry.arguments, PcibackKind::pvops).empty();
  return is_clean ? std::move(text) : std::nullopt;
}

std::string without_rescue(const BootFile& file) { return without_own(file, own_rescue); }

}  // namespace pci_passthrough
