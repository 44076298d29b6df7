#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// Puts 0 in the place of what is no JSON and yet stands where a number should: NaN, nan,
/// Infinity, inf. Pieces may be cut anywhere.
class JsonNumbers {
 public:
  std::string_view cleaned(std::string_view piece);

 private:
  void end_word();
  std::size_t take_string_part(std::string_view text);

  bool in_string_ = false, escaped_ = false;
  char last_ = 0;
  std::string word_, text_;
};

}  // namespace pci_passthrough
