#include "plugin/model/auto_trial_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "plugin/model/json_members.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

json::array plugged_json(const std::vector<Plugged>& all) {
  json::array array;
  for (const auto& one : all) array.push_back({{"ref", one.ref}, {"name", valid_text(one.name)}});
  return array;
}

std::optional<Plugged> read_plugged(const json::value& value) {
  const auto* one = value.if_object();
  const auto* ref = one ? members::text(*one, "ref") : nullptr;
  if (!ref) return {};
  return Plugged{std::string(*ref), members::word(*one, "name")};
}

}  // namespace

std::string auto_trial_text(const AutoTrial& trial) {
  json::array devices, left_out;
  for (const auto& device : trial.devices) devices.emplace_back(device.text());
  for (const auto& one : trial.left_out) left_out.emplace_back(valid_text(one));
  return ascii_json(json::object{{"schema", 1},
                                 {"trial", trial.id},
                                 {"devices", std::move(devices)},
                                 {"interface", trial.interface},
                                 {"address", trial.address},
                                 {"pifs", plugged_json(trial.pifs)},
                                 {"pbds", plugged_json(trial.pbds)},
                                 {"left_out", std::move(left_out)},
                                 {"ended", valid_text(trial.ended)}}) +
         "\n";
}

std::optional<AutoTrial> read_auto_trial(std::string_view text) {
  boost::system::error_code error;
  const auto whole = json::parse(text, error);
  const auto* fields = error ? nullptr : whole.if_object();
  if (!fields) return {};
  auto devices = members::addresses(*fields, "devices");
  auto pifs = members::each<Plugged>(*fields, "pifs", read_plugged);
  auto pbds = members::each<Plugged>(*fields, "pbds", read_plugged);
  auto left_out = members::texts(*fields, "left_out");
  const auto *id = members::text(*fields, "trial"),
             *interface = members::text(*fields, "interface"),
             *address = members::text(*fields, "address");
  if (!devices || !pifs || !pbds || !left_out || !id || !interface || !address) return {};
  return AutoTrial{.id = std::string(*id),
                   .devices = std::move(*devices),
                   .interface = std::string(*interface),
                   .address = std::string(*address),
                   .pifs = std::move(*pifs),
                   .pbds = std::move(*pbds),
                   .left_out = std::move(*left_out),
                   .ended = members::word(*fields, "ended")};
}

}  // namespace pci_passthrough
