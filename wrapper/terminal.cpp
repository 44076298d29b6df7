#include "wrapper/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace pci_passthrough {
namespace {

constexpr std::size_t narrowest = 60, widest = 400;

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Terminal terminal_of_output() {
  Terminal terminal;
  if (!isatty(1)) return terminal;
  winsize size{};
  if (ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.columns = std::clamp<std::size_t>(size.ws_col, narrowest, widest);
  terminal.colour = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  return terminal;
}

}  // namespace pci_passthrough
