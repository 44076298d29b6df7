#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pci_passthrough {

/// A path of the host, and where it lies for us.
struct TakePath {
  std::string inside, outside;
};

/// What the child does: open each disk exclusively and close it again; write the marker; write
/// `text` into each file; remove the marker.
struct TakeWork {
  std::string marker;  ///< its text
  std::vector<TakePath> disks{}, writes{};
  std::string text{};
};

enum class TakeStage : std::int32_t { disk, marker, write, done };

/// What it says at its end, in one write: where it failed, and with which errno.
struct TakeReport {
  TakeStage stage = TakeStage::done;
  std::int32_t step = 0, error = 0;
};

/// The child, after fork: closes every descriptor but these two, is nobody's process group but its
/// own, works, reports and ends. `state` is an open of the state directory that holds no lock.
[[noreturn]] void do_take(const TakeWork& work, int state, int report);

}  // namespace pci_passthrough
