#include "plugin/host/identities.hpp"

#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "plugin/host/file_io.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/identity_json.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view file_name =
    std::string_view(identities_file).substr(sizeof state_directory);

}  // namespace

Read<std::vector<Identity>> parse_identities(std::string_view text) {
  boost::system::error_code error;
  const auto whole = json::parse(text, error);
  auto identities = !error && whole.is_object() ? identities_in(whole.get_object()) : std::nullopt;
  if (!identities) return {{}, EBADMSG};
  return {std::move(*identities), 0};
}

std::string identities_text(const std::vector<Identity>& identities) {
  const json::object whole = {{"schema", 1}, {"devices", identities_json(identities)}};
  return ascii_json(whole) + "\n";
}

Read<std::vector<Identity>> read_identities(const Host& host) {
  const auto text = host.read(identities_file);
  if (!text) return {{}, text.error};
  return parse_identities(text.value);
}

int write_identities(int state_directory, const std::vector<Identity>& identities) {
  return write_new_file(state_directory, std::string(file_name), identities_text(identities));
}

void remove_leftover_identities(const Host& host) {
  const Descriptor state = open_state_directory(host);
  ::unlinkat(state.get(), (std::string(file_name) + std::string(temporary_suffix)).c_str(), 0);
}

}  // namespace pci_passthrough
