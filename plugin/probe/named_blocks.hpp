#pragma once

#include <optional>
#include <string>

#include "plugin/host/host.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Where a path in /dev leads, every link followed; where one cannot be read, as far as it went.
std::string end_of_links(const Host& host, std::string path);

/// Into named_blocks: the end of a link that `name` stands for; no end where there is no such link.
void note_ends(const Host& host, const std::string& name, const std::string& link,
               Snapshot& snapshot);

/// A directory with every link on its way followed; a part that is not there stays as it is.
/// Nothing where a link cannot be read, or leads in a circle.
std::optional<std::string> directory_at(const Host& host, const std::string& path);

}  // namespace pci_passthrough
