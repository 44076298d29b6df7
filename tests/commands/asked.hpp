#pragma once

#include <algorithm>
#include <boost/json/parse.hpp>
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

/// What is written of the replies that the snapshot holds.
inline std::string written_of_pool(const Snapshot& host, const Command& command,
                                   const Arguments& arguments) {
  const auto write = command.write_pool(host, arguments, {});
  const auto each = [&](const TakeReply& take) {
    std::vector<std::pair<std::string, HostRecord>> hosts(host.pool->hosts.begin(),
                                                          host.pool->hosts.end());
    std::ranges::stable_sort(hosts, {}, [](const auto& one) { return one.second.name; });
    for (const auto& [ref, record] : hosts) take(ref, record.reply.value());
  };
  std::string text;
  write(each, [&](std::string_view piece) { text += piece; });
  return text;
}

/// The reply to a question about this host, or its pool.
inline boost::json::object asked(const Snapshot& host, std::string_view function,
                                 Given given = {}) {
  const Command& command = find_command(function);
  const auto arguments = arguments_of(command, std::move(given));
  if (!arguments.of_pool || !command.write_pool) return command.answer(host, arguments);
  const auto text = written_of_pool(host, command, arguments);
  return arguments.format == Format::json ? boost::json::parse(text).as_object()
                                          : boost::json::object();
}

inline std::string table_of_pool(const Snapshot& host, std::string_view function, Given given) {
  const Command& command = find_command(function);
  given.emplace_back("format", "text");
  return written_of_pool(host, command, arguments_of(command, std::move(given)));
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
