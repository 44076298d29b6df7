#include "plugin/host/masking.hpp"

#include <algorithm>
#include <cctype>

#include "plugin/host/sensitive_values.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

/// Letters stay letters and digits digits, and everything else is as it was.
bool same_shape(std::string_view a, std::string_view b) {
  const auto kind = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isdigit(byte) ? '0' : std::islower(byte) ? 'a' : std::isupper(byte) ? 'A' : c;
  };
  return std::ranges::equal(a, b, {}, kind, kind);
}

std::string masked(const std::string& path, std::string_view text) {
  const Section serial{.kind = SectionKind::text, .path = "/z/serial", .content = "S3Z1-NB.0K"};
  const Section section{.kind = SectionKind::text, .path = path, .content = std::string(text)};
  return mask({{path, section}, {serial.path, serial}}).at(path).content;
}

}  // namespace

void try_input(std::string_view input) {
  constexpr const char* paths[] = {"/etc/hostname", "/sys/block/sda/device/serial",
                                   "/proc/self/mountinfo", "/log"};
  const std::string path = paths[take_choice(input) % std::size(paths)];
  const auto made = masked(path, input);
  require(same_shape(made, input), "what is made up has the shape of the true one");
  require(masked(path, input) == made, "the same gives the same");
  if (path != "/log") return;
  constexpr std::size_t least = 7;  // of fewer digits there may be too few others
  for (std::size_t at = 0; at < input.size(); ++at) {
    const bool begins = at == 0 || !std::isdigit(static_cast<unsigned char>(input[at - 1]));
    const auto size = begins ? sensitive_size(input, at) : 0;
    if (size >= least)
      require(made.substr(at, size) != input.substr(at, size), "no address is left");
    if (size > 0) at += size - 1;
  }
}

}  // namespace pci_passthrough
