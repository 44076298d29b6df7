#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// The kernel's own way, in place and with terminators (lib/cmdline.c).
inline std::vector<std::string> arguments_by_next_arg(std::string text) {
  std::vector<std::string> result;
  text += '\0';
  const auto is_space = [](char c) {
    return std::string_view(" \t\n\v\f\r\xa0").find(c) != std::string_view::npos;
  };
  char* args = text.data();
  while (is_space(*args)) ++args;
  while (*args != '\0') {
    const bool quoted = *args == '"';
    if (quoted) ++args;
    bool in_quote = quoted;
    std::size_t equals = 0, i = 0;
    for (; args[i] != '\0' && (in_quote || !is_space(args[i])); ++i) {
      if (equals == 0 && args[i] == '=') equals = i;
      if (args[i] == '"') in_quote = !in_quote;
    }
    const bool more = args[i] != '\0';
    const char* value = nullptr;
    if (equals != 0) {
      args[equals] = '\0';
      value = args + equals + 1;
      if (*value == '"') {
        ++value;
        if (args[i - 1] == '"') args[i - 1] = '\0';
      }
    }
    if (quoted && i > 0 && args[i - 1] == '"') args[i - 1] = '\0';
    if (more) args[i] = '\0';
    result.push_back(value ? std::string(args) + '=' + value : std::string(args));
    args += i + (more ? 1 : 0);
    while (is_space(*args)) ++args;
  }
  return result;
}

}  // namespace pci_passthrough
