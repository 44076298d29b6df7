#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/probe_scope.hpp"
#include "plugin/model/request.hpp"
#include "plugin/plans/decision.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/import.hpp"
#include "plugin/plans/selectors.hpp"

namespace pci_passthrough {

struct Command;

enum class Format { json, text, svg };

/// A request's arguments, read once.
struct Arguments {
  std::vector<DeviceSelector> devices;  ///< none where they are not given
  std::optional<std::string> vm, backup, function, check;
  Exported exported;        ///< of import
  bool no_devices = false;  ///< devices=none
  bool dry_run = false, replace = false, guards = false, xen_arguments = false, mask = false,
       of_pool = false, now = false;
  bool by_model = false, status = false, notify = false, remove = false, trial = false,
       confirms_itself = false, at_boot = false, wait = false;
  Entries entries = Entries::that_boot;
  Format format = Format::json;
  bool as_tree = false;
  bool narrow = false, unstyled = false;  ///< of a picture
  Consent consent;
  ProbeScope scope = ProbeScope::none;  ///< what the answer needs of the host
};

/// One argument of a command: KEY=VALUE for xapi, --KEY VALUE or a bare word for the command line.
struct ArgumentRule {
  std::string_view name;     ///< "devices"
  std::string_view value;    ///< what goes there, for the help: "06:00.0"; "true" for a switch
  std::string_view summary;  ///< "only these"
  /// Takes the value over; throws Failure invalid_argument for one that is none.
  void (*read)(std::string_view value, Arguments& arguments) = nullptr;
  bool positional = false;  ///< the command line takes bare words for it, joined by commas
  bool required = false;
  /// Given, and it takes this one value and no other argument beside it, it asks another question,
  /// which needs this scope instead of the command's. None: it does not.
  ProbeScope instead = ProbeScope::none;
  ProbeScope besides = ProbeScope::none;  ///< given, it needs this, too
  bool stands_beside = false;             ///< may stand beside one that asks another question
  bool is_file = false;                   ///< the command line takes a file's name for it
  std::optional<Format> needs{};          ///< it says how to write that, and nothing without it
  std::span<const std::string_view> unless{};  ///< switches: where one is on, it is not required

  /// Bare on the command line, or with another value than "true" behind a "=": "true|auto".
  constexpr bool is_switch() const { return value.starts_with("true"); }
};

/// Holds a request against the command's table. Throws Failure invalid_argument: an unknown name
/// (lists the known ones), one twice, a required one missing, a value that is none.
Arguments read_arguments(const Command& command, const Request& request);

// What the rules of the table read.
void read_devices(std::string_view value, Arguments& arguments);
void read_devices_or_none(std::string_view value, Arguments& arguments);
void read_accept(std::string_view value, Arguments& arguments);
void read_entries(std::string_view value, Arguments& arguments);
template <auto member>
void read_text(std::string_view value, Arguments& arguments) {
  arguments.*member = std::string(value);
}
template <auto member>
void read_switch(std::string_view value, Arguments& arguments) {
  arguments.*member = value == "true";
}
/// "true" or "auto"; throws Failure invalid_argument.
void read_trial(std::string_view value, Arguments& arguments);
void read_by(std::string_view value, Arguments& arguments);
/// Throws Failure invalid_argument for more than 64 KiB through xapi.
void read_exported(std::string_view value, Arguments& arguments);
void read_scope(std::string_view value, Arguments& arguments);
void read_width(std::string_view value, Arguments& arguments);
void read_style(std::string_view value, Arguments& arguments);

}  // namespace pci_passthrough
