#!/bin/sh
# Installs pci-passthrough on the XenServer or XCP-ng host in whose dom0 this is run.
set -eu
export LC_ALL=C

usage='Usage: sh host.sh [OPTIONS] [DIRECTORY of the RPMs; else where this script lies]
  --dry-run    look, and show each command that would install or prove; run none of them
  --force      install on a release that this was never tried on
  --downgrade  install an RPM that is older than what is installed
  --root DIR   install on the host that lies below DIR'

fail() { printf %s "host.sh: $*" | tr '\n' ' ' >&2; echo >&2; exit 1; }
misuse() { printf 'host.sh: %s\n%s\n' "$1" "$usage" >&2; exit 2; }
inventory() { sed -n "s/^$1='\(.*\)'\$/\1/p" "$root/etc/xensource-inventory" 2>/dev/null | tail -n 1; }
run() { echo "+ $*"; [ -n "$dry_run" ] || said=$("$@" 2>&1); }
installed() { rpm ${root:+--root "$root"} -q --qf '%{VERSION}-%{RELEASE}' pci-passthrough 2>/dev/null; }

read_arguments() {
  said='' dry_run='' force='' downgrade='' root='' directory=$(dirname "$0")
  while [ $# -gt 0 ]; do
    case $1 in
      --dry-run) dry_run=yes ;;
      --force) force=yes ;;
      --downgrade) downgrade=yes ;;
      --root) root=$(cd "${2:-/dev/null}" 2>/dev/null && pwd) || misuse '--root needs a directory.'; shift ;;
      --help) printf '%s\n' "$usage"; exit 0 ;;
      -*) misuse "The option $1 is not known." ;;
      *) [ -d "$1" ] || misuse "$1 is no directory."; directory=$1 ;;
    esac
    shift
  done
}

read_host() {
  for key in PRODUCT_BRAND PRODUCT_VERSION PLATFORM_VERSION INSTALLATION_UUID; do
    [ -n "$(inventory $key)" ] ||
      fail "This is no XenServer or XCP-ng dom0: there is no $key='...' in $root/etc/xensource-inventory."
  done
  release="$(inventory PRODUCT_BRAND) $(inventory PRODUCT_VERSION)"
  uuid=$(inventory INSTALLATION_UUID)
  case $(inventory PLATFORM_VERSION) in 1.*) flavour=xs6 ;; *) flavour=xs7 ;; esac
  flavour=$flavour.$(uname -m)
}

check_release() {
  case $release. in
    "XenServer 6."[25].* | "XenServer 7."[0-6].* | "XenServer "[89].*) return ;;
    "Citrix Hypervisor 8."[0-2].* | "XCP-ng 7."[4-6].* | "XCP-ng 8."[0-3].* | "XCP-ng 9."*) return ;;
  esac
  never="pci-passthrough was never tried on $release, which would get the RPM for $flavour"
  [ -n "$force" ] || fail "$never; to install it all the same, add --force."
  echo "$never; going on, as --force says."
}

check_space() { # DIRECTORY KILOBYTES
  free=$(df -P -k "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ "${free:-0}" -ge "$2" ] || fail "There are ${free:-unknown} kB free on $1, and $2 kB are needed."
}

pick_rpm() {
  names="pci-passthrough-*.$flavour.rpm"
  set -- "$directory"/pci-passthrough-*."$flavour.rpm"
  [ -f "$1" ] || fail "$release needs $names, and $directory has none; put it there or name its directory."
  [ $# = 1 ] || fail "$directory has $# files $names; leave only the one to install."
  rpm_file=$1
}

check_sum() {
  sums=$directory/SHA256SUMS
  if ! [ -f "$sums" ] || ! command -v sha256sum >/dev/null; then
    echo "Checksum not checked: $sums or the program sha256sum is missing."
    return
  fi
  right=$(awk -v name="${rpm_file##*/}" '{ sub(/^[*]?([.]\/)?/, "", $2) } $2 == name { print $1 }' "$sums")
  [ "$(sha256sum <"$rpm_file")" = "$right  -" ] ||
    fail "$rpm_file has not the checksum that $sums gives (${right:-none}); fetch both again."
}

install_rpm() {
  new=$(rpm -qp --qf '%{VERSION}-%{RELEASE}' "$rpm_file" 2>/dev/null) ||
    fail "$rpm_file is no RPM that this host's rpm can read; fetch it again."
  before=$(installed) || before=none
  echo "$release: installed is $before, and ${rpm_file##*/} has $new."
  [ "$before" != "$new" ] || { echo "$new is installed already."; return; }
  run rpm ${root:+--root "$root"} -U ${downgrade:+--oldpackage} "$rpm_file" && return
  case $said in *"which is newer than"*) fail "$before is newer than $new; to go back, add --downgrade." ;; esac
  fail "rpm could not install $rpm_file (now installed: $(installed || true)): $said"
}

call_plugin() {
  if [ -n "$dry_run" ] || [ "$(xe host-list uuid="$uuid" --minimal 2>/dev/null)" = "$uuid" ]; then
    run xe host-call-plugin host-uuid="$uuid" plugin=pci-passthrough fn=version
  else
    echo 'xapi was not asked, for xe is missing or does not answer for this host. As xapi would:'
    run "$root/etc/xapi.d/plugins/pci-passthrough" "<methodCall><methodName>version</methodName><params>\
<param><value>OpaqueRef:none</value></param><param><value><struct/></value></param></params></methodCall>"
  fi
}

take_back() {
  wrong="pci-passthrough $new does not answer with its version when it is called: $said"
  [ "$before" = none ] || fail "It stays installed (before: $before), but $wrong"
  rpm ${root:+--root "$root"} -e pci-passthrough || fail "It could not be taken off again, and $wrong"
  fail "It was taken off again, for $wrong"
}

prove() {
  call_plugin || take_back
  [ -z "$dry_run" ] || { echo 'A dry run: nothing was changed.'; exit 0; }
  case $said in *[\"\;]"${new%-*}"[\"\&]*) ;; *) take_back ;; esac # in JSON, bare or escaped
}

read_arguments "$@"
read_host
check_release
check_space "$root/" 8192    # the RPM takes about 4 MB, and an upgrade has both for a moment
check_space "$root/boot" 256 # a new boot file and copies of the old one
pick_rpm
check_sum
[ -n "$dry_run" ] || [ "$(id -u)" = 0 ] || fail 'Only root can install: run this as root.'
install_rpm
prove
cat <<END
pci-passthrough $new is installed, and answers when it is called.
Next: "pci-passthrough list" shows what there is and who uses it, "pci-passthrough verify" whether
passthrough is safe here. Each host of a pool needs it, and again after an upgrade from an ISO.
END
