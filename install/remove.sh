#!/bin/sh
# Takes pci-passthrough off the XenServer or XCP-ng host in whose dom0 this is run.
set -eu
export LC_ALL=C

usage='Usage: sh remove.sh [--dry-run] [--purge] [--root DIR]
  --dry-run    tell what still stands, and show each command that would remove something; run none
  --purge      remove the backups of the boot files too
  --root DIR   remove it from the host that lies below DIR'

fail() { printf %s "remove.sh: $*" | tr '\n' ' ' >&2; echo >&2; exit 1; }
misuse() { printf 'remove.sh: %s\n%s\n' "$1" "$usage" >&2; exit 2; }
run() { echo "+ $*"; [ -n "$dry_run" ] || said=$("$@" 2>&1) || fail "$* failed: $said"; }

read_arguments() {
  dry_run='' purge='' root=''
  while [ $# -gt 0 ]; do
    case $1 in
      --dry-run) dry_run=yes ;;
      --purge) purge=yes ;;
      --root) root=$(cd "${2:-/dev/null}" 2>/dev/null && pwd) || misuse '--root needs a directory.'; shift ;;
      --help) printf '%s\n' "$usage"; exit 0 ;;
      *) misuse "The argument $1 is not known." ;;
    esac
    shift
  done
}

tell_rules() {
  echo 'Hide rules, which keep working without pci-passthrough:'
  rules=$("$root/usr/sbin/pci-passthrough" ${root:+--root "$root"} rules 2>&1) || rules="$rules
They could not be read."
  printf '%s\n' "$rules"
  echo 'To take one back before: pci-passthrough unhide ADDRESS (and --entries all for the fallback entries)'
  case $rules in *'pci-passthrough rescue '*|*'pci-rescue '*)
    echo 'The boot entry pci-passthrough rescue stays, too, and nothing keeps it in step any more; it boots only when it is chosen.'
    echo 'To take it away before: pci-passthrough rescue --remove' ;;
  esac
}

# Without the program nobody could confirm it, or tell that it is one.
end_trial() {
  case $rules in *'pci-passthrough trial '*|*'pci-trial '*)
    echo 'A hide is on trial; it is taken back, so that nothing boots once:'
    run "$root/usr/sbin/pci-passthrough" ${root:+--root "$root"} abandon ;;
  esac
}

tell_vms() {
  vms=$(xe vm-list params=uuid,name-label,other-config 2>&1) ||
    { echo "xapi could not be asked which VMs still have other-config:pci: $vms"; return; }
  echo 'VMs of the pool (to clear one: xe vm-param-remove uuid=UUID param-name=other-config param-key=pci):'
  printf '%s\n' "$vms" | tr -d '\001-\010\013-\037\177' | awk '
    /^uuid / { uuid = $NF }
    /^ *name-label / { name = $0; sub(/^[^:]*: /, "", name) }
    /^ *other-config / && match($0, /[:;] pci: [^;]*/) {
      print "  " uuid " has " substr($0, RSTART + 7, RLENGTH - 7) " (" name ")"; found = 1 }
    END { if (!found) print "  none has other-config:pci" }'
}

remove_rpm() {
  rpm ${root:+--root "$root"} -q pci-passthrough >/dev/null 2>&1 ||
    { echo 'pci-passthrough is not installed.'; return; }
  tell_rules
  end_trial
  run rpm ${root:+--root "$root"} -e pci-passthrough
}

remove_backups() {
  if [ -n "$purge" ]; then
    run rm -rf "$root/var/lib/pci-passthrough"
    run find "$root/boot" -name '*.pci-passthrough.bak' -exec rm -f {} ';'
  elif [ -d "$root/var/lib/pci-passthrough" ]; then
    echo "Backups of boot files stay in $root/var/lib/pci-passthrough; --purge removes them."
  fi
}

read_arguments "$@"
[ -n "$dry_run" ] || [ "$(id -u)" = 0 ] || fail 'Only root can remove: run this as root.'
tell_vms
remove_rpm
remove_backups
[ -z "$dry_run" ] || { echo 'A dry run: nothing was changed.'; exit 0; }
echo 'pci-passthrough is removed. Hide rules and VM entries stand as told above.'
