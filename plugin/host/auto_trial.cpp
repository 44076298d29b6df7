#include "plugin/host/auto_trial.hpp"

#include <unistd.h>

#include "plugin/host/file_io.hpp"
#include "plugin/model/auto_trial_json.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough {
namespace {

constexpr const char* auto_trial_name = paths::auto_trial + sizeof state_directory;

}  // namespace

Read<AutoTrial> kept_auto_trial(const Host& host) {
  const auto text = host.read(paths::auto_trial);
  if (!text) return {{}, text.error};
  auto trial = read_auto_trial(text.value);
  if (!trial) return {{}, EBADMSG};
  return {std::move(*trial), 0};
}

int write_auto_trial(const Lock& lock, const AutoTrial& trial) {
  return write_new_file(lock.descriptor(), auto_trial_name, auto_trial_text(trial));
}

void remove_auto_trial(const Lock& lock) { ::unlinkat(lock.descriptor(), auto_trial_name, 0); }

void remove_leftover_auto_trial(const Lock& lock) {
  ::unlinkat(lock.descriptor(), (auto_trial_name + std::string(temporary_suffix)).c_str(), 0);
}

}  // namespace pci_passthrough
