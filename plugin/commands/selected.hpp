#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "plugin/plans/selectors.hpp"

namespace pci_passthrough::reports {

/// The member `selected`, where a selector is more than an address.
void put_selected(boost::json::object& reply, const std::vector<Selected>& selected);

/// A line a selector, for people; "" where the reply has none.
std::string selected_text(const boost::json::object& reply);

}  // namespace pci_passthrough::reports
