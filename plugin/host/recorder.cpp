#include "plugin/host/recorder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <filesystem>

#include "plugin/host/masking.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

/// Modes matter where a file may be replaced; the kernel's own files have whatever it gives them.
unsigned mode_worth_noting(const std::string& path, mode_t mode) {
  const bool kernels = path.starts_with("/sys/") || path.starts_with("/proc/");
  return kernels ? 0644 : mode & 0666;
}

bool has_below(const std::map<std::string, Section>& sections, const std::string& path) {
  const auto next = sections.lower_bound(path + "/");
  return next != sections.end() && next->first.starts_with(path + "/");
}

Section contained(Section section) {
  if (section.kind == SectionKind::link && leads_above(section.path, section.target))
    section.target =
        (std::filesystem::path(section.path).parent_path() / section.target).lexically_normal();
  return section;
}

}  // namespace

void Recorder::note(Section section) {
  if (section.path.size() < 2) return;
  auto& noted = sections_[section.path];
  const bool tells_more = section.kind > noted.kind || noted.path.empty();
  if (tells_more || (section.kind == noted.kind && section.content.size() > noted.content.size()))
    noted = std::move(section);
}

void Recorder::note_links(const std::vector<Walk::Link>& links) {
  for (const auto& link : links)
    note({.kind = SectionKind::link, .path = link.path, .target = link.target});
}

void Recorder::note_error(const std::string& path, int error) {
  if (error == EISDIR) return note({.kind = SectionKind::directory, .path = path});
  if (error != ENOENT && error != ENOTDIR)
    note({.kind = SectionKind::error, .path = path, .error = error});
}

void Recorder::note_present(int root, const std::string& path) {
  struct stat status {};
  if (::fstatat(root, below_root(path), &status, AT_SYMLINK_NOFOLLOW) < 0) return;
  if (!S_ISLNK(status.st_mode)) return note_exists({.resolved = path}, true, status.st_mode);
  char target[PATH_MAX];
  const auto size = ::readlinkat(root, below_root(path), target, sizeof target);
  if (size > 0) note_links({{path, std::string(target, static_cast<std::size_t>(size))}});
}

void Recorder::note_read(const std::string& path, const Read<std::string>& read, mode_t mode) {
  if (path.starts_with(recorded_xapi)) return;
  if (!read) return note_error(path, read.error);
  note({.kind = SectionKind::text,
        .path = path,
        .content = read.value,
        .mode = mode_worth_noting(path, mode)});
}

void Recorder::note_list(int root, const std::string& path,
                         const Read<std::vector<std::string>>& read) {
  if (!read) return note_error(path, read.error);
  note({.kind = SectionKind::directory, .path = path});
  for (const auto& name : read.value) note_present(root, (path == "/" ? "" : path) + "/" + name);
}

void Recorder::note_link(int root, const Walk& walk, const Read<std::string>& read) {
  note_links(walk.links);
  if (read) return note_links({{walk.resolved, read.value}});
  if (read.error == EINVAL) return note_present(root, walk.resolved);
  note_error(walk.resolved, read.error);
}

void Recorder::note_exists(const Walk& walk, bool there, mode_t mode) {
  note_links(walk.links);
  if (there)
    note({.kind = S_ISDIR(mode) ? SectionKind::directory : SectionKind::file,
          .path = walk.resolved});
}

void Recorder::note_excerpt(const std::string& path, std::string text) {
  if (const auto noted = sections_.find(path); noted != sections_.end())
    noted->second.content = std::move(text);
}

void Recorder::note_program(const std::string& path) {
  note({.kind = SectionKind::program, .path = path});
}

void Recorder::note_command(const std::string& program, const std::vector<std::string>& arguments,
                            const std::string& output, int status) {
  Section section{.kind = SectionKind::command, .content = output, .status = status};
  section.words = {std::filesystem::path(program).filename()};
  section.words.insert(section.words.end(), arguments.begin(), arguments.end());
  sections_["$ " + joined(section.words, " ")] = std::move(section);
}

void Recorder::note_xapi(const std::string& method, std::string json) {
  note({.kind = SectionKind::xapi, .path = method, .content = std::move(json)});
}

std::string Recorder::text(bool masked) const {
  const auto sections = masked ? mask(sections_) : sections_;
  std::string text(recording_head);
  for (const auto& [path, section] : sections) {
    const bool implied =
        section.kind == SectionKind::directory || section.kind == SectionKind::error;
    if (!implied || !has_below(sections, path)) text += write_section(contained(section));
  }
  return text;
}

}  // namespace pci_passthrough
