#include "plugin/model/sr_words.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

constexpr std::string_view slashes = "/\\";

std::vector<std::string_view> parts_of(std::string_view text, char between) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(between), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// Without scheme, brackets, port, path and share.
std::string host_in(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != text.npos) text.remove_prefix(scheme + 3);
  text.remove_prefix(std::min(text.find_first_not_of(" /\\"), text.size()));
  if (text.starts_with('[')) return std::string(text.substr(1, text.find(']') - 1));
  text = text.substr(0, text.find_first_of(slashes));
  const bool has_path_or_port = std::ranges::count(text, ':') == 1;
  return std::string(has_path_or_port ? text.substr(0, text.find(':')) : text);
}

}  // namespace

std::string directory_of_location(std::string_view location) {
  constexpr std::string_view scheme = "file://";
  if (location.starts_with(scheme)) location.remove_prefix(scheme.size());
  const bool is_a_path = location.starts_with('/') && !location.starts_with("//");
  return is_a_path && location.find(":/") == location.npos ? std::string(location) : "";
}

std::vector<std::string> servers_in_word(std::string_view key, std::string_view value) {
  std::vector<std::string> servers;
  const bool of_sessions = key == "multiSession";
  const char between = of_sessions ? '|' : key == "backupservers" ? ':' : ',';
  for (const auto part : parts_of(value, between)) {
    auto server = host_in(of_sessions ? part.substr(0, part.find(',')) : part);
    if (!server.empty() && std::ranges::count(servers, server) == 0)
      servers.push_back(std::move(server));
  }
  return servers;
}

bool keeps_luns(const SrRecord& sr) { return sr.type == "hba" || sr.type == "rawhba"; }

}  // namespace pci_passthrough
