#include "plugin/host/backups.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <ctime>

#include "plugin/host/boot_place.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/sha256.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr char backups_name[] = "backups";
constexpr std::string_view fields_suffix = ".json", content_suffix = ".content";
constexpr char copy_suffix[] = ".pci-passthrough.bak";
constexpr std::size_t id_digits = 8;

/// Another text than the package's, so that rpm keeps it on erasure, and says so.
constexpr char readme[] =
    "This host's boot files, each as it was before pci-passthrough replaced it.\n"
    "pci-passthrough backups lists them; pci-passthrough restore ID puts one back. By hand:\n"
    "backups/ID.json names the file, backups/ID.content is what stood in it.\n"
    "They outlive the package. Remove this directory when none of them is wanted back.\n";

std::string backups_directory() { return std::string(state_directory) + "/" + backups_name; }

struct Now {
  std::string id, time;
};
Now now() {
  timeval clock{};
  ::gettimeofday(&clock, nullptr);
  std::tm utc{};
  ::gmtime_r(&clock.tv_sec, &utc);
  char id[64], time[64], microseconds[16];
  std::strftime(id, sizeof id, "%Y%m%dT%H%M%S", &utc);
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &utc);
  std::snprintf(microseconds, sizeof microseconds, ".%06ldZ", static_cast<long>(clock.tv_usec));
  return {std::string(id) + microseconds, time};
}

/// A field with the member of a Backup that it is kept in.
constexpr std::pair<const char*, std::string Backup::*> fields[] = {
    {"id", &Backup::id},         {"time", &Backup::time}, {"function", &Backup::function},
    {"caller", &Backup::caller}, {"path", &Backup::path}, {"sha256", &Backup::sha256}};

std::string serialized(const Backup& backup) {
  json::object object;
  for (const auto& [name, member] : fields) object[name] = backup.*member;
  object["size"] = backup.content.size();
  return json::serialize(object) + "\n";
}

std::optional<Backup> read_backup(const Host& host, const std::string& id) {
  const auto text = host.read(backups_directory() + "/" + id + std::string(fields_suffix));
  auto content = host.read(backups_directory() + "/" + id + std::string(content_suffix));
  boost::system::error_code error;
  const auto value = json::parse(text.value, error);
  if (!text || !content || error || !value.is_object()) return std::nullopt;
  Backup backup;
  for (const auto& [name, member] : fields) {
    const auto* field = value.as_object().if_contains(name);
    if (!field || !field->is_string()) return std::nullopt;
    backup.*member = std::string(field->as_string());
  }
  backup.content = std::move(content.value);
  if (backup.id != id || backup.sha256 != sha256(backup.content)) return std::nullopt;
  return backup;
}

/// Where it fails, the files that would be worth nothing go too.
void write(const Descriptor& directory, const std::string& place, const std::string& name,
           std::string_view content, const std::vector<std::string>& worthless = {}) {
  const int error = directory ? write_new_file(directory.get(), name, content) : errno;
  for (const auto& other : worthless)
    if (error) ::unlinkat(directory.get(), other.c_str(), 0);
  if (error)
    throw Failure(code::internal_error, "cannot write the backup " + place + "/" + name + ": " +
                                            error_text(error) + "; nothing was changed");
}

}  // namespace

Read<std::vector<Backup>> read_backups(const Host& host, std::vector<std::string>* damaged) {
  Read<std::vector<Backup>> backups;
  const auto names = host.list(backups_directory());
  if (!names && !names.absent()) backups.error = names.error;
  for (const auto& name : names.value) {
    if (!name.ends_with(fields_suffix)) continue;
    const std::string id = name.substr(0, name.size() - fields_suffix.size());
    if (auto backup = read_backup(host, id))
      backups.value.push_back(std::move(*backup));
    else if (damaged)
      damaged->push_back(id);
  }
  return backups;
}

std::string write_backup(const Host& host, const std::string& path, std::string_view content,
                         const std::string& function, const std::string& caller) {
  const auto [id, time] = now();
  const std::string hash = sha256(content);
  const Backup backup{id + "-" + hash.substr(0, id_digits),
                      time,
                      function,
                      caller,
                      path,
                      hash,
                      std::string(content)};
  const Descriptor state = open_state_directory(host);
  const Descriptor directory = open_own_directory(state.get(), backups_name);
  const auto content_name = backup.id + std::string(content_suffix);
  const auto fields_name = backup.id + std::string(fields_suffix);
  write(directory, backups_directory(), content_name, content, {content_name});
  write(directory, backups_directory(), fields_name, serialized(backup),
        {fields_name, content_name});
  write(state, state_directory, "README", readme);

  const BootPlace place = find_boot_place(host, path);
  write(place.directory, path.substr(0, path.rfind('/')), place.name + copy_suffix, content);
  return backup.id;
}

void remove_leftover_backups(const Host& host) {
  const Descriptor state = open_state_directory(host);
  const Descriptor directory = open_own_directory(state.get(), backups_name);
  const auto names = host.list(backups_directory()).value;
  for (const auto& name : names) {
    const std::string fields = name.substr(0, name.rfind('.')) + std::string(fields_suffix);
    const bool lone =
        name.ends_with(content_suffix) && !std::binary_search(names.begin(), names.end(), fields);
    if (name.ends_with(temporary_suffix) || lone) ::unlinkat(directory.get(), name.c_str(), 0);
  }
}

}  // namespace pci_passthrough
