#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "plugin/commands/command.hpp"

/// Each command's answer and table; the rows of the command table point here. And what they share.
namespace pci_passthrough::reports {

using boost::json::array;
using boost::json::object;

inline constexpr int schema = 1;

object list(const Analysis& host, const Arguments& arguments);
object verify(const Analysis& host, const Arguments& arguments);
object rules(const Analysis& host, const Arguments& arguments);
object backups(const Analysis& host, const Arguments& arguments);
object record(const Analysis& host, const Arguments& arguments);
object assignments(const Analysis& host, const Arguments& arguments);
object version(const Analysis& host, const Arguments& arguments);
object explain(const Analysis& host, const Arguments& arguments);
object export_state(const Analysis& host, const Arguments& arguments);
object help(const Analysis& host, const Arguments& arguments);

Write write_list(const Analysis& host, const Arguments& arguments, const Terminal& terminal);
WritePool write_pool_list(const Analysis& host, const Arguments& arguments,
                          const Terminal& terminal);
std::string list_table(const object& reply);
std::string list_picture(const object& reply, const Arguments& arguments);
std::string verify_table(const object& reply);
std::string rules_table(const object& reply);
std::string backups_table(const object& reply);
std::string assignments_table(const object& reply);
std::string record_text(const object& reply);
std::string version_text(const object& reply);
std::string explain_text(const object& reply);
std::string export_text(const object& reply);
std::string help_text(const object& reply);
std::string change_table(const object& reply);

/// The member of the replies of `rules` and of every change.
object rules_of_host(const Analysis& host);
/// What to press if the host does not come up; no member where that is unknown.
void put_way_back(object& reply, const Analysis& host);
/// How far a trial is; no member where there is none.
void put_trial(object& reply, const Analysis& host);
std::string trial_text(const object& reply);
std::string way_back_text(const object& reply);
std::string assignments_text(const array& vms);
array addresses_json(const std::vector<PciAddress>& addresses);
/// Each is gone once it is JSON: there may be tens of thousands.
array findings_json(std::vector<Finding> findings);
std::string findings_table(const array& findings, std::string text = {});  ///< behind the text

}  // namespace pci_passthrough::reports
