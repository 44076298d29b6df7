#include "plugin/host/xml_reply.hpp"
#include "plugin/model/text.hpp"
#include "tests/fuzz/target.hpp"
#include "wrapper/xapi.hpp"

namespace pci_passthrough {
namespace {

struct Answer {
  bool whole = false;
  boost::json::value result{};
  std::optional<std::vector<std::string>> error{};

  bool operator==(const Answer&) const = default;
};

Answer read(std::string_view document, std::size_t piece) {
  ReplyReader reader;
  XmlReply reply(reader);
  while (!document.empty() && reply.feed(document.substr(0, piece)))
    document.remove_prefix(std::min(piece, document.size()));
  if (!document.empty() || !reply.finish() || !reader.finish()) return {};
  return {true, reader.result(), reader.error()};
}

}  // namespace

void try_input(std::string_view input) {
  const auto answer = read(input, input.size());
  ascii_json(answer.result);
  require(answer == read(input, 1), "a reply in pieces is the same");

  const auto text = valid_text(input);
  const auto success = write_success(input);
  require(read(success, success.size()) == Answer{true, boost::json::value(text), {}},
          "a reply of ours reads back");
  const auto failure = write_failure({std::string(input), "a sentence", {std::string(input)}});
  require(read(failure, 7).error == std::vector<std::string>{text, "a sentence", printable(input)},
          "a failure of ours reads back");
}

}  // namespace pci_passthrough
