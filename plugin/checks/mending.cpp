#include "plugin/checks/mending.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/mend.hpp"

namespace pci_passthrough::checks {
namespace {

std::string text_mended_in(const Analysis& host, const BootFile& file,
                           const std::vector<std::size_t>& entries) {
  std::vector<PciAddress> present;
  for (const auto& function : host.snapshot().functions) present.push_back(function.address);
  return mended_text(file, host.boot().kernel_release, entries, present);
}

}  // namespace

std::string repaired_text(const Analysis& host, bool all) {
  return text_mended_in(host, host.boot().file,
                        all ? host.rules().editable : host.rules().everyday);
}

std::optional<std::string> mended_argument(const Analysis& host, std::size_t entry) {
  if (host.boot().file.error) return {};
  const auto file = lone_entry(host.boot().file, entry).file;
  const auto text = text_mended_in(host, file, {0});
  if (text == file.text) return {};
  const auto after = with_text(file, text);
  const auto hide = hide_arguments(host.boot(), after.entries.at(0));
  if (hide.read.empty()) return {};
  return hide.read.back().value;
}

std::optional<Remedy> mending(const Analysis& host, std::size_t entry) {
  const auto argument = mended_argument(host, entry);
  if (!argument) return {};
  const bool all = std::ranges::count(host.rules().everyday, entry) == 0;
  Remedy remedy{fmt::format("Have it written as {}: pci-passthrough repair{}; with dry-run=true it "
                            "shows first what is hidden then.",
                            *argument, all ? " entries=all" : ""),
                "repair"};
  if (all) remedy.arguments.emplace_back("entries", "all");
  return remedy;
}

}  // namespace pci_passthrough::checks
