#include "plugin/probe/named_blocks.hpp"

#include <cerrno>
#include <filesystem>

namespace pci_passthrough {
namespace {

constexpr int most_links_of_a_device = 8, most_links_of_a_path = 40;

std::string beside(const std::string& path, const std::string& target) {
  return (std::filesystem::path(path).parent_path() / target).lexically_normal();
}

bool is_below_dev(const std::string& path) { return path.starts_with("/dev/"); }

}  // namespace

std::string end_of_links(const Host& host, std::string path) {
  for (int i = 0; i < most_links_of_a_device; ++i) {
    const auto target = host.link(path);
    if (!target) break;
    path = beside(path, target.value);
  }
  return path;
}

void note_ends(const Host& host, const std::string& name, const std::string& link,
               Snapshot& snapshot) {
  if (host.link(link).absent() && !is_below_dev(name)) {
    snapshot.named_blocks.try_emplace(name);
    return;
  }
  snapshot.named_blocks.try_emplace(name, std::vector{end_of_links(host, link)});
}

std::optional<std::string> directory_at(const Host& host, const std::string& path) {
  std::filesystem::path rest = std::filesystem::path(path).lexically_normal().relative_path(),
                        walked = "/";
  int links = 0;
  while (!rest.empty()) {
    auto part = rest.begin();
    const auto next = walked / *part;
    std::filesystem::path after;
    for (++part; part != rest.end(); ++part) after /= *part;
    const auto target = host.link(next.string());
    if (target) {
      if (++links > most_links_of_a_path) return std::nullopt;
      rest = (std::filesystem::path(beside(next, target.value)) / after).relative_path();
      walked = "/";
      continue;
    }
    if (target.absent()) return (next / after).lexically_normal();
    if (target.error != EINVAL) return std::nullopt;
    walked = next;
    rest = after;
  }
  const auto text = walked.string();
  return text.size() > 1 && text.back() == '/' ? text.substr(0, text.size() - 1) : text;
}

}  // namespace pci_passthrough
