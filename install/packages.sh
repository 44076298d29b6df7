# The Debian 12 packages that the build and the tests need: the one list. Sourced, never run.
# make: with it g++ optimizes at link time on all processors.

build_packages="g++ make cmake ninja-build libboost1.81-dev libboost-json1.81-dev libpugixml-dev
  libspdlog-dev libfmt-dev libcli11-dev libdtl-dev libmd-dev pci.ids python3"

test_packages="clang lld libclang-rt-14-dev libgtest-dev pciutils strace clang-tidy clang-format grub-common
  libxml2-utils acpica-tools time valgrind"
command -v npm >/dev/null || test_packages="$test_packages nodejs npm"

# The page's tests (tests/page): what is drawn without a font is not what a person sees.
page_packages="chromium fonts-dejavu-core libxml2-utils zip"
command -v npm >/dev/null || page_packages="$page_packages nodejs npm"

packaging_packages="g++-multilib rpm cpio file binutils rpmlint dnf createrepo-c man-db busybox-static
  qemu-user-static zip"

# The lab (tests/lab): what runs it, and what its dom0 is made of, unpacked there and not installed.
lab_packages="qemu-system-x86 ovmf mtools dosfstools e2fsprogs fdisk cpio xz-utils grub-common"
lab_dom0_packages="busybox-static kmod pciutils extlinux syslinux-common grub-pc-bin
  grub-efi-amd64-bin xen-hypervisor-4.17-amd64 xen-utils-4.17 xenstore-utils linux-image-amd64 socat"

# Playbooks for a whole pool (install/pool), and its tests: namespaces with an sshd each, which is unpacked and not
# installed. Only ansible-core runs the playbooks.
pool_packages="ansible-core ansible-lint openssh-client iproute2"
pool_packages_unpacked="openssh-server libwrap0"

# Installs those of the named packages that are missing, and says which.
install_missing() {
  missing=""
  for package; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' ||
      missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    echo "Missing packages. As root, run: apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  echo "Installing:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086  # a list of words
  apt-get install -qq -y --no-install-recommends $missing >/dev/null
}
