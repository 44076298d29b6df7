#include "plugin/host/stubs.hpp"

#include "plugin/host/recording.hpp"

namespace pci_passthrough {
namespace {

constexpr char stub_body[] = R"(set -f
exec <"$0.answers"
read -r path
root=${0%"$path"}
line=
for argument do line="$line ${argument#"$root"}"; done
line=${line# }
printf '%s\n' "$line" >>"$0.calls"
known=
while read -r number status recorded; do
  known=yes
  [ "$recorded" = "$line" ] || continue
  cat "$0.$number"
  exit "$status"
done
[ "$known" ] || exit 0
printf '%s: no answer was recorded for: %s\n' "$path" "$line" >&2
exit 127
)";

std::string arguments_of(const Section& section) {
  std::string line;
  for (std::size_t i = 1; i < section.words.size(); ++i)
    line += (i == 1 ? "" : " ") + section.words[i];
  return line;
}

}  // namespace

void Stubs::add_program(const Section& section) { programs_.push_back(section); }
void Stubs::add_command(const Section& section) { commands_.push_back(section); }

std::string Stubs::place_of(const std::string& name) const {
  if (name.starts_with('/')) return name;
  for (const auto& program : programs_)
    if (program.path.ends_with("/" + name)) return program.path;
  return "/usr/sbin/" + name;
}

std::map<std::string, Stubs::File> Stubs::files() const {
  std::map<std::string, File> files;
  std::map<std::string, int> answers;
  const auto add_stub = [&](const std::string& path, std::size_t line) {
    files.try_emplace(path, File{line, true, std::string(stub_head) + stub_body});
    files.try_emplace(path + ".answers", File{line, false, path + "\n"});
  };
  for (const auto& program : programs_) add_stub(program.path, program.line);
  for (const auto& command : commands_) {
    const std::string path = place_of(command.words.front());
    add_stub(path, command.line);
    const std::string number = std::to_string(++answers[path]);
    files[path + ".answers"].content +=
        number + " " + std::to_string(command.status) + " " + arguments_of(command) + "\n";
    files[path + "." + number] = {command.line, false, command.content};
  }
  return files;
}

}  // namespace pci_passthrough
