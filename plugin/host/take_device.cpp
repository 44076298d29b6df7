#include "plugin/host/take_device.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/host/file_io.hpp"
#include "plugin/host/progress.hpp"
#include "plugin/host/state_directory.hpp"
#include "plugin/host/take_child.hpp"
#include "plugin/host/take_marker.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough {
namespace {

using State = Taken::State;

constexpr char pciback[] = "/sys/bus/pci/drivers/pciback/";

/// What is to be done, in order; a path that leads nowhere stays as it is, and fails there.
TakeWork work_of(const Host& host, const TakeDevice& step, const std::string& boot) {
  const auto outside = [&](const std::string& path) {
    return host.outside(host.resolve(path).value_or(path));
  };
  TakeWork work{.marker = marker_text(step, boot)};
  for (const auto& disk : step.disks)
    work.disks.push_back({"/dev/" + disk, outside("/dev/" + disk)});
  const auto write = [&](const std::string& path) { work.writes.push_back({path, outside(path)}); };
  work.text = step.device.text();
  if (!step.driver.empty()) write("/sys/bus/pci/drivers/" + step.driver + "/unbind");
  write(std::string(pciback) + "new_slot");
  write(std::string(pciback) + "bind");
  return work;
}

std::string words_of(const TakeWork& work, const TakeReport& report) {
  const auto why = error_text(report.error);
  const auto at = static_cast<std::size_t>(report.step);
  switch (report.stage) {
    case TakeStage::disk:
      return fmt::format("cannot open {} exclusively ({})", work.disks.at(at).inside, why);
    case TakeStage::marker:
      return fmt::format("cannot write {} ({})", paths::take_marker, why);
    default:
      return fmt::format("cannot write {} ({})", work.writes.at(at).inside, why);
  }
}

/// Has the child said something before the deadline, or died?
bool speaks(int pipe, std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  pollfd wanted{pipe, POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    const int found = ::poll(&wanted, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (found > 0 || (found < 0 && errno != EINTR)) return true;
    if (found == 0) return false;
  }
}

Taken failed(const TakeDevice& step, std::string why) {
  return {step.device, State::failed, std::move(why)};
}

Taken judged(const Host& host, const TakeDevice& step, const TakeWork& work,
             const TakeReport& report) {
  if (report.stage != TakeStage::done) return failed(step, words_of(work, report));
  const auto driver = driver_by_link(host, step.device);
  if (driver == "pciback") return {step.device, State::held};
  return failed(step, "the kernel reports success, but pciback does not hold it");
}

Taken answer_of(const Host& host, const TakeDevice& step, const TakeWork& work, pid_t child,
                int pipe, std::chrono::milliseconds deadline) {
  const Waiting waiting(host.progress(), fmt::format("Waiting for dom0's driver to let go of {}",
                                                     step.device.text()));
  if (!speaks(pipe, deadline))
    return {step.device, State::unknown,
            fmt::format("{} has not let go of it within {} s, and the kernel may never return",
                        step.driver.empty() ? "the kernel" : step.driver,
                        std::chrono::ceil<std::chrono::seconds>(deadline).count())};
  TakeReport report;
  const auto got = uninterrupted([&] { return ::read(pipe, &report, sizeof report); });
  int status = 0;
  uninterrupted([&] { return ::waitpid(child, &status, 0); });
  if (got == sizeof report) return judged(host, step, work, report);
  return {step.device, State::unknown,
          WIFSIGNALED(status)
              ? fmt::format("the child that took it was killed by signal {}", WTERMSIG(status))
              : "the child that took it died without an answer"};
}

Taken taken(const Host& host, const TakeDevice& step, std::chrono::milliseconds deadline) {
  const auto boot = host.read(paths::boot_id);
  if (!boot) return failed(step, fmt::format("cannot read {} ({})", paths::boot_id, boot.reason()));
  const auto driver = driver_by_link(host, step.device);
  if (driver == "pciback") return {step.device, State::held};  // another call was first
  if (driver != step.driver)
    return failed(step, "its driver is not the one that was judged; try again");
  const auto work = work_of(host, step, boot.value);
  Descriptor state = open_state_directory(host);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return failed(step, "cannot make a pipe: " + error_text(errno));
  const Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return failed(step, "cannot start a child: " + error_text(errno));
  if (child == 0) do_take(work, state.get(), writing.get());
  writing = Descriptor();
  return answer_of(host, step, work, child, reading.get(), deadline);
}

}  // namespace

std::optional<std::string> driver_by_link(const Host& host, const PciAddress& device) {
  const auto link = host.link(fmt::format("{}/{}/driver", paths::pci_devices, device.text()));
  if (!link) return link.absent() ? std::optional<std::string>("") : std::nullopt;
  return link.value.substr(link.value.find_last_of('/') + 1);
}

Taken take_device(const Host& host, const TakeDevice& step, std::chrono::milliseconds deadline) {
  auto one = taken(host, step, deadline);
  one.driver = driver_by_link(host, step.device);
  return one;
}

std::vector<Taken> take_devices(const Host& host, const std::vector<TakeDevice>& steps) {
  std::vector<Taken> all;
  bool goes_on = true;
  for (const auto& step : steps) {
    all.push_back(goes_on ? take_device(host, step)
                          : Taken{step.device, State::not_tried, "it was not tried",
                                  driver_by_link(host, step.device)});
    goes_on = goes_on && all.back().state == State::held;
  }
  return all;
}

}  // namespace pci_passthrough
