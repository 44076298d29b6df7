#include "plugin/boot/join_lines.hpp"

#include <algorithm>

#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool begins_command(std::string_view text) {
  constexpr std::string_view commands[] = {"module",         "multiboot", "xen_module",
                                           "xen_hypervisor", "search",    "}"};
  return std::ranges::any_of(commands, [&](auto one) { return text.starts_with(one); });
}

void join(const BootFile& file, const TextRange& range, std::vector<Replacement>& plan) {
  const std::string_view text = file.text;
  for (auto at = range.begin; (at = text.find('\\', at)) < range.end; ++at) {
    auto end = at + 1;
    if (text.substr(end, 1) == "\r") ++end;
    if (text.substr(end, 1) != "\n") continue;
    auto begin = at, next = end + 1;
    while (is_blank(text[begin - 1])) --begin;
    while (next < text.size() && is_blank(text[next])) ++next;
    const bool apart = begin < at || next > end + 1;
    if (begins_command(text.substr(next)) && next > end + 1)
      plan.push_back({begin, at + 1, ""});
    else
      plan.push_back({begin, next, apart ? " " : ""});
    at = next - 1;
  }
}

void drop_semicolon(const BootFile& file, const TextRange& kernel, std::vector<Replacement>& plan) {
  const std::string_view text = file.text;
  auto at = kernel.end;
  while (at < text.size() && (is_blank(text[at]) || text[at] == ';')) ++at;
  const auto between = text.substr(kernel.end, at - kernel.end);
  const bool ends_line = at < text.size() && (text[at] == '\n' || text[at] == '\r');
  if (ends_line && between.find(';') != between.npos) plan.push_back({kernel.end, at, ""});
}

}  // namespace

std::string with_joined_lines(const BootFile& file, const std::vector<std::size_t>& entries) {
  if (file.loader == BootLoader::extlinux) return file.text;
  std::vector<Replacement> plan;
  for (const auto i : entries) {
    if (i >= file.entries.size() || !file.entries[i].is_xen) continue;
    join(file, file.entries[i].range, plan);
    drop_semicolon(file, file.entries[i].kernel_line, plan);
  }
  return with_replacements(file.text, std::move(plan));
}

}  // namespace pci_passthrough
