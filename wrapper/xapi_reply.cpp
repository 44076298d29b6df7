#include "wrapper/xapi.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view reply_head =
    "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>"
    "<member><name>Status</name>";
constexpr std::string_view reply_tail = "</struct></value></param></params></methodResponse>\n";

std::string value_of(std::string_view bytes) { return "<value>" + xml_text(bytes) + "</value>"; }

std::string reply(std::string_view status, std::string_view name, const std::string& value) {
  std::string xml(reply_head);
  xml += value_of(status);
  (((xml += "</member><member><name>") += name) += "</name>") += value;
  return (xml += "</member>") += reply_tail;
}

}  // namespace

std::string write_success(std::string_view value) {
  return reply("Success", "Value", value_of(value));
}

std::string write_failure(const Failure& failure) {
  std::string data = "<value><array><data>" + value_of(failure.code) + value_of(failure.sentence);
  for (const auto& detail : failure.details) data += value_of(detail);
  return reply("Failure", "ErrorDescription", data + "</data></array></value>");
}

bool is_xapi_form(int argc, const char* const* argv) {
  constexpr std::string_view plugins = "/etc/xapi.d/plugins/";
  if (argc > 1 && argv[1][0] == '<') return true;
  const std::string_view program = argc > 0 ? argv[0] : "";
  return program.substr(0, program.rfind('/') + 1) == plugins;
}

}  // namespace pci_passthrough
