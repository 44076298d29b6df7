#include "plugin/host/messages.hpp"

#include "plugin/model/json_members.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr char priority[] = "2";  ///< of five: service will be lost; a number is text to xapi

/// Ours is read as XML by some clients, and no text of a message needs these.
std::string without_markup(std::string_view text) {
  std::string safe;
  for (const char c : text)
    safe += c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' ? ' ' : c;
  return safe;
}

}  // namespace

std::vector<std::string> messages_of(Xapi& xapi, const std::string& host_uuid) {
  std::vector<std::string> refs;
  const std::string_view fields[] = {"name", "obj_uuid"};
  const auto failure =
      xapi.records("message", fields, [&](std::string_view ref, const json::object& record) {
        if (members::word(record, "name") == message_name &&
            members::word(record, "obj_uuid") == host_uuid)
          refs.emplace_back(ref);
      });
  if (failure) throw Failure(*failure);
  return refs;
}

void create_message(Xapi& xapi, const std::string& host_uuid, std::string_view body,
                    std::string_view name) {
  json::value created;
  const auto failure = xapi.change("message.create",
                                   {json::string(name), priority, "Host", json::string(host_uuid),
                                    json::string(without_markup(body))},
                                   &created);
  if (failure) throw Failure(*failure);
  if (created.is_string() && created.get_string() != "OpaqueRef:NULL") return;
  throw Failure(code::xapi_unavailable,
                "xapi did not write the message: it answered with no reference to it");
}

void destroy_message(Xapi& xapi, const std::string& message) {
  const auto failure = xapi.change("message.destroy", {json::string(message)});
  if (failure && failure->code != "HANDLE_INVALID") throw Failure(*failure);
}

}  // namespace pci_passthrough
