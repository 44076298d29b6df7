#include "plugin/host/backup_record.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "plugin/host/identities.hpp"
#include "plugin/model/json_members.hpp"
#include "plugin/model/sha256.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

using Field = std::pair<const char*, std::string Backup::*>;

constexpr Field required[] = {
    {"id", &Backup::id},         {"time", &Backup::time}, {"function", &Backup::function},
    {"caller", &Backup::caller}, {"path", &Backup::path}, {"sha256", &Backup::sha256}};
constexpr Field optional[] = {{"change", &Backup::change},
                              {"left", &Backup::left_sha256},
                              {"vm", &Backup::vm},
                              {"vm_name", &Backup::vm_name}};

/// Nothing for a kind that a newer version may have made.
std::optional<BackupKind> kind_named(std::string_view name) {
  for (const auto kind :
       {BackupKind::boot_file, BackupKind::vm_entry, BackupKind::lost_text, BackupKind::vm_setting})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

/// Is what an optional member holds of the right form?
bool read_rest(const json::object& fields, Backup& backup) {
  for (const auto& [name, member] : optional) backup.*member = members::word(fields, name);
  if (backup.change.empty()) backup.change = backup.id;
  backup.is_absent = members::flag(fields, "absent").value_or(false);
  if (fields.contains("kind")) {
    const auto kind = kind_named(members::word(fields, "kind"));
    if (!kind) return false;
    backup.kind = *kind;
  }
  if (const auto* devices = fields.if_contains("devices")) {
    auto identities = parse_identities(json::serialize(*devices));
    if (!identities) return false;
    backup.identities = std::move(identities.value);
  }
  if (backup.kind == BackupKind::vm_setting) {
    const auto field = vm_field_named(members::word(fields, "field"));
    if (!field || field == VmField::pci) return false;
    backup.field = *field;
  }
  return !backup.is_of_vm() || !backup.vm.empty();
}

}  // namespace

std::string backup_record(const Backup& backup) {
  json::object fields;
  for (const auto& [name, member] : required) fields[name] = backup.*member;
  fields["size"] = backup.content.size();
  fields["kind"] = name_of(backup.kind);
  for (const auto& [name, member] : optional)
    if (!(backup.*member).empty()) fields[name] = backup.*member;
  if (backup.kind == BackupKind::vm_setting) fields["field"] = name_of(backup.field);
  if (backup.is_absent) fields["absent"] = true;
  if (backup.identities) fields["devices"] = json::parse(identities_text(*backup.identities));
  return ascii_json(fields) + "\n";
}

std::optional<Backup> read_backup_record(const std::string& id, std::string_view record,
                                         std::string content) {
  boost::system::error_code error;
  const auto value = json::parse(record, error);
  if (error || !value.is_object()) return std::nullopt;
  const auto& fields = value.get_object();
  Backup backup;
  for (const auto& [name, member] : required) {
    const auto* text = members::text(fields, name);
    if (!text) return std::nullopt;
    backup.*member = std::string(*text);
  }
  backup.content = std::move(content);
  const bool fits = backup.id == id && backup.sha256 == sha256(backup.content);
  return fits && read_rest(fields, backup) ? std::optional(std::move(backup)) : std::nullopt;
}

}  // namespace pci_passthrough
