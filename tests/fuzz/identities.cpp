#include "plugin/host/identities.hpp"

#include "plugin/host/identity_reader.hpp"
#include "plugin/model/identity_json.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

std::optional<std::vector<Identity>> read_in_pieces(std::string_view text, std::size_t size) {
  std::vector<Identity> all;
  DeviceReader reader([&](const boost::json::value& device) {
    auto identity = identity_in(device);
    if (identity) all.push_back(std::move(*identity));
    return identity.has_value();
  });
  for (std::size_t at = 0; at < text.size(); at += size) reader.feed(text.substr(at, size));
  return reader.finish() ? std::optional(std::move(all)) : std::nullopt;
}

}  // namespace

/// The second reader is that of a backup, which has its devices whole.
void try_input(std::string_view input) {
  const std::size_t size = 1 + take_choice(input);
  const auto whole = parse_identities(input);
  const auto pieces = read_in_pieces(input, size);
  require(!pieces || whole, "what is read in pieces is read whole");
  require(!pieces || *pieces == whole.value, "in pieces and whole it is the same");
  const bool may_stand_twice =
      input.find('\\') != input.npos || input.find("devices") != input.rfind("devices");
  require(pieces || !whole || may_stand_twice, "what is read whole is read in pieces");
  if (!whole) return;
  const auto text = identities_text(whole.value);
  require(parse_identities(text).value == whole.value, "what is written is read back the same");
  require(read_in_pieces(text, size) == whole.value, "in pieces, too");
}

}  // namespace pci_passthrough
