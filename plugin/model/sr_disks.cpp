#include <algorithm>
#include <sstream>

#include "plugin/model/sr_explanation.hpp"

namespace pci_passthrough {
namespace {

/// What a word leads to: what the links say, a path in /dev itself, and a multipath map of its
/// name.
std::vector<const BlockDevice*> blocks_of_word(const SrExplanation& sr, const std::string& word) {
  std::vector<const BlockDevice*> blocks;
  if (const auto* map = sr.storage.mapped_as(word); map && map->mapping == "mpath")
    blocks.push_back(map);
  const auto ends = sr.snapshot.named_blocks.find(word);
  if (ends != sr.snapshot.named_blocks.end())
    for (const auto& path : ends->second) blocks.push_back(sr.storage.at(path));
  return blocks;
}

bool explain_blocks(SrExplanation& sr, const std::vector<const BlockDevice*>& blocks,
                    const std::string& evidence) {
  for (const auto* block : blocks)
    if (block) sr.add(*block, evidence);
  return !blocks.empty() && std::ranges::count(blocks, nullptr) == 0;
}

void explain_word(SrExplanation& sr, const std::string& key, const std::string& word) {
  const auto source = "device_config:" + key;
  if (!explain_blocks(sr, blocks_of_word(sr, word), "PBD." + source))
    sr.lose("'" + word + "' (" + source + ") leads to no block device", true, false);
}

/// Words between the disks of a pool of ZFS.
bool is_a_layout(std::string_view word) {
  return word == "mirror" || word == "log" || word == "cache" || word == "spare" ||
         word.starts_with("raidz");
}

}  // namespace

bool explain_words(SrExplanation& sr, const std::vector<std::string>& keys) {
  bool named = false;
  for (const auto& key : keys) {
    auto words = sr.word(key);
    std::ranges::replace(words, ' ', ',');
    std::istringstream parts(words);
    for (std::string word; std::getline(parts, word, ',');) {
      if (word.empty() || is_a_layout(word)) continue;
      named = true;
      explain_word(sr, key, word);
    }
  }
  return named;
}

bool explain_lun(SrExplanation& sr, const std::string& id) {
  return explain_blocks(sr, blocks_of_word(sr, id), "/dev/disk/by-scsid");
}

void explain_links(SrExplanation& sr, const std::string& path) {
  const auto followed = sr.snapshot.named_directories.find(path);
  const auto ends = followed == sr.snapshot.named_directories.end()
                        ? sr.snapshot.named_blocks.end()
                        : sr.snapshot.named_blocks.find(followed->second);
  if (ends == sr.snapshot.named_blocks.end())
    return sr.lose("cannot read the links in '" + path + "'", true, false);
  for (const auto& end : ends->second)
    if (!explain_blocks(sr, {sr.storage.at(end)}, path))
      sr.lose("'" + end + "' of '" + path + "' is no block device that is known", true, false);
}

}  // namespace pci_passthrough
