#include "plugin/commands/command.hpp"
#include "plugin/model/text.hpp"
#include "wrapper/command_line.hpp"

namespace pci_passthrough {
namespace {

constexpr char script[] =
    R"bash(# bash completion for pci-passthrough; made by pci-passthrough --completion

[ "${BASH_VERSINFO[0]}" -ge 4 ] || return 0  # XenServer 6's bash 3.2 knows no mapfile

_pci_passthrough() {
  # The word as typed: bash itself splits it at every colon.
  local line=${COMP_LINE:0:COMP_POINT}
  local word=${line##*[[:space:]]}
  local -a words
  read -ra words <<< "${line%"$word"}"
  local before=${words[-1]} command='' options='' positional='' each
  for each in "${words[@]:1}"; do
    case $each in
@CASES@      *) continue ;;
    esac
    break
  done
  local choices='' kept=''
  case $before in
    --root | --unpack) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --host | --file) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --format)
      choices='json text'
      case $options in *--svg*) choices+=' svg' ;; esac ;;
    --devices) choices=devices ;;
    *)
      case $command:$word in
        :-*) choices='@GLOBAL@' ;;
        :*) choices='@COMMANDS@' ;;
        *:-*) choices="$options @GLOBAL@" ;;
        *) choices=$positional ;;
      esac ;;
  esac
  case $choices in
    devices) choices=$(ls /sys/bus/pci/devices 2> /dev/null) kept=${word%"${word##*,}"} ;;
    function) choices='@COMMANDS@' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -P "$kept" -W "$choices" -- "${word#"$kept"}")
  if [[ $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
  fi
}
complete -F _pci_passthrough pci-passthrough
)bash";

/// One arm of the script's `case`: what follows once this command stands on the line.
std::string arm(const Command& command) {
  std::string options, positional;
  for (const ArgumentRule& rule : command.arguments) {
    options += "--" + std::string(rule.name) + " ";
    if (rule.positional) positional = rule.name;
  }
  if (command.picture) options += "--svg ";
  const std::string name(command.name);
  return "      " + name + ") command=" + name + " options='" + options + "--format' positional='" +
         positional + "' ;;\n";
}

void fill(std::string& text, std::string_view place, std::string_view with) {
  for (auto at = text.find(place); at != text.npos; at = text.find(place, at + with.size())) {
    text.replace(at, place.size(), with);
  }
}

}  // namespace

std::string bash_completion(std::string_view everywhere) {
  std::string cases;
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    cases += arm(command);
    names.push_back(command.name);
  }
  std::string text = script;
  fill(text, "@CASES@", cases);
  fill(text, "@COMMANDS@", joined(names, " "));
  fill(text, "@GLOBAL@", everywhere);
  return text;
}

}  // namespace pci_passthrough
