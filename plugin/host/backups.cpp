#include "plugin/host/backups.hpp"

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>

#include "plugin/host/backup_id.hpp"
#include "plugin/host/backup_record.hpp"
#include "plugin/host/boot_place.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/sha256.hpp"
#include "plugin/model/utc.hpp"

namespace pci_passthrough {
namespace {

constexpr char backups_name[] = "backups";
constexpr std::string_view fields_suffix = ".json", content_suffix = ".content";
constexpr char copy_suffix[] = ".pci-passthrough.bak";
constexpr std::size_t id_digits = 8;

/// Another text than the package's, so that rpm keeps it on erasure, and says so.
constexpr char readme[] =
    "This host's boot files, and the entries of VMs (other_config:pci), each as it was before\n"
    "pci-passthrough replaced it. pci-passthrough backups lists them; pci-passthrough undo takes\n"
    "the last change back; pci-passthrough restore ID puts one back. By hand: backups/ID.json\n"
    "names the file or the VM, backups/ID.content is what stood there.\n"
    "They outlive the package. Remove this directory when none of them is wanted back.\n";

std::string backups_directory() { return std::string(state_directory) + "/" + backups_name; }

std::optional<Backup> read_backup(const Host& host, const std::string& id,
                                  std::string* why = nullptr) {
  const auto text = host.read(backups_directory() + "/" + id + std::string(fields_suffix));
  auto content = host.read(backups_directory() + "/" + id + std::string(content_suffix));
  const auto& unread = text ? content : text;
  if (why) *why = unread || unread.absent() ? "it is damaged" : unread.reason();
  if (!unread) return std::nullopt;
  return read_backup_record(id, text.value, std::move(content.value));
}

constexpr std::size_t most_kept = 4 << 20;
/// Of a boot file: what a VM had is short, and told in the list.
std::size_t leave_content_out(Backup& backup) {
  if (backup.is_of_vm()) return 0;
  backup.left_out = std::exchange(backup.content, {}).size();
  backup.identities.reset();
  return backup.left_out;
}

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw Failure(code::internal_error, "cannot write the backup " + path + ": " + error_text(error) +
                                          "; nothing was changed");
}

/// Where it fails, the files that would be worth nothing go too.
void write(const Descriptor& directory, const std::string& place, const std::string& name,
           std::string_view content, const std::vector<std::string>& worthless = {}) {
  const int error = directory ? write_new_file(directory.get(), name, content) : errno;
  for (const auto& other : worthless)
    if (error) ::unlinkat(directory.get(), other.c_str(), 0);
  if (error) cannot_write(place + "/" + name, error);
}

/// The copy at the boot prompt, or none, as before a change that did not happen.
void put_beside(const Host& host, const std::string& path, const std::string& content) {
  const BootPlace place = find_boot_place(host, path);
  const auto name = place.name + copy_suffix;
  if (content.empty())
    ::unlinkat(place.directory.get(), name.c_str(), 0);
  else
    write_new_file(place.directory.get(), name, content);
}

}  // namespace

Read<std::vector<Backup>> read_backups(const Host& host, std::vector<UnreadBackup>* unread) {
  Read<std::vector<Backup>> backups;
  std::size_t kept = 0, oldest = 0;
  const auto names = host.list(backups_directory());
  if (!names && !names.absent()) backups.error = names.error;
  for (const auto& name : names.value) {
    if (!name.ends_with(fields_suffix)) continue;
    const std::string id = name.substr(0, name.size() - fields_suffix.size());
    std::string why;
    if (auto backup = read_backup(host, id, &why)) {
      if (!backup->is_of_vm()) kept += backup->content.size();
      backups.value.push_back(std::move(*backup));
    } else if (unread) {
      unread->push_back({id, why});
    }
    for (; kept > most_kept && oldest + 1 < backups.value.size(); ++oldest)
      kept -= leave_content_out(backups.value[oldest]);
  }
  return backups;
}

void read_content(const Host& host, const std::string& id, std::vector<Backup>& backups) {
  const auto found = std::ranges::find(backups, id, &Backup::id);
  if (found == backups.end() || found->left_out == 0) return;
  if (auto backup = read_backup(host, id)) *found = std::move(*backup);
}

std::string write_backup(const Host& host, Backup backup) {
  const Descriptor state = open_state_directory(host);
  const Descriptor directory = open_own_directory(state.get(), backups_name);
  write(state, state_directory, "README", readme);
  timeval now{};
  ::gettimeofday(&now, nullptr);
  backup.time = utc_text(now.tv_sec);
  backup.sha256 = sha256(backup.content);
  backup.id = next_backup_time(host.list(backups_directory()).value, now) + "-" +
              backup.sha256.substr(0, id_digits);
  if (backup.change.empty()) backup.change = backup.id;
  const auto content_name = backup.id + std::string(content_suffix);
  const auto fields_name = backup.id + std::string(fields_suffix);
  write(directory, backups_directory(), content_name, backup.content, {content_name});
  write(directory, backups_directory(), fields_name, backup_record(backup),
        {fields_name, content_name});
  if (backup.kind != BackupKind::boot_file) return backup.id;
  const BootPlace place = find_boot_place(host, backup.path);
  const auto copy = place.name + copy_suffix;
  const int error =
      place.directory ? write_new_file(place.directory.get(), copy, backup.content) : errno;
  if (error) discard_backups(host, {backup.id});
  if (error) cannot_write(backup.path.substr(0, backup.path.rfind('/')) + "/" + copy, error);
  return backup.id;
}

void discard_backups(const Host& host, const std::vector<std::string>& ids) {
  const auto goes = [&](const Backup& backup) { return std::ranges::count(ids, backup.id) != 0; };
  std::map<std::string, std::string> newest;  // of each boot file, the id, of those that stay
  auto all = read_backups(host, nullptr).value;
  std::erase_if(all, [](const auto& one) { return one.kind != BackupKind::boot_file; });
  for (const auto& backup : all)
    if (!goes(backup)) newest[backup.path] = backup.id;
  const auto resolved = host.resolve(backups_directory());
  if (!resolved) return;
  const Descriptor directory(
      ::open(host.outside(*resolved).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  for (const auto& id : ids)
    for (const auto suffix : {fields_suffix, content_suffix})
      ::unlinkat(directory.get(), (id + std::string(suffix)).c_str(), 0);
  ::fsync(directory.get());
  for (const auto& backup : all)
    if (goes(backup))
      put_beside(host, backup.path,
                 read_backup(host, newest[backup.path]).value_or(Backup{}).content);
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
