#include <stdlib.h>

#include <cstdlib>
#include <filesystem>

#include "plugin/host/file_io.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

std::string make_scratch() {
  const char* const place = std::getenv("TMPDIR");
  std::string path = std::string(place ? place : "/tmp") + "/pci-passthrough.XXXXXX";
  if (!::mkdtemp(path.data()))
    throw Failure(code::internal_error, "cannot make " + path + ": " + error_text(errno));
  return path;
}

}  // namespace

ScratchRoot::ScratchRoot() : path_(make_scratch()) {}

ScratchRoot::ScratchRoot(std::string_view recording) : ScratchRoot() { unpack(recording, path_); }

ScratchRoot::~ScratchRoot() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace pci_passthrough
