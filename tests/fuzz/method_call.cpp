#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

std::string written(const Request& request) {
  boost::json::object arguments;
  for (const auto& [key, value] : request.arguments) arguments[key] = value;
  return write_method_call(request.function, {request.caller.session, std::move(arguments)});
}

}  // namespace

void try_input(std::string_view input) try {
  const auto request = read_method_call(input);
  const auto again = read_method_call(written(request));
  require(again.function == request.function && again.arguments == request.arguments &&
              again.caller.session == request.caller.session,
          "what is written reads back");
} catch (const Failure& failure) {
  require(failure.code == code::invalid_argument, "a call that is none is an invalid argument");
  require(valid_text(failure.sentence) == failure.sentence, "its sentence can be shown");
  const std::string text(input);
  const auto quoted = read_method_call(write_method_call(text, {text}));
  require(quoted.function == valid_text(text) && quoted.caller.session == valid_text(text),
          "any text can be told by a call");
}

}  // namespace pci_passthrough
