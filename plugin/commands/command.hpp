#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/commands/arguments.hpp"
#include "plugin/model/json_writer.hpp"
#include "plugin/model/terminal.hpp"

namespace pci_passthrough {

using Write = std::function<void(const Output&)>;
/// The same of what the hosts of a pool answer: of each as it comes.
using WritePool = std::function<void(const EachReply&, const Output&)>;

/// One function of the plugin. This table feeds dispatch, help, completion and the man page.
struct Command {
  std::string_view name;
  std::string_view summary;
  std::span<const ArgumentRule> arguments;  ///< `format` is known to every command
  ProbeScope scope;
  /// A question: the reply. Null for a change.
  boost::json::object (*answer)(const Analysis&, const Arguments&) = nullptr;
  /// A change: what to do, judged; carried out by run. Null for a question.
  Decision (*decide)(const Analysis&, const Arguments&) = nullptr;
  /// The reply as a table for people, from the same members.
  std::string (*table)(const boost::json::object&) = nullptr;
  /// Instead of it where a text is asked for: it may say more than the reply, as wide as the
  /// terminal.
  std::string (*text)(const Analysis&, const boost::json::object&, const Arguments&,
                      const Terminal&) = nullptr;
  /// The same as a picture, where there is one: format=svg.
  std::string (*picture)(const boost::json::object&, const Arguments&) = nullptr;
  /// Of this host alone: what writes the reply in the format that is asked for as it is made, so
  /// that what is large is never held in whole. All that can fail has been done then.
  Write (*write)(const Analysis&, const Arguments&, const Terminal&) = nullptr;
  /// The same with scope=pool.
  WritePool (*write_pool)(const Analysis&, const Arguments&, const Terminal&) = nullptr;
  bool ends_trial = false;  ///< a change that is made while a trial is armed or runs
};
std::span<const Command> commands();

/// Throws Failure unknown_function [name].
const Command& find_command(std::string_view name);

/// What came of a decision.
struct Outcome {
  bool changed = false;
  bool dry_run = false;
  std::vector<std::string> backups;
  std::vector<std::string> notices;
  std::vector<PciAddress> taken;  ///< from dom0 at once; pciback holds them
};
/// The reply of a change: plan with diffs, findings, whether anything changed, and the rules as
/// read back.
boost::json::object report_change(const Decision& decision, const Outcome& outcome,
                                  const Analysis& now);

}  // namespace pci_passthrough
