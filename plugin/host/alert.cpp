#include "plugin/host/alert.hpp"

#include <fmt/format.h>

#include "plugin/host/apply.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/messages.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr char alert_name[] = "alert";

void keep_alert(const Lock& lock, const std::string& about) {
  if (const int error = write_new_file(lock.descriptor(), alert_name, about))
    throw Failure(code::internal_error, fmt::format("cannot write {}/{}: {}", state_directory,
                                                    alert_name, error_text(error)));
}

}  // namespace

std::string last_alert(const Host& host) {
  const auto path = fmt::format("{}/{}", state_directory, alert_name);
  auto text = host.read(path);
  if (text.error != 0 && !text.absent())
    throw Failure(code::internal_error, fmt::format("cannot read {}: {}", path, text.reason()));
  return std::move(text.value);
}

void apply(const Lock& lock, Xapi& xapi, const ReplaceMessages& messages) {
  if (!messages.body.empty()) create_message(xapi, messages.host_uuid, messages.body);
  for (const auto& message : messages.stand) destroy_message(xapi, message);
  keep_alert(lock, messages.about);
}

}  // namespace pci_passthrough
