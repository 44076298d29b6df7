#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace pci_passthrough {

/// A list that copies share until one of them changes it.
template <typename T>
class SharedList {
 public:
  SharedList() = default;
  SharedList(std::vector<T> all)  // NOLINT(google-explicit-constructor): the same list
      : all_(std::make_shared<std::vector<T>>(std::move(all))) {}

  /// For one thread at a time, as all of a Snapshot.
  std::vector<T>& change() {
    if (all_.use_count() != 1) all_ = std::make_shared<std::vector<T>>(*all_);
    return *all_;
  }

  auto begin() const { return all_->cbegin(); }
  auto end() const { return all_->cend(); }
  std::size_t size() const { return all_->size(); }
  bool empty() const { return all_->empty(); }
  const T& operator[](std::size_t i) const { return (*all_)[i]; }

 private:
  std::shared_ptr<std::vector<T>> all_ = std::make_shared<std::vector<T>>();
};

}  // namespace pci_passthrough
