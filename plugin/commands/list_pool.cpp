#include "plugin/commands/list_text.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

void put_members(JsonWriter& json, const object& members) {
  for (const auto& [name, value] : members) json.key(name).raw(ascii_json(value));
}

void write_hosts(const Pool& pool, const EachReply& each, const Output& output) {
  JsonWriter json(output);
  json.begin_object();
  put_members(json, pool_head(pool));
  json.key("hosts").begin_array();
  each([&](const std::string& ref, const HostReply& reply) {
    json.begin_object();
    put_members(json, host_json(pool.hosts.at(ref), reply));
    if (reply.answered()) json.key("devices").raw(ascii_json(reply.devices));
    json.end_object();
  });
  json.end_array();
  json.end_object();
  json.flush();
}

void write_blocks(const Pool& pool, const Terminal& terminal, const EachReply& each,
                  const Output& output) {
  bool is_first = true;
  each([&](const std::string& ref, HostReply reply) {
    const auto& host = pool.hosts.at(ref);
    auto text = (is_first ? "" : "\n") + host_heading(host_json(host, reply));
    if (reply.answered()) {
      reply.listing.host = {host.uuid, host.name};
      text += devices_of(reply.listing, {}) + unread_text(reply.listing, {});
    }
    output(text);
    is_first = false;
  });
  output("\n" + legend_for(terminal));
}

}  // namespace

WritePool write_pool_list(const Analysis& host, const Arguments& arguments,
                          const Terminal& terminal) {
  hosts_of(host.snapshot());  // throws
  return [=, by_model = arguments.by_model, as_text = arguments.format == Format::text](
             const EachReply& each, const Output& output) {
    const auto& pool = *host.snapshot().pool;
    if (by_model) {
      const auto reply = models_of_pool(pool, each);
      return output(as_text ? models_table(reply) : ascii_json(reply));
    }
    as_text ? write_blocks(pool, terminal, each, output) : write_hosts(pool, each, output);
  };
}

}  // namespace pci_passthrough::reports
