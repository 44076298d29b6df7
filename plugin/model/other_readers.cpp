#include "plugin/model/other_readers.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

std::optional<PlatformView> platform_view_of(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  const auto tools = platform_tools(snapshot.host.version);
  if (!tools || !boot.unreadable.empty() || boot.path != boot.platform_path) return {};
  return platform_view(boot.file, *tools);
}

std::vector<ModuleRule> module_rules(const Boot& boot) {
  std::vector<ModuleRule> rules;
  for (const auto& [path, text] : boot.module_options)
    for (auto& rule : stray_modprobe_rules(text)) rules.push_back({path, std::move(rule)});
  return rules;
}

}  // namespace

OtherReaders::OtherReaders(const Snapshot& snapshot)
    : platform(platform_view_of(snapshot)),
      strays(stray_rules(snapshot.boot.file, snapshot.boot.kernel_release)),
      modules(module_rules(snapshot.boot)) {}

const PlatformEntry* OtherReaders::seen(const BootEntry& entry) const {
  if (!platform) return nullptr;
  const auto found = std::ranges::find(platform->entries, entry.line, &PlatformEntry::line);
  return found == platform->entries.end() ? nullptr : &*found;
}

}  // namespace pci_passthrough
