#include "plugin/boot/once_mark.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace pci_passthrough {
namespace {

constexpr std::string_view signature = "# GRUB Environment Block\n";
constexpr std::size_t environment_size = 1024;

// The vector: head, checksum, tagged data, tail; 32-bit words, the low byte first.
constexpr std::uint32_t vector_head = 0x5a2d2fa5, vector_sum = 0xa3041767, vector_tail = 0xdd28bf64;
constexpr std::size_t data_begin = 8, data_end = extlinux_vector_size - 4;
constexpr unsigned char tag_end = 0, tag_once = 1;

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
  return word;
}

bool is_whole(std::string_view vector) {
  std::uint32_t sum = 0;
  for (std::size_t at = 4; at < data_end; at += 4) sum += word_at(vector, at);
  return word_at(vector, 0) == vector_head && sum == vector_sum &&
         word_at(vector, data_end) == vector_tail;
}

std::string once_in(std::string_view data) {
  while (data.size() >= 2 && static_cast<unsigned char>(data[0]) != tag_end) {
    const auto size = static_cast<unsigned char>(data[1]);
    if (data.size() < 2u + size) return "";
    if (static_cast<unsigned char>(data[0]) == tag_once) return std::string(data.substr(2, size));
    data.remove_prefix(2u + size);
  }
  return "";
}

/// A line of the block as it stands, its end with it; a backslash keeps the next byte.
std::string_view take_raw_line(std::string_view& block) {
  std::size_t at = 0;
  while (at < block.size() && block[at] != '\n') at += block[at] == '\\' ? 2 : 1;
  const auto line = block.substr(0, at + 1);
  block.remove_prefix(line.size());
  return line;
}

std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '\n') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

std::string empty_environment() {
  return std::string(signature) + std::string(environment_size - signature.size(), '#');
}

std::optional<std::string> environment_with(std::string_view block, std::string_view name,
                                            const std::optional<std::string>& value) {
  if (!block.starts_with(signature)) return {};
  auto rest = block.substr(signature.size());
  const auto start = fmt::format("{}=", name);
  auto line = value ? fmt::format("{}{}\n", start, escaped(*value)) : std::string();
  std::string text(signature);
  while (!rest.empty()) {
    const auto old = take_raw_line(rest);
    const bool is_filling = old.find_first_not_of('#') == old.npos;
    if (is_filling) continue;
    if (!old.starts_with(start))
      text += old;
    else
      text += std::exchange(line, "");
  }
  text += line;
  if (text.size() > block.size()) return {};
  return text.append(block.size() - text.size(), '#');
}

std::optional<std::string> extlinux_once(std::string_view vectors) {
  if (vectors.size() != 2 * extlinux_vector_size) return {};
  for (const auto at : {std::size_t{0}, extlinux_vector_size}) {
    const auto vector = vectors.substr(at, extlinux_vector_size);
    if (is_whole(vector)) return once_in(vector.substr(data_begin, data_end - data_begin));
  }
  return {};
}

}  // namespace pci_passthrough
