#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/platform.hpp"

namespace pci_passthrough {

/// Python's way with text: str of Python 2 is bytes, of Python 3 it has Unicode's blanks.
class PythonText {
 public:
  explicit PythonText(PlatformTools tools) : unicode_(tools != PlatformTools::python2) {}

  /// Lines without their ends.
  std::vector<std::string> lines(std::string_view file) const;
  std::string_view stripped(std::string_view text) const;        ///< str.strip()
  std::string_view right_stripped(std::string_view text) const;  ///< str.rstrip()
  /// str.split(None, most - 1): the last part keeps its blanks.
  std::vector<std::string_view> split(std::string_view text, std::size_t most) const;
  /// re.findall(r'\S[^ "]*(?:"[^"]*")?\S*')
  std::vector<std::string> arguments(std::string_view text) const;
  std::optional<long> number(std::string_view text) const;  ///< int()

 private:
  std::size_t blank_at(std::string_view text) const;  ///< its bytes; 0 where there is none
  std::size_t word_size(std::string_view text) const;

  bool unicode_;
};

}  // namespace pci_passthrough
