#include "plugin/model/mount_entries.hpp"

#include <algorithm>
#include <set>

#include "plugin/model/paths.hpp"
#include "plugin/probe/named_blocks.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

constexpr char units[] = "/etc/systemd/system";

/// A recording keeps no password that stands in an option.
std::string without_secrets(std::string text) {
  for (const std::string_view key : {"password=", "passwd=", "pass=", "secret="})
    for (auto at = text.find(key); at != text.npos; at = text.find(key, at + key.size())) {
      const auto begin = at + key.size();
      const auto end = std::min(text.find_first_of(", \t\r\n", begin), text.size());
      text.replace(begin, end - begin, "x");
    }
  return text;
}

/// A table that is not there names nothing; nor does a unit that is masked, a link to /dev/null.
std::string text_of(const Host& host, const std::string& path, Snapshot& snapshot) {
  if (host.link(path).value == "/dev/null") return "";
  auto text = host.read(path);
  if (!text && !text.absent()) snapshot.unreadable[path] = text.reason();
  if (host.is_recorded() && text)
    host.record_excerpt(host.resolve(path).value_or(path), without_secrets(text.value));
  return std::move(text.value);
}

std::vector<std::string> names_in(const Host& host, const std::string& path, Snapshot& snapshot) {
  auto names = host.list(path);
  if (!names && !names.absent()) snapshot.unreadable[path] = names.reason();
  return std::move(names.value);
}

bool is_unit(std::string_view name) { return name.ends_with(".mount") || name.ends_with(".swap"); }

std::set<std::string> required_units(const Host& host, const std::vector<std::string>& names,
                                     Snapshot& snapshot) {
  std::set<std::string> required;
  for (const auto& name : names)
    if (name.ends_with(".requires"))
      for (auto& unit : names_in(host, std::string(units) + "/" + name, snapshot))
        required.insert(std::move(unit));
  return required;
}

std::string with_drop_ins(const Host& host, const std::string& name, Snapshot& snapshot) {
  const auto path = std::string(units) + "/" + name;
  auto text = text_of(host, path, snapshot);
  for (const auto& more : names_in(host, path + ".d", snapshot))
    if (more.ends_with(".conf")) text += "\n" + text_of(host, path + ".d/" + more, snapshot);
  return text;
}

void probe_units(const Host& host, Snapshot& snapshot) {
  const auto names = names_in(host, units, snapshot);
  if (std::ranges::none_of(names, is_unit)) return;
  const auto required = required_units(host, names, snapshot);
  for (const auto& name : names)
    if (is_unit(name))
      if (auto entry =
              parse_mount_unit(name, with_drop_ins(host, name, snapshot), required.contains(name)))
        snapshot.mount_entries.change().push_back(std::move(*entry));
}

}  // namespace

void probe_mount_entries(const Host& host, Snapshot& snapshot) {
  const auto add = [&](std::vector<MountEntry> entries) {
    std::ranges::move(entries, std::back_inserter(snapshot.mount_entries.change()));
  };
  add(parse_fstab(text_of(host, paths::fstab, snapshot)));
  add(parse_crypttab(text_of(host, paths::crypttab, snapshot)));
  probe_units(host, snapshot);
  for (const auto& entry : snapshot.mount_entries)
    if (const auto link = link_of_tag(entry.what); link.starts_with("/dev/"))
      note_ends(host, entry.what, link, snapshot);
}

}  // namespace pci_passthrough
