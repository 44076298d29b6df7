#include "wrapper/xapi.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view reply_head =
    "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>"
    "<member><name>Status</name>";
constexpr std::string_view reply_tail = "</struct></value></param></params></methodResponse>\n";

std::string value_of(std::string_view bytes) { return "<value>" + xml_text(bytes) + "</value>"; }

std::string head_of(std::string_view status, std::string_view name) {
  std::string xml(reply_head);
  xml += value_of(status);
  return ((xml += "</member><member><name>") += name) += "</name>";
}

}  // namespace

void write_success(const Output& output, const std::function<void(const Output&)>& value) {
  output(head_of("Success", "Value") + "<value>");
  value([&](std::string_view piece) { output(xml_text(piece)); });
  output("</value></member>" + std::string(reply_tail));
}

std::string write_success(std::string_view value) {
  std::string xml;
  write_success([&](std::string_view piece) { xml += piece; },
                [&](const Output& output) { output(value); });
  return xml;
}

std::string write_failure(const Failure& failure) {
  std::string data = "<value><array><data>" + value_of(failure.code) + value_of(failure.sentence);
  for (const auto& detail : failure.details) data += value_of(detail);
  return head_of("Failure", "ErrorDescription") + data + "</data></array></value></member>" +
         std::string(reply_tail);
}

bool is_xapi_form(int argc, const char* const* argv) {
  constexpr std::string_view plugins = "/etc/xapi.d/plugins/";
  if (argc > 1 && argv[1][0] == '<') return true;
  const std::string_view program = argc > 0 ? argv[0] : "";
  return program.substr(0, program.rfind('/') + 1) == plugins;
}

}  // namespace pci_passthrough
