#include "plugin/host/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <functional>

#include "plugin/host/descriptor.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/host/section.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using namespace std::chrono_literals;

/// A root with one stub of the test's own.
struct StubRoot {
  explicit StubRoot(const std::string& script) {
    directory.write("sbin/stub", std::string(stub_head) + script, 0755);
  }
  ProgramResult run(const std::vector<std::string>& arguments = {},
                    std::chrono::milliseconds deadline = 20s, int inherited = -1) const {
    return run_program(Host(directory.path()), "/sbin/stub", arguments, deadline, inherited);
  }
  TemporaryDirectory directory;
};

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin);
}

TEST(Program, GivesStatusAndBothStreams) {
  const StubRoot root("echo error >&2; echo out; exit 3\n");
  const auto result = root.run();
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "out\nerror\n");
  EXPECT_FALSE(result.timed_out);
}

/// Runs it until it is so quick; false where it never is. A busy machine takes longer now and then,
/// a needless wait every time.
bool is_quick(std::chrono::milliseconds bound, const std::function<void()>& run) {
  constexpr int tries = 20;
  for (int i = 0; i < tries; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    if (since(begin) < bound) return true;
  }
  return false;
}

TEST(Program, DoesNotWaitLongerThanTheChild) {
  const StubRoot root("exit 0\n");
  EXPECT_TRUE(is_quick(200ms, [&] { root.run(); }));
}

TEST(Program, TellsTheSignal) { EXPECT_EQ(StubRoot("kill -9 $$\n").run().status, 128 + 9); }
TEST(Program, StatusNineIsNoSignal) { EXPECT_EQ(StubRoot("exit 9\n").run().status, 9); }

TEST(Program, SeesItsEnvironmentAlone) {
  ::setenv("SECRET", "secret", 1);
  const StubRoot root("env | grep -v -e ^PWD= -e ^_= -e ^OLDPWD= -e ^SHLVL=; cat; pwd\n");
  EXPECT_EQ(root.run().output,
            "PATH=/sbin:/usr/sbin:/bin:/usr/bin\n" + root.directory.path() + "\n");
}

TEST(Program, GetsPathsBelowTheRoot) {
  const StubRoot root("printf '%s\\n' \"$@\"\n");
  const std::string& top = root.directory.path();
  EXPECT_EQ(root.run({"-i", "/boot", "/../../etc", "a b"}).output,
            "-i\n" + top + "/boot\n" + top + "/etc\na b\n");
}

constexpr char list_descriptors[] =
    "exec python3 -c '\n"
    "import os\n"
    "def is_open(fd):\n"
    "    try: os.fstat(fd)\n"
    "    except OSError: return False\n"
    "    return True\n"
    "print(sorted(fd for fd in map(int, os.listdir(\"/proc/self/fd\")) if is_open(fd)))'\n";

TEST(Program, SeesNoDescriptorOfOurs) {
  const StubRoot root(list_descriptors);
  const Descriptor leak(::open("/dev/null", O_RDONLY)),
      inherited(::open("/", O_RDONLY | O_CLOEXEC));
  const Descriptor high(::fcntl(leak.get(), F_DUPFD, 200));
  EXPECT_EQ(root.run().output, "[0, 1, 2]\n");
  EXPECT_EQ(root.run({}, 20s, inherited.get()).output,
            "[0, 1, 2, " + std::to_string(inherited.get()) + "]\n");
}

TEST(Program, StartsWhereTheCallerHasNoStandardDescriptors) {
  const StubRoot root("cat; echo out; echo error >&2\n");
  const Descriptor in(::fcntl(0, F_DUPFD_CLOEXEC, 10)), out(::fcntl(1, F_DUPFD_CLOEXEC, 10)),
      error(::fcntl(2, F_DUPFD_CLOEXEC, 10));
  for (const int fd : {0, 1, 2}) ::close(fd);
  const auto result = root.run();
  ::dup2(in.get(), 0);
  ::dup2(out.get(), 1);
  ::dup2(error.get(), 2);
  EXPECT_EQ(result.output, "out\nerror\n");
}

TEST(Program, DiesOfABrokenPipeAsItWould) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const auto ignored = StubRoot("sed -n 's/^SigIgn:.//p' /proc/self/status\n").run().output;
  ::signal(SIGPIPE, before);
  ASSERT_EQ(ignored.size(), 17u) << ignored;
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & (1u << (SIGPIPE - 1)), 0u) << ignored;
}

TEST(Program, KeepsSixtyFourKibibytes) {
  const auto result = StubRoot("head -c 1000000 /dev/zero\nexit 5\n").run();
  EXPECT_EQ(result.status, 5);
  EXPECT_GE(result.output.size(), 32u << 10);
  EXPECT_LE(result.output.size(), 64u << 10);
}

/// Runs it with longer and longer deadlines, until it got as far as to make the file stub.ready.
ProgramResult timed_out_when_ready(const StubRoot& root) {
  for (auto deadline = 100ms;; deadline *= 2) {
    const auto begin = std::chrono::steady_clock::now();
    const auto result = root.run({}, deadline);
    EXPECT_TRUE(result.timed_out);
    EXPECT_GE(since(begin), deadline);
    if (std::filesystem::exists(root.directory / "sbin/stub.ready")) return result;
  }
}

