#include <algorithm>

#include "plugin/boot/platform_reader.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

using ProblemKind = PlatformProblemKind;
using Parts = std::vector<std::string_view>;

struct ExtlinuxReader : PlatformReader {
  bool has_label = false, takes_append = false;
  std::string title{};

  /// "hypervisor's --- kernel kernel's --- initrd", behind the hypervisor's own file.
  std::vector<std::string> images(std::string_view text) const {
    std::vector<std::string> parts;
    for (std::size_t at; (at = text.find("---")) != text.npos; text.remove_prefix(at + 3))
      parts.emplace_back(python.stripped(text.substr(0, at)));
    parts.emplace_back(python.stripped(text));
    return parts;
  }

  bool split_in_two(const std::string& text, std::optional<std::string>& first,
                    std::optional<std::string>& second) const {
    const auto parts = python.split(text, 2);
    if (parts.size() != 2) return false;
    first = parts[0];
    second = parts[1];
    return true;
  }

  bool read_append(const Parts& words) {
    const bool trusted = words[1].find("tboot") != words[1].npos;
    if (!trusted && words[1].find("xen") == words[1].npos) return true;
    if (words.size() < 3) return fail(ProblemKind::missing_arguments);
    auto parts = images(words[2]);
    if (parts.size() != (trusted ? 4u : 3u)) return true;
    takes_append = false;  // the tools keep the kernel's own words where "mboot.c32" was
    auto& entry = view.entries.back();
    PlatformEntry found;
    if (trusted) {
      found.tboot = words[1];
      found.tboot_arguments = parts[0];
      if (!split_in_two(parts[1], found.hypervisor, found.hypervisor_arguments)) return true;
    } else {
      found.hypervisor = words[1];
      found.hypervisor_arguments = parts[0];
    }
    const auto kernel = parts.size() - 2;
    if (!split_in_two(parts[kernel], found.kernel, found.kernel_arguments)) return true;
    found.initrd = parts[kernel + 1];
    found.label = entry.label;
    found.line = entry.line;
    found.title = title;
    found.kernel_line = line;
    entry = std::move(found);
    return true;
  }

  bool read_serial(const Parts& words) {
    std::string baud = "9600", flow;
    if (words.size() > 2) {
      const bool has_flow = words[2].find(' ') != words[2].npos;
      const auto parts = has_flow ? python.split(words[2], 2) : Parts{words[2]};
      baud = parts[0];
      if (parts.size() > 1) flow = ' ' + std::string(parts[1]);
    }
    const auto port = python.number(words[1]), speed = python.number(baud);
    if (!port || !speed) return fail(ProblemKind::bad_number);
    view.serial = std::to_string(*port) + ' ' + std::to_string(*speed) + flow;
    return true;
  }

  bool read_header(std::string_view keyword, std::string_view text, const Parts& words) {
    if (text.starts_with("# location ") && words.size() == 3 &&
        (words[2] == "mbr" || words[2] == "partition")) {
      view.location = words[2];
      return true;
    }
    if (keyword == "default" && words.size() == 2) view.default_label = words[1];
    return keyword == "default" && words.size() == 2;
  }

  bool read_label(const Parts& words) {
    has_label = true;
    title.clear();
    PlatformEntry entry;
    entry.label = words[1];
    entry.line = line;
    if (std::ranges::find(view.entries, entry.label, &PlatformEntry::label) != view.entries.end())
      problem(ProblemKind::entry_doubled, line);
    view.entries.push_back(std::move(entry));
    return true;
  }

  bool read_line(std::string_view raw) {
    const auto text = python.stripped(raw);
    const auto words = python.split(text, 3);
    if (words.empty()) return true;
    const auto keyword = lower(words[0]);
    if (read_header(keyword, text, words)) return true;
    if (keyword == "serial" && words.size() > 1) return read_serial(words);
    if (keyword == "timeout" && words.size() == 2) {
      const auto tenths = python.number(words[1]);
      if (!tenths) return fail(ProblemKind::bad_number);
      view.timeout = *tenths == 0 ? std::nullopt : std::optional(std::to_string(*tenths));
      return true;
    }
    if (keyword == "label" && words.size() == 2) return read_label(words);
    if (!has_label) return true;
    if (keyword == "#") title = python.stripped(text.substr(1));
    if (keyword == "kernel" && words.size() > 1) takes_append = words[1] == "mboot.c32";
    return keyword != "append" || words.size() < 2 || !takes_append || read_append(words);
  }
};

}  // namespace

void read_extlinux_as_platform(PlatformView& view, std::string_view text) {
  ExtlinuxReader reader{{view, PythonText(view.tools)}};
  for (const auto& line : reader.python.lines(text)) {
    ++reader.line;
    if (!reader.read_line(line)) return;
  }
}

}  // namespace pci_passthrough
