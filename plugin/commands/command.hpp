#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/facts.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"
#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// One argument of a command: KEY=VALUE for xapi, --KEY VALUE or a bare word for the command line.
struct ArgumentRule {
  std::string_view name;  ///< "devices"
  std::string_view
      value;  ///< what goes there, for the help: "06:00.0,07:00.0"; "true" for a switch
  std::string_view summary;
  bool positional = false;  ///< the command line takes bare words for it, joined by commas
  bool required = false;
  /// Given, and it takes this one value and no other argument beside it, it asks another question,
  /// which needs these facts instead of the command's. None: it does not.
  Facts instead = Facts::none;
  bool of_picture = false;  ///< it says how to draw, and needs format=svg
};

/// A request's arguments, held against the command's table.
class Arguments {
 public:
  /// Throws Failure invalid_argument: an unknown name (lists the known ones), one twice, a required
  /// one missing, a switch that is neither true nor false.
  Arguments(const struct Command& command, const Request& request);

  std::optional<std::string_view> text(std::string_view name) const;
  bool flag(std::string_view name) const;
  /// Addresses, blanks allowed, none where the argument is absent; throws Failure invalid_argument
  /// naming the one that is none, and where there is no address in it.
  std::vector<PciAddress> addresses(std::string_view name) const;
  /// `accept`: CHECK@ADDRESS, comma-separated; throws as above.
  std::vector<Acceptance> acceptances() const;
  const Caller& caller() const { return caller_; }
  Facts facts() const { return facts_; }  ///< what the answer needs

 private:
  std::vector<std::pair<std::string, std::string>> values_;
  Caller caller_;
  Facts facts_;
};

/// One function of the plugin. This table feeds dispatch, help, completion and the man page.
struct Command {
  std::string_view name;
  std::string_view summary;
  std::span<const ArgumentRule> arguments;  ///< `format` is known to every command
  Facts facts;
  /// A question: the reply. Null for a change.
  boost::json::object (*answer)(const Snapshot&, const Arguments&) = nullptr;
  /// A change: what to do, judged; carried out by run. Null for a question.
  Decision (*decide)(const Snapshot&, const Arguments&) = nullptr;
  /// The reply as a table for people, from the same members.
  std::string (*table)(const boost::json::object&) = nullptr;
  /// The same as a picture, where there is one: format=svg.
  std::string (*picture)(const boost::json::object&, const Arguments&) = nullptr;
};
std::span<const Command> commands();

/// Throws Failure unknown_function [name].
const Command& find_command(std::string_view name);

/// What came of a decision.
struct Outcome {
  bool changed = false;
  bool dry_run = false;
  std::vector<std::string> backups;
  std::vector<std::string> remarks;
};
/// The reply of a change: plan with diffs, findings, whether anything changed, and the rules as
/// read back in `after`.
boost::json::object report_change(const Decision& decision, const Outcome& outcome,
                                  const Snapshot& after);

}  // namespace pci_passthrough
