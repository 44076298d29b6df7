#include "plugin/picture/runs.hpp"

#include <algorithm>
#include <map>

namespace pci_passthrough::picture {
namespace {

using Groups = std::map<PciAddress, std::vector<Part>>;

/// Bridges are not among the members: no VM gets one, and the rails show them.
Groups groups_of(const Listing& listing) {
  Groups groups;
  for (const auto& device : listing.devices)
    if (device.isolation_group && !is_bridge(device))
      groups[*device.isolation_group].push_back(part_of(device));
  return groups;
}

/// The group of a row, where it has two members or more.
const std::vector<Part>* group_of(const Groups& groups, const Row& row) {
  if (!row.folded.empty() || !row.part.device->isolation_group) return nullptr;
  const auto found = groups.find(*row.part.device->isolation_group);
  return found != groups.end() && found->second.size() > 1 ? &found->second : nullptr;
}

std::string words_of(const Listing& listing, const std::vector<Part>& members,
                     const std::vector<const Row*>& rows, const Run& run) {
  std::vector<Part> others;
  for (const auto& member : members) {
    const auto is_it = [&](const Row* row) { return row->part.device == member.device; };
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(run.first);
    const auto end = rows.begin() + static_cast<std::ptrdiff_t>(run.last) + 1;
    if (std::none_of(begin, end, is_it)) others.push_back(member);
  }
  return others.empty() ? "one group: together or not at all"
                        : "one group with " + ranges(listing, others);
}

bool want_the_same(const Part& one, const Part& other) {
  return one.claim == other.claim && one.device->vms == other.device->vms;
}

bool is_wanted(const Row& row) { return row.folded.empty() && row.part.claim != Claim::none; }

void add_rows(const std::vector<Rail>& rails, std::vector<const Row*>& rows) {
  for (const auto& rail : rails) {
    for (const auto& row : rail.rows) rows.push_back(&row);
    add_rows(rail.below, rows);
  }
}

}  // namespace

std::vector<Run> vm_runs(const std::vector<const Row*>& rows) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!is_wanted(*rows[i])) continue;
    const bool goes_on = !runs.empty() && runs.back().last + 1 == i &&
                         want_the_same(rows[runs.back().first]->part, rows[i]->part);
    if (goes_on)
      runs.back().last = i;
    else
      runs.push_back({i, i});
  }
  return runs;
}

std::vector<GroupRun> group_runs(const Listing& listing, const std::vector<const Row*>& rows) {
  const auto groups = groups_of(listing);
  std::vector<GroupRun> runs;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto* members = group_of(groups, *rows[i]);
    if (!members) continue;
    Run run{i, i};
    while (run.last + 1 < rows.size() && group_of(groups, *rows[run.last + 1]) == members &&
           rows[run.last + 1]->part.holder == rows[i]->part.holder)
      ++run.last;
    runs.push_back({run, words_of(listing, *members, rows, run), run.size() > 1});
    i = run.last;
  }
  return runs;
}

std::vector<const Row*> rows_of(const std::vector<Rail>& rails) {
  std::vector<const Row*> rows;
  add_rows(rails, rows);
  return rows;
}

}  // namespace pci_passthrough::picture
