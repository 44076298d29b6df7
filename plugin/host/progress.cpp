#include "plugin/host/progress.hpp"

#include <fmt/format.h>

namespace pci_passthrough {
namespace {

constexpr std::chrono::seconds long_enough(1);

}  // namespace

/// Over what was shown, without a word that a terminal might not know.
void Progress::draw(std::string line) {
  if (line == shown_) return;
  const auto size = line.size();
  auto text = "\r" + line;
  if (shown_.size() > size) {
    text.append(shown_.size() - size, ' ');
    text.append(shown_.size() - size, '\b');
  }
  show_(text);
  shown_ = std::move(line);
}

void Progress::tick(Time now) {
  const std::lock_guard lock(mutex_);
  if (held_back_) return;
  const auto taken = std::chrono::duration_cast<std::chrono::seconds>(now - begun_);
  draw(!owner_ || taken < long_enough ? "" : fmt::format("{}, {} s", what_, taken.count()));
}

void Progress::write_beside(std::string_view text, const Show& write) {
  const std::lock_guard lock(mutex_);
  erase();
  write(text);
  if (!text.empty()) held_back_ = text.back() != '\n';
}

Waiting::Waiting(Progress* progress, std::string what) : progress_(progress) {
  if (!progress_) return;
  const std::lock_guard lock(progress_->mutex_);
  if (progress_->owner_) return;
  progress_->owner_ = this;
  progress_->what_ = std::move(what);
}

Waiting::~Waiting() {
  if (!progress_) return;
  const std::lock_guard lock(progress_->mutex_);
  if (progress_->owner_ != this) return;
  progress_->owner_ = nullptr;
  progress_->erase();
}

void Waiting::now(std::string what) {
  if (!progress_) return;
  const std::lock_guard lock(progress_->mutex_);
  if (progress_->owner_ == this) progress_->what_ = std::move(what);
}

}  // namespace pci_passthrough
