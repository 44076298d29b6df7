#include "plugin/host/host.hpp"
#include "plugin/host/recorder.hpp"

namespace pci_passthrough {

void Host::start_recording() { recorder_ = std::make_unique<Recorder>(); }

void Host::record_excerpt(std::string_view path, std::string text) const {
  if (const auto resolved = resolve(path); recorder_ && resolved)
    recorder_->note_excerpt(*resolved, std::move(text));
}

void Host::record_command(const std::string& program, const std::vector<std::string>& arguments,
                          const std::string& output, int status) const {
  if (recorder_) recorder_->note_command(program, arguments, output, status);
}

void Host::record_xapi(const std::string& method, std::string json) const {
  if (recorder_) recorder_->note_xapi(method, std::move(json));
}

std::string Host::recording(bool masked) const {
  return recorder_ ? recorder_->text(masked) : std::string();
}

}  // namespace pci_passthrough
