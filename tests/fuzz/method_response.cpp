#include <boost/json/serialize.hpp>

#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/text.hpp"
#include "tests/fuzz/target.hpp"
#include "wrapper/xapi.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  std::string trouble;
  const auto value = read_method_response(input, &trouble);
  require(trouble.empty() || value.is_null(), "a reply that is none has no value");
  ascii_json(value);

  const boost::json::value text(valid_text(input));
  trouble.clear();
  const auto success = read_method_response(write_success(input), &trouble);
  require(trouble.empty() && success.at("Status") == "Success" && success.at("Value") == text,
          "a reply of ours reads back");
  const auto failure = read_method_response(
      write_failure({std::string(input), "a sentence", {std::string(input)}}), &trouble);
  require(trouble.empty() && failure.at("Status") == "Failure" &&
              failure.at("ErrorDescription") == boost::json::value{text, "a sentence", text},
          "a failure of ours reads back");
}

}  // namespace pci_passthrough
