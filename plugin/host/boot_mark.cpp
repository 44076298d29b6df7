#include "plugin/host/boot_mark.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "plugin/boot/once_mark.hpp"
#include "plugin/host/boot_place.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/program_step.hpp"
#include "plugin/host/replace_file.hpp"

namespace pci_passthrough {
namespace {

constexpr const char* loader_files[] = {"/boot/ldlinux.sys", "/boot/extlinux.sys"};

/// An errno; 0 where it stands now.
int make_empty(const Host& host, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto folder = host.resolve(path.substr(0, slash));
  if (!folder) return ENOENT;
  const Descriptor directory(
      ::open(host.outside(*folder).c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return directory ? write_new_file(directory.get(), path.substr(slash + 1), empty_environment())
                   : errno;
}

std::string write_environment(const Host& host, const ReplaceFile& grubenv) {
  if (grubenv.before.empty() && !host.exists(grubenv.path))
    if (const int error = make_empty(host, grubenv.path))
      return fmt::format("cannot make {}: {}", grubenv.path, error_text(error));
  return replace_file(host, grubenv.path,
                      grubenv.before.empty() ? empty_environment() : grubenv.before, grubenv.after)
      .error;
}

}  // namespace

std::optional<std::string> read_extlinux_once(const Host& host) {
  constexpr auto size = 2 * extlinux_vector_size;
  for (const char* path : loader_files) {
    const auto loader = host.read(path);
    if (!loader || loader.value.size() < size) continue;
    auto vectors = loader.value.substr(loader.value.size() - size);
    host.record_excerpt(path, vectors);
    return extlinux_once(vectors);
  }
  return {};
}

std::string write_mark(const Host& host, const Lock& lock, const SetMark& mark) {
  if (mark.grubenv) return write_environment(host, *mark.grubenv);
  return mark.program ? run_step(host, lock, *mark.program) : "";
}

bool mark_is_as_wanted(const Host& host, const SetMark& mark) {
  if (mark.grubenv) return host.read(mark.grubenv->path).value == mark.grubenv->after;
  return !mark.program || read_extlinux_once(host) == mark.entry;
}

}  // namespace pci_passthrough
