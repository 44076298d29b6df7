#include "wrapper/named_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "plugin/host/descriptor.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {

std::string content_of(const std::string& path, std::size_t limit) {
  std::string content;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const int error = file ? read_up_to(file.get(), limit + 1, &content) : errno;
  if (error) throw misuse(fmt::format("cannot read {} ({})", path, error_text(error)));
  if (content.size() > limit)
    throw misuse(fmt::format("{} is larger than {} MiB, the most that is read", path, limit >> 20));
  return content;
}

}  // namespace pci_passthrough
