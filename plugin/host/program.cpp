#include "plugin/host/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

// What v2's headers use and, without Boost.Filesystem, do not include:
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
#include <boost/utility/string_view.hpp>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <filesystem>

#include "plugin/host/descriptor.hpp"
#include "plugin/host/progress.hpp"

namespace pci_passthrough {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

constexpr std::size_t most_of_a_stream = 32 << 10;
constexpr std::chrono::seconds between_signals(2);
constexpr std::chrono::milliseconds after_exit(200);  ///< for what still stands in the pipes
constexpr int unknown_status = 255;
const char* const environment[] = {"PATH=/sbin:/usr/sbin:/bin:/usr/bin", nullptr};

/// What the child does between fork and exec.
struct ChildSetup {
  int inherited;
  std::string directory;

  error_code on_setup(process::posix::default_launcher& launcher, const std::filesystem::path&,
                      const char* const*) const {
    if (inherited >= 0) launcher.fd_whitelist.push_back(inherited);
    return {};
  }

  error_code on_exec_setup(process::posix::default_launcher&, const std::filesystem::path&,
                           const char* const*) const {
    sigset_t none;
    ::sigemptyset(&none);
    const bool ready = ::setpgid(0, 0) == 0 && ::signal(SIGPIPE, SIG_DFL) != SIG_ERR &&
                       ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 &&
                       ::chdir(directory.c_str()) == 0 &&
                       (inherited < 0 || ::fcntl(inherited, F_SETFD, 0) == 0);
    return ready ? error_code() : error_code(errno, boost::system::system_category());
  }
};

/// A pipe's end must not come to lie on 0, 1 or 2 where the caller left one of them closed.
void open_standard_descriptors() {
  int fd = 0;
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
  if (fd > STDERR_FILENO) ::close(fd);
}

/// One run: the child, what it prints and the clock, on one event loop.
class Run {
 public:
  ProgramResult operator()(const std::string& path, const std::vector<std::string>& arguments,
                           std::chrono::milliseconds deadline, const ChildSetup& setup) {
    open_standard_descriptors();
    if (!start(path, arguments, setup)) return std::move(result_);
    read(output_);
    read(errors_);
    after(deadline, [this] { stop(SIGTERM); });
    child_->async_wait([this](error_code error, int) { note_exit(error); });
    context_.run();
    result_.output = output_.text + errors_.text;
    return std::move(result_);
  }

 private:
  using Child = process::basic_process<asio::io_context::executor_type>;

  struct Stream {
    explicit Stream(asio::io_context& context) : pipe(context) {}
    asio::readable_pipe pipe;
    std::string text;
    std::array<char, 4096> chunk{};
  };

  bool start(const std::string& path, const std::vector<std::string>& arguments,
             const ChildSetup& setup) {
    process::posix::default_launcher launcher;
    launcher.env = environment;
    process::process_stdio streams{nullptr, output_.pipe, errors_.pipe};
    error_code error(EMFILE, boost::system::system_category());
    if (output_.pipe.is_open() && errors_.pipe.is_open())
      child_.emplace(
          launcher(context_.get_executor(), error = {}, path, arguments, streams, setup));
    if (!error) return true;
    if (launcher.pid > 0) uninterrupted([&] { return ::waitpid(launcher.pid, nullptr, 0); });
    result_.not_run = "cannot start " + path + ": " + error.message();
    return false;
  }

  template <typename Action>
  void after(std::chrono::milliseconds time, Action action) {
    timer_.expires_after(time);
    timer_.async_wait([action](error_code error) {
      if (!error) action();
    });
  }

  void read(Stream& stream) {
    stream.pipe.async_read_some(asio::buffer(stream.chunk),
                                [&](error_code error, std::size_t size) {
                                  if (stream.text.size() < most_of_a_stream)
                                    stream.text.append(stream.chunk.data(), size);
                                  error ? note_end() : read(stream);
                                });
  }

  void stop(int signal) {
    if (exited_) return;
    result_.timed_out = true;
    ::kill(-child_->id(), signal);
    if (signal == SIGTERM)
      after(between_signals, [this] { stop(SIGKILL); });
    else
      after(between_signals, [this] { give_up(); });
  }

  /// Not even SIGKILL ends a child that waits for a dead disk.
  void give_up() {
    if (exited_) return;
    result_.status = 128 + SIGKILL;
    child_->detach();
    context_.stop();
  }

  void note_exit(error_code error) {
    exited_ = true;
    const int status = child_->native_exit_code();
    result_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (error) result_.status = unknown_status;
    if (result_.timed_out) ::kill(-child_->id(), SIGKILL);
    after(after_exit, [this] { close(); });
    note_end();
  }

  void note_end() {
    if (--running_ == 0) timer_.cancel();
  }

  /// A grandchild may hold the pipes for ever.
  void close() {
    error_code ignored;
    output_.pipe.close(ignored);
    errors_.pipe.close(ignored);
  }

  asio::io_context context_;
  asio::signal_set children_{context_, SIGCHLD};  ///< before the fork: no child is reaped unseen
  asio::steady_timer timer_{context_};
  Stream output_{context_}, errors_{context_};
  std::optional<Child> child_;
  ProgramResult result_;
  int running_ = 3;  ///< the child and its two streams
  bool exited_ = false;
};

}  // namespace

ProgramResult run_program(const Host& host, const std::string& program,
                          const std::vector<std::string>& arguments,
                          std::chrono::milliseconds deadline, int inherited) {
  if (!host.has_program(program))
    return {unknown_status, false, program + " is not there, or may not run here", ""};
  std::vector<std::string> handed;
  for (const auto& argument : arguments)
    handed.push_back(argument.starts_with('/')
                         ? host.outside(std::filesystem::path(argument).lexically_normal().string())
                         : argument);
  const std::string file = *host.resolve(program);
  const Waiting waiting(host.progress(), "Waiting for " + program);
  const std::string started = host.is_live() ? program : host.outside(file);
  auto result = Run()(started, handed, deadline, {inherited, host.root()});
  if (!result.timed_out && result.not_run.empty())
    host.record_command(file, arguments, result.output, result.status);
  return result;
}

}  // namespace pci_passthrough
