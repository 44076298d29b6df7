#include "plugin/plans/diff.hpp"

#include <algorithm>
#include <dtl/dtl.hpp>
#include <vector>

namespace pci_passthrough {
namespace {

constexpr std::size_t context = 3;

struct Line {
  char sign;  ///< ' ', '-' or '+', as a diff prints it
  std::string text;
};
using Lines = std::vector<Line>;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      lines.push_back(std::string(text) + "\n\\ No newline at end of file");
      break;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// Both versions line by line; where they differ, what goes stands before what comes.
Lines compared(std::string_view before, std::string_view after) {
  dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
  diff.compose();
  Lines lines, added;
  const auto flush = [&] {
    lines.insert(lines.end(), added.begin(), added.end());
    added.clear();
  };
  for (const auto& [text, edit] : diff.getSes().getSequence()) {
    if (edit.type == dtl::SES_COMMON) flush();
    if (edit.type == dtl::SES_ADD)
      added.push_back({'+', text});
    else
      lines.push_back({edit.type == dtl::SES_DELETE ? '-' : ' ', text});
  }
  flush();
  return lines;
}

/// "13,7": where a hunk begins and how long it is, of the version that `gone` is no part of.
std::string range(const Lines& lines, std::size_t begin, std::size_t end, char gone) {
  const auto count = [&](std::size_t from, std::size_t to) {
    return std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(from),
                         lines.begin() + static_cast<std::ptrdiff_t>(to),
                         [&](const Line& line) { return line.sign != gone; });
  };
  const auto before = count(0, begin), length = count(begin, end);
  return std::to_string(before + (length > 0)) + (length == 1 ? "" : "," + std::to_string(length));
}

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after) return "";
  const auto lines = compared(before, after);
  const auto next_change = [&](std::size_t at) {
    while (at < lines.size() && lines[at].sign == ' ') ++at;
    return at;
  };
  auto text = "--- " + std::string(path) + "\n+++ " + std::string(path) + "\n";
  std::size_t begin = 0, end = 0;
  for (auto change = next_change(0); change < lines.size();) {
    begin = std::max(end, change - std::min(change, context));
    do {
      end = change + 1;
      change = next_change(end);
    } while (change < lines.size() && change - end <= 2 * context);
    end = std::min(end + context, lines.size());
    text += "@@ -" + range(lines, begin, end, '+') + " +" + range(lines, begin, end, '-') + " @@\n";
    for (auto at = begin; at < end; ++at) text += lines[at].sign + lines[at].text + "\n";
  }
  return text;
}

}  // namespace pci_passthrough
