#include "plugin/host/notice.hpp"

#include <fmt/format.h>

#include "plugin/host/file_io.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr char notice_name[] = "notice";

}  // namespace

std::string last_notice(const Host& host) {
  const auto path = fmt::format("{}/{}", state_directory, notice_name);
  auto text = host.read(path);
  if (text.error != 0 && !text.absent())
    throw Failure(code::internal_error, fmt::format("cannot read {}: {}", path, text.reason()));
  return std::move(text.value);
}

void keep_notice(const Lock& lock, const std::string& about) {
  if (const int error = write_new_file(lock.descriptor(), notice_name, about))
    throw Failure(code::internal_error, fmt::format("cannot write {}/{}: {}", state_directory,
                                                    notice_name, error_text(error)));
}

}  // namespace pci_passthrough
