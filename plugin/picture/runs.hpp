#pragma once

#include <string>
#include <vector>

#include "plugin/picture/tree.hpp"

namespace pci_passthrough::picture {

/// Rows that follow one another and share something.
struct Run {
  std::size_t first = 0, last = 0;
  std::size_t size() const { return last - first + 1; }
};

/// Runs of rows with the same VMs, to which they mean the same.
std::vector<Run> vm_runs(const std::vector<const Row*>& rows);

/// Runs of an isolation group's members in one lane; of a lone one where others are not beside it.
struct GroupRun {
  Run run;
  std::string words;  ///< "one group: together or not at all"
  bool is_outlined = false;
};
std::vector<GroupRun> group_runs(const Listing& listing, const std::vector<const Row*>& rows);

/// Every row of these rails, from the first down.
std::vector<const Row*> rows_of(const std::vector<Rail>& rails);

}  // namespace pci_passthrough::picture
