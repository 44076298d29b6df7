#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace pci_passthrough {

/// The one in which this byte stands, of ones that stand in a text one after the other; null where
/// there is none. `range_of` says from where to where one stands.
template <typename One, typename RangeOf = std::identity>
const One* find_at(const std::vector<One>& ones, std::size_t at, RangeOf range_of = {}) {
  const auto begin = [&](const One& one) { return std::invoke(range_of, one).begin; };
  const auto next = std::ranges::upper_bound(ones, at, {}, begin);
  if (next == ones.begin()) return nullptr;
  const auto& found = *std::prev(next);
  return at < std::invoke(range_of, found).end ? &found : nullptr;
}

}  // namespace pci_passthrough
