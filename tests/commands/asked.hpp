#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {

using Given = std::vector<std::pair<std::string, std::string>>;

inline Arguments arguments_of(const Command& command, Given given) {
  return read_arguments(command,
                        {std::string(command.name), std::move(given), {true, "root at a shell"}});
}

/// The reply to a question about this host.
inline boost::json::object asked(const Snapshot& host, std::string_view function,
                                 Given given = {}) {
  const Command& command = find_command(function);
  return command.answer(host, arguments_of(command, std::move(given)));
}

inline Decision decided(const Snapshot& host, std::string_view function, Given given) {
  const Command& command = find_command(function);
  return command.decide(host, arguments_of(command, std::move(given)));
}

/// "CODE: sentence" of the Failure that a call throws; "" where it throws none.
inline std::string refused(const Snapshot& host, std::string_view function, Given given) {
  try {
    if (find_command(function).answer)
      asked(host, function, std::move(given));
    else
      decided(host, function, std::move(given));
    return "";
  } catch (const Failure& failure) {
    return failure.code + ": " + failure.sentence;
  }
}

}  // namespace pci_passthrough
