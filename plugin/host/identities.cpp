#include "plugin/host/identities.hpp"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "plugin/host/file_io.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view file_name =
    std::string_view(identities_file).substr(sizeof state_directory);

constexpr std::pair<const char*, std::string Identity::*> identity_fields[] = {
    {"kind", &Identity::kind}, {"place", &Identity::topology_path}, {"name", &Identity::name}};

json::object object_of(const Identity& identity) {
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

/// Throws where a member is missing or of another type; 0.1.0 wrote neither root nor
/// same_model_siblings.
Identity identity_in(const json::object& object) {
  Identity identity;
  identity.address = PciAddress::parse(std::string(object.at("address").as_string())).value();
  for (const auto& [name, member] : identity_fields)
    identity.*member = object.at(name).as_string().c_str();
  for (const auto& id : object.at("marks").as_array())
    identity.stable_ids.insert(id.as_string().c_str());
  if (const auto* shared = object.if_contains("shared"))
    for (identity.shared_ids.emplace(); const auto& id : shared->as_array())
      identity.shared_ids->insert(id.as_string().c_str());
  if (const auto* root = object.if_contains("root")) identity.root = root->as_string().c_str();
  if (const auto* same_model_siblings = object.if_contains("twins"))
    for (identity.same_model_siblings.emplace(); const auto& twin : same_model_siblings->as_array())
      identity.same_model_siblings->emplace_back(twin.as_string().c_str());
  return identity;
}

}  // namespace

Read<std::vector<Identity>> read_identities(const Host& host) {
  const auto text = host.read(identities_file);
  if (!text) return {{}, text.error};
  Read<std::vector<Identity>> identities;
  try {
    const auto whole = json::parse(text.value);
    for (const auto& one : whole.as_object().at("devices").as_array())
      identities.value.push_back(identity_in(one.as_object()));
    return identities;
  } catch (const std::exception&) {
    return {{}, EBADMSG};
  }
}

int write_identities(int state_directory, const std::vector<Identity>& identities) {
  json::array devices;
  for (const auto& identity : identities) devices.push_back(object_of(identity));
  const json::object whole = {{"schema", 1}, {"devices", std::move(devices)}};
  return write_new_file(state_directory, std::string(file_name), ascii_json(whole) + "\n");
}

void remove_leftover_identities(const Host& host) {
  const Descriptor state = open_state_directory(host);
  ::unlinkat(state.get(), (std::string(file_name) + std::string(temporary_suffix)).c_str(), 0);
}

}  // namespace pci_passthrough
