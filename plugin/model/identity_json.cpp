#include "plugin/model/identity_json.hpp"

#include "plugin/model/json_members.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::pair<const char*, std::string Identity::*> identity_fields[] = {
    {"kind", &Identity::kind}, {"place", &Identity::topology_path}, {"name", &Identity::name}};

}  // namespace

json::object identity_json(const Identity& identity) {
  json::object object = {{"address", identity.address.text()}};
  for (const auto& [name, member] : identity_fields) object[name] = identity.*member;
  object["marks"] = json::array(identity.stable_ids.begin(), identity.stable_ids.end());
  if (identity.shared_ids)
    object["shared"] = json::array(identity.shared_ids->begin(), identity.shared_ids->end());
  if (!identity.root.empty()) object["root"] = identity.root;
  if (identity.same_model_siblings)
    object["twins"] =
        json::array(identity.same_model_siblings->begin(), identity.same_model_siblings->end());
  return object;
}

std::optional<Identity> identity_in(const json::value& value) {
  const auto* object = value.if_object();
  if (!object) return {};
  const auto address = members::address(*object, "address");
  const auto marks = members::texts(*object, "marks");
  if (!address || !marks) return {};
  Identity identity;
  identity.address = *address;
  for (const auto& [name, member] : identity_fields) {
    const auto* text = members::text(*object, name);
    if (!text) return {};
    identity.*member = text->c_str();
  }
  identity.stable_ids = {marks->begin(), marks->end()};
  if (object->contains("shared")) {
    const auto shared = members::texts(*object, "shared");
    if (!shared) return {};
    identity.shared_ids.emplace(shared->begin(), shared->end());
  }
  if (object->contains("root") && !members::text(*object, "root")) return {};
  identity.root = members::word(*object, "root");
  if (object->contains("twins")) {
    identity.same_model_siblings = members::texts(*object, "twins");
    if (!identity.same_model_siblings) return {};
  }
  return identity;
}

json::array identities_json(const std::vector<Identity>& identities) {
  json::array devices;
  for (const auto& identity : identities) devices.push_back(identity_json(identity));
  return devices;
}

std::optional<std::vector<Identity>> identities_in(const json::object& whole) {
  return members::each<Identity>(whole, "devices", identity_in);
}

}  // namespace pci_passthrough