/// A child of the program that ignores SIGTERM holds a pipe open until it is gone. The program
/// itself ends by SIGTERM, or ignores it, too.
TEST(Program, IsEndedAtTheDeadlineWithItsChildren) {
  for (const auto& [own, status] :
       {std::pair{"trap 'exit 7' TERM\n", 7}, std::pair{"trap '' TERM\n", 128 + SIGKILL}}) {
    SCOPED_TRACE(own);
    const StubRoot root(std::string(own) +
                        "(trap '' TERM; exec 9>\"$0.pipe\"; : >\"$0.ready\"; sleep 1000) &\n"
                        "wait\nsleep 1000\n");
    ASSERT_EQ(::mkfifo((root.directory / "sbin/stub.pipe").c_str(), 0600), 0);
    const Descriptor pipe(
        ::open((root.directory / "sbin/stub.pipe").c_str(), O_RDONLY | O_NONBLOCK));
    EXPECT_EQ(timed_out_when_ready(root).status, status);
    pollfd hung_up{pipe.get(), POLLIN, 0};
    constexpr int far_less_than_the_sleep = 100'000;
    EXPECT_EQ(::poll(&hung_up, 1, far_less_than_the_sleep), 1) << "its child lives on";
  }
}

TEST(Program, StopsAtOnceOnSigterm) {
  const StubRoot root("exec sleep 1000\n");
  EXPECT_TRUE(is_quick(1500ms, [&] {
    const auto result = root.run({}, 200ms);
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.status, 128 + SIGTERM);
  }));
}

TEST(Program, AGrandchildThatKeepsThePipeHangsNobody) {
  const StubRoot root("echo out\nsleep 10 &\nexit 4\n");
  EXPECT_TRUE(is_quick(3s, [&] {
    const auto result = root.run();
    EXPECT_EQ(result.status, 4);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_FALSE(result.timed_out);
  }));
}

TEST(Program, RunsWhereSigchldIsIgnored) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  EXPECT_EQ(StubRoot("exit 6\n").run().status, 6);
  ::signal(SIGCHLD, before);
}

TEST(Program, BelowARootNoRealOneRuns) {
  TemporaryDirectory root;
  root.write("bin/real", "#!/bin/sh\ntouch /tmp/ran\n", 0755);
  const Host host(root.path());
  EXPECT_EQ(run_program(host, "/bin/real", {}, 1s).not_run,
            "/bin/real is not there, or may not run here");
}

TEST(Program, KnowsTheNameItWasAskedBy) {
  TemporaryDirectory directory;
  directory.write("wrapper", "#!/bin/sh\necho ${0##*/}\n", 0755);
  std::filesystem::create_symlink("wrapper", directory / "xl");
  EXPECT_EQ(run_program(Host("/"), directory / "xl", {}, 20s).output, "xl\n");
}

TEST(Program, LeavesNoZombieWhereItCannotStart) {
  TemporaryDirectory directory;
  directory.write("program", "neither a script nor a binary", 0755);
  const Host host("/");
  EXPECT_EQ(run_program(host, directory / "program", {}, 1s).not_run,
            "cannot start " + (directory / "program") + ": Exec format error");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Stubs, AnswerWhatWasRecorded) {
  const ScratchRoot scratch(std::string(recording_head) +
                            "=== /sbin/extlinux program\n"
                            "=== /usr/bin/tool program\n"
                            "=== $ extlinux -i /boot status=2\n"
                            "no space\n"
                            "=== $ xl info\n"
                            "xen_version : 4.17\n"
                            "=== $ xl info -n hex\n"
                            "00 ff\n"
                            "=== $ /opt/it's/xl a\\x20b $(id)\n"
                            "quoted\n");
  const Host host(scratch.path());
  const auto run = [&](const std::string& program, const std::vector<std::string>& arguments) {
    return run_program(host, program, arguments, 20s);
  };
  const auto extlinux = run("/sbin/extlinux", {"-i", "/boot"});
  EXPECT_EQ(extlinux.status, 2);
  EXPECT_EQ(extlinux.output, "no space\n");
  EXPECT_EQ(run("/usr/sbin/xl", {"info"}).output, "xen_version : 4.17\n");
  EXPECT_EQ(run("/usr/sbin/xl", {"info", "-n"}).output, std::string("\0\xff", 2));
  EXPECT_EQ(run("/opt/it's/xl", {"a b", "$(id)"}).output, "quoted\n");
  EXPECT_EQ(run("/usr/bin/tool", {"anything"}).status, 0);
  EXPECT_EQ(run("/usr/bin/tool", {}).output, "");

  const auto unknown = run("/usr/sbin/xl", {"list"});
  EXPECT_EQ(unknown.status, 127);
  EXPECT_EQ(unknown.output, "/usr/sbin/xl: no answer was recorded for: list\n");
  EXPECT_EQ(host.read("/usr/sbin/xl.calls").value, "info\ninfo -n\nlist\n");
  EXPECT_EQ(host.read("/sbin/extlinux.calls").value, "-i /boot\n");
}

}  // namespace
}  // namespace pci_passthrough
