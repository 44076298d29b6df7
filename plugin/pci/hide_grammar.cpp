#include <cstdint>
#include <cstdio>
#include <limits>

#include "plugin/pci/hide_rule.hpp"
#include "plugin/pci/kernel_text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::int32_t every = -1;

int hex_digit(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto at = digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// A number as it stands; negative means every one, as in pcistub_device_id_add.
struct Number {
  std::int32_t value = 0;
  std::size_t at = 0;
};

struct Group {
  Number segment, bus, device, function;
};

/// The grammar of pcistub_init, by the rules of the kernel's vsscanf. The furthest place that an
/// alternative reached is the place of the error.
struct Grammar {
  std::string_view text;
  PcibackKind kind;
  std::size_t at = 0;
  bool closed = true;  ///< false: a classic pciback took a group without ')', and reads no further
  std::size_t furthest = 0;
  std::string expected{};

  char next(std::size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }

  bool stop(std::string_view what) {
    if (at > furthest || expected.empty()) {
      furthest = at;
      expected = what;
    } else if (at == furthest && expected.find(what) == std::string::npos) {
      expected.append(" or ").append(what);
    }
    return false;
  }

  bool blanks() {
    while (at < text.size() && is_kernel_space(text[at])) ++at;
    return true;
  }

  bool is(char c) {
    const char quoted[] = {'\'', c, '\'', '\0'};
    if (next() != c) return stop(quoted);
    ++at;
    return true;
  }

  bool number(Number& number) {
    const auto before = at;
    blanks();
    number = {0, at};
    if (hex_digit(next()) < 0) {
      stop("a hexadecimal number");
      at = before;
      return false;
    }
    if (next() == '0' && (next(1) | 0x20) == 'x') at += 2;
    std::uint32_t value = 0;
    for (int digit; (digit = hex_digit(next())) >= 0; ++at)
      value = value << 4 | static_cast<std::uint32_t>(digit);
    number.value = static_cast<std::int32_t>(value);
    return true;
  }

  bool wildcard(Number& number) {
    number = {every, at};
    return kind == PcibackKind::pvops && is('*');
  }

  bool slot(Group& group) {
    return number(group.device) ? is('.') && (number(group.function) || wildcard(group.function))
                                : wildcard(group.device) && is('.') && wildcard(group.function);
  }

  bool long_form(Group& group) {
    return number(group.segment) && is(':') && number(group.bus) && is(':') && slot(group);
  }

  bool short_form(Group& group) {
    group.segment = {};
    return number(group.bus) && is(':') && slot(group);
  }

  bool address(Group& group) {
    const auto start = at;
    if (long_form(group)) return true;
    at = start;
    return short_form(group);
  }

  bool close() {
    closed = is(')');
    return closed ? blanks() : kind == PcibackKind::classic;
  }

  bool group(Group& group) { return blanks() && is('(') && address(group) && close(); }
};

std::string shown(char c) {
  char text[sizeof "byte 0xff"];
  const bool printable = c >= ' ' && c <= '~';
  std::snprintf(text, sizeof text, printable ? "'%c'" : "byte 0x%02x",
                static_cast<unsigned char>(c));
  return text;
}

std::string misplaced(const Grammar& grammar) {
  const auto at = grammar.furthest;
  return (at < grammar.text.size()
              ? shown(grammar.text[at]) + " stands where " + grammar.expected + " should"
              : "the list ends where " + grammar.expected + " should stand") +
         (grammar.kind == PcibackKind::classic ? " (this kernel's pciback knows no '*')" : "") +
         "; right is (0000:06:00.0)(0000:07:00.0), with nothing between the rules";
}

std::optional<HideList::Error> out_of_range(const Group& group) {
  constexpr auto any = std::numeric_limits<std::int32_t>::min();
  const struct {
    const char* name;
    const Number& number;
    std::int32_t lowest, highest;
  } ranges[] = {{"segment", group.segment, 0, 0xffff},
                {"bus", group.bus, 0, 0xff},
                {"device", group.device, any, 0x1f},
                {"function", group.function, any, 7}};
  for (const auto& [name, number, lowest, highest] : ranges) {
    if (number.value >= lowest && number.value <= highest) continue;
    char sentence[80];
    std::snprintf(sentence, sizeof sentence, "%s %x is out of range; right is 0 to %x", name,
                  static_cast<unsigned>(number.value), static_cast<unsigned>(highest));
    return HideList::Error{number.at, sentence};
  }
  return {};
}

/// A classic pciback checks no range, it keeps the bits that fit, and no number means every one.
HideRule rule_of(const Group& group, PcibackKind kind, std::string_view text) {
  const auto bits = [](const Number& number, int mask) {
    return static_cast<std::uint8_t>(number.value & mask);
  };
  const bool classic = kind == PcibackKind::classic;
  HideRule rule;
  rule.segment = static_cast<std::uint32_t>(group.segment.value);
  rule.bus = bits(group.bus, 0xff);
  if (classic || group.device.value >= 0) rule.device = bits(group.device, 0x1f);
  if (classic || group.function.value >= 0) rule.function = bits(group.function, 7);
  rule.text = text;
  return rule;
}

}  // namespace

HideList parse_hide_list(std::string_view text, PcibackKind kind) {
  HideList list;
  for (Grammar grammar{text, kind}; grammar.at < text.size() && grammar.closed;) {
    const auto start = grammar.at;
    Group group;
    if (!grammar.group(group)) return {{}, HideList::Error{grammar.furthest, misplaced(grammar)}};
    if (kind == PcibackKind::pvops)
      if (auto error = out_of_range(group)) return {{}, error};
    list.rules.push_back(rule_of(group, kind, text.substr(start, grammar.at - start)));
  }
  return list;
}

}  // namespace pci_passthrough
