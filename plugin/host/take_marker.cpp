#include "plugin/host/take_marker.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <ctime>

#include "plugin/host/file_io.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/model/json_members.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/utc.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

/// A child of ours that lives holds it.
bool is_locked(const Host& host) {
  const auto resolved = host.resolve(paths::take_marker);
  if (!resolved) return false;
  const Descriptor file(
      ::open(host.outside(*resolved).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && ::flock(file.get(), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

UnfinishedTake unread(const std::string& why) {
  UnfinishedTake unfinished;
  unfinished.unread = why;
  return unfinished;
}

}  // namespace

std::string marker_text(const TakeDevice& step, const std::string& boot) {
  return ascii_json(json::object{{"schema", 1},
                                 {"boot", line_of(boot)},
                                 {"device", step.device.text()},
                                 {"driver", step.driver},
                                 {"begun", utc_text(std::time(nullptr))}}) +
         "\n";
}

std::optional<UnfinishedTake> read_unfinished(const Host& host) {
  const auto text = host.read(paths::take_marker);
  if (text.absent()) return std::nullopt;
  if (!text) return unread(text.reason());
  boost::system::error_code error;
  const auto whole = json::parse(text.value, error);
  const auto* fields = error ? nullptr : whole.if_object();
  const auto device = fields ? PciAddress::parse(members::word(*fields, "device")) : std::nullopt;
  if (!device) return unread("it is damaged");
  const auto boot = host.read(paths::boot_id);
  if (boot && line_of(boot.value) != members::word(*fields, "boot")) return std::nullopt;
  return UnfinishedTake{.device = *device,
                        .driver = members::word(*fields, "driver"),
                        .begun = members::word(*fields, "begun"),
                        .goes_on = is_locked(host)};
}

void remove_old_markers(const Host& host) {
  const Descriptor state = open_state_directory(host);
  ::unlinkat(state.get(), (take_marker_name + std::string(temporary_suffix)).c_str(), 0);
  if (host.exists(paths::take_marker) && !read_unfinished(host))
    ::unlinkat(state.get(), take_marker_name, 0);
}

}  // namespace pci_passthrough
