#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "plugin/host/file_io.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/host/section.hpp"
#include "plugin/host/stubs.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr int real_directory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// The tree that is being made. Each part of a path is opened for itself, never through a link.
class Tree {
 public:
  explicit Tree(const std::string& directory)
      : top_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (!top_) throw misuse("cannot unpack into " + directory + ": " + error_text(errno));
  }

  void make_directory(const Section& section) const {
    enter(section.path, section.path, section.line);
  }

  void make_link(const Section& section, const std::string& target) const {
    const auto [directory, name] = parent_of(section.path, section.line);
    if (::symlinkat(target.c_str(), directory.get(), name.c_str()) < 0)
      fail(section.path, section.line);
  }

  void make_file(const std::string& path, std::size_t line, std::string_view content,
                 mode_t mode) const {
    const auto [directory, name] = parent_of(path, line);
    const Descriptor file(::openat(directory.get(), name.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || write_all(file.get(), content) != 0 || ::fchmod(file.get(), mode) < 0)
      fail(path, line);
  }

 private:
  [[noreturn]] static void fail(const std::string& path, std::size_t line) {
    const int error = errno;
    if (error == EEXIST || error == EISDIR) refuse(line, path + " stands there already");
    if (error == ENOTDIR || error == ELOOP)
      refuse(line, path + " leads through something that is no directory");
    refuse(line, "cannot make " + path + ": " + error_text(error));
  }

  /// The directory at a path, made where it is missing, for the sake of a `whole` path.
  Descriptor enter(const std::string& path, const std::string& whole, std::size_t line) const {
    Descriptor directory(::openat(top_.get(), ".", real_directory));
    for (std::size_t begin = 1; begin < path.size();) {
      const auto end = std::min(path.find('/', begin), path.size());
      const std::string part = path.substr(begin, end - begin);
      if (::mkdirat(directory.get(), part.c_str(), 0755) < 0 && errno != EEXIST) fail(whole, line);
      directory = Descriptor(::openat(directory.get(), part.c_str(), real_directory));
      if (!directory) fail(whole, line);
      begin = end + 1;
    }
    return directory;
  }

  std::pair<Descriptor, std::string> parent_of(const std::string& path, std::size_t line) const {
    const auto slash = path.rfind('/');
    return {enter(path.substr(0, slash), path, line), path.substr(slash + 1)};
  }

  Descriptor top_;
};

/// A file that cannot be read must not become one that is absent: that would be another answer.
void make_unreadable(const Tree& tree, const Section& section) {
  if (section.error == EISDIR) return tree.make_directory(section);
  tree.make_link(section, section.error == ENOENT ? section.path + ".absent" : section.path);
}

void make(const Tree& tree, Stubs& stubs, const Section& section) {
  switch (section.kind) {
    case SectionKind::file:
      return tree.make_file(section.path, section.line, {}, 0644);
    case SectionKind::directory:
      return tree.make_directory(section);
    case SectionKind::text:
      return tree.make_file(section.path, section.line, section.content, section.mode & 0666);
    case SectionKind::error:
      return make_unreadable(tree, section);
    case SectionKind::program:
      return stubs.add_program(section);
    case SectionKind::command:
      return stubs.add_command(section);
    case SectionKind::xapi:
      return tree.make_file(std::string(recorded_xapi) + section.path, section.line,
                            section.content, 0644);
    case SectionKind::link:
      break;
  }
  if (section.target.empty() || leads_above(section.path, section.target))
    refuse(section.line, section.path + " -> " + section.target + " leads above the root");
  tree.make_link(section, section.target);
}

std::string key_of(const Section& section) {
  std::string key = section.path;
  for (const auto& word : section.words) key += " " + word;
  return key;
}

}  // namespace

bool leads_above(std::string_view path, std::string_view target) {
  long depth = target.starts_with('/') ? 0 : std::count(path.begin(), path.end(), '/') - 1;
  while (!target.empty() && depth >= 0) {
    const auto end = std::min(target.find('/'), target.size());
    const auto part = target.substr(0, end);
    if (part == "..") --depth;
    if (!part.empty() && part != "." && part != "..") ++depth;
    target.remove_prefix(std::min(end + 1, target.size()));
  }
  return depth < 0;
}

void unpack(std::string_view recording, const std::string& directory) {
  const auto sections = read_sections(recording);
  const Tree tree(directory);
  Stubs stubs;
  std::set<std::string> seen;
  for (const auto& section : sections) {
    if (!seen.insert(key_of(section)).second)
      refuse(section.line, key_of(section) + " stands there twice");
    make(tree, stubs, section);
  }
  for (const auto& [path, file] : stubs.files())
    tree.make_file(path, file.line, file.content, file.executable ? 0755 : 0644);
}

}  // namespace pci_passthrough
