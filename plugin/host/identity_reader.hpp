#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <memory>
#include <string_view>

namespace pci_passthrough {

/// Reads {"devices": [...]} as it comes: each device on its own, so that a file of tens of
/// thousands takes the memory of one.
class DeviceReader {
 public:
  /// Takes a device; false where it is none.
  using Take = std::function<bool(const boost::json::value&)>;

  explicit DeviceReader(Take take);
  ~DeviceReader();

  void feed(std::string_view piece);
  /// Was it JSON, with that member, and each of it a device?
  bool finish();

 private:
  class Events;
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace pci_passthrough
