#include "plugin/boot/boot_file.hpp"

#include <algorithm>
#include <cstdlib>

#include "plugin/pci/ascii.hpp"
#include "plugin/pci/kernel_text.hpp"

namespace pci_passthrough {
namespace {

template <typename Matches>
std::optional<std::size_t> first_entry(const BootFile& file, Matches matches) {
  const auto entry = std::ranges::find_if(file.entries, matches);
  if (entry == file.entries.end()) return {};
  return entry - file.entries.begin();
}

}  // namespace

std::optional<std::size_t> BootFile::find(std::string_view label) const {
  return first_entry(*this, [&](const BootEntry& entry) { return entry.label == label; });
}

bool BootEntry::is_installer() const {
  const bool has_root = std::ranges::any_of(
      arguments, [](const Argument& one) { return one.value.starts_with("root="); });
  return !has_root && std::ranges::any_of(files, [](const std::string& file) {
    return file.find("install") != std::string::npos;
  });
}

std::optional<std::size_t> entry_named(const BootFile& file, std::string_view reference) {
  if (file.loader == BootLoader::extlinux) return file.find(reference);
  if (reference.empty()) return {};
  if (!is_digit(reference.front()))
    return first_entry(file, [&](const BootEntry& entry) {
      return entry.title == reference || entry.id == reference;
    });
  const std::string text(reference);
  char* end = nullptr;
  const auto number = std::strtoul(text.c_str(), &end, 0);
  if (end != text.c_str() + text.size() || number >= file.entries.size()) return {};
  return number;
}

BootFile with_text(const BootFile& file, std::string text) {
  return file.loader == BootLoader::extlinux ? parse_extlinux(std::move(text))
                                             : parse_grub_with(std::move(text), file.environment);
}

LoneEntry lone_entry(const BootFile& file, std::size_t entry) {
  const auto& [begin, end] = file.entries[entry].range;
  std::string head;
  if (file.loader == BootLoader::extlinux)
    head = "default " + file.entries[entry].label + "\nlabel ";
  return {with_text(file, head + file.text.substr(begin, end - begin)), head.size()};
}

bool names_no_entry(const BootFile& file, std::string_view reference) {
  if (entry_named(file, reference)) return false;
  const bool is_clean_number = reference.find_first_not_of("0123456789") == std::string_view::npos;
  return is_clean_number || !(is_digit(reference.front()) || is_kernel_space(reference.front()));
}

PcibackKind pciback_kind(std::string_view kernel_release) {
  return kernel_release.starts_with("2.6") ? PcibackKind::classic : PcibackKind::pvops;
}

std::string_view kernel_release(const BootEntry& entry) {
  constexpr std::string_view stem = "vmlinuz-";
  std::string_view name = entry.kernel;
  name.remove_prefix(name.rfind('/') + 1);
  const auto release = name.starts_with(stem) ? name.substr(stem.size()) : std::string_view();
  return !release.empty() && is_digit(release.front()) ? release : std::string_view();
}

PcibackKind pciback_kind(const BootEntry& entry, std::string_view running_release) {
  const auto release = kernel_release(entry);
  return pciback_kind(release.empty() ? running_release : release);
}

}  // namespace pci_passthrough
