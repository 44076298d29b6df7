#include "plugin/host/identities.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/parse.hpp>

#include "plugin/host/file_io.hpp"
#include "plugin/host/identity_reader.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/identity_json.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view file_name =
    std::string_view(identities_file).substr(sizeof state_directory);

/// An errno. What is left out is read all the same: a damaged file is one wherever it is damaged.
int read_those(const Host& host, const IsAskedFor& is_asked_for, std::vector<Identity>& all) {
  std::size_t size = 0;
  bool are_too_many = false;
  DeviceReader reader([&](const json::value& device) {
    auto identity = identity_in(device);
    if (!identity || !is_asked_for(identity->address)) return identity.has_value();
    are_too_many = are_too_many || all.size() == most_identities;
    if (!are_too_many) all.push_back(std::move(*identity));
    return true;
  });
  const int error = host.read_in_pieces(identities_file, [&](std::string_view piece) {
    reader.feed(piece);
    return (size += piece.size()) <= max_identities_file;
  });
  if (error) return error;
  if (size > max_identities_file) return EFBIG;
  if (!reader.finish()) return EBADMSG;
  return are_too_many ? E2BIG : 0;
}

}  // namespace

Read<std::vector<Identity>> parse_identities(std::string_view text) {
  boost::system::error_code error;
  const auto whole = json::parse(text, error);
  auto identities = !error && whole.is_object() ? identities_in(whole.get_object()) : std::nullopt;
  if (!identities) return {{}, EBADMSG};
  return {std::move(*identities), 0};
}

std::string identities_text(const std::vector<Identity>& identities) {
  std::string text = "{\"schema\":1,\"devices\":[";
  for (const auto& identity : identities)
    ((text += &identity == &identities.front() ? "" : ",") += ascii_json(identity_json(identity)));
  return text + "]}\n";
}

Read<KeptIdentities> read_identities(const Host& host, const IsAskedFor& is_asked_for) {
  KeptIdentities kept;
  int error = read_those(
      host, [](const auto&) { return true; }, kept.all);
  if (error == E2BIG && is_asked_for) {
    kept = {{}, true};
    error = read_those(host, is_asked_for, kept.all);
  }
  if (error) return {{}, error};
  if (host.is_recorded()) host.record_excerpt(identities_file, identities_text(kept.all));
  return {std::move(kept), 0};
}

std::string reason_of(const Read<KeptIdentities>& read) {
  if (read.error == EFBIG)
    return fmt::format("larger than {} MiB, the most that is read of it",
                       max_identities_file >> 20);
  if (read.error == E2BIG)
    return fmt::format(
        "it remembers more than {} devices that rules and VMs name, the most that "
        "are followed",
        most_identities);
  return read.reason();
}

int write_identities(int state_directory, const std::vector<Identity>& identities) {
  return write_new_file(state_directory, std::string(file_name), identities_text(identities));
}

void remove_leftover_identities(const Host& host) {
  const Descriptor state = open_state_directory(host);
  ::unlinkat(state.get(), (std::string(file_name) + std::string(temporary_suffix)).c_str(), 0);
}

}  // namespace pci_passthrough
