#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// One of the member `devices` of identities_file, and of what `export` writes.
boost::json::object identity_json(const Identity& identity);
std::optional<Identity> identity_in(const boost::json::value& value);
/// All of it.
boost::json::array identities_json(const std::vector<Identity>& identities);
/// Nothing where there is no such member, or one that cannot be read; 0.1.0 wrote neither root nor
/// twins.
std::optional<std::vector<Identity>> identities_in(const boost::json::object& whole);

}  // namespace pci_passthrough
