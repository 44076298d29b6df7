#include "plugin/checks/absent_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace pci_passthrough::checks {
namespace {

constexpr std::string_view known_as[] = {"/boot/efi/EFI/xenserver/grub.cfg", "/boot/grub/grub.cfg",
                                         "/boot/grub2/grub.cfg", "/boot/extlinux.conf"};

struct Stead {
  std::string_view ending;  ///< of the path that is there
  bool efi;                 ///< of a host that UEFI booted
  std::string_view sentence, remedy;
};
constexpr Stead steads[] = {
    {"/xen.cfg", true, "it boots xen.efi by {}, which is not read or edited here",
     "Write the rule into {} by hand: xen-pciback.hide=(0000:06:00.0) at the end of the line "
     "kernel=."},
    {"/xcp-ng/grub.cfg", true, "its boot file stands at {}, where xapi's own tools do not look",
     "Write the rule into {} by hand, or have UEFI boot EFI/xenserver, as the installer sets it "
     "up (efibootmgr)."},
    {"/grub/menu.lst", false, "{} stands there, of GRUB legacy, which is not read here",
     "Write the rule into {} by hand, at the end of the first module line of the entry that "
     "boots."},
    {"/grub.conf", false, "{} stands there, of GRUB legacy, which is not read here",
     "Write the rule into {} by hand, at the end of the first module line of the entry that "
     "boots."}};

Reason said(const Boot& boot, const std::string& why, std::string remedy) {
  return {.message = fmt::format("Unknown what this host boots: {}.", why),
          .evidence = boot.path.empty() ? "/boot" : boot.path,
          .state = FindingState::unknown,
          .remedy = Remedy{std::move(remedy)}};
}

}  // namespace

Reason absent_boot_file(const Boot& boot) {
  const bool efi = boot.efi.value_or(false);
  for (const auto& stead : steads)
    for (const auto& path : boot.beside)
      if (path.ends_with(stead.ending) && stead.efi == efi)
        return said(boot, fmt::format(fmt::runtime(stead.sentence), path),
                    fmt::format(fmt::runtime(stead.remedy), path));
  if (efi && std::ranges::count(boot.beside, "/boot/efi/EFI") == 0)
    return said(boot, "nothing is mounted at /boot/efi, where UEFI's boot file lies",
                "Mount it (mount /boot/efi), and try again.");
  if (efi)
    return said(boot, fmt::format("there is no {}, which UEFI reads", boot.path),
                "Find out what UEFI boots: efibootmgr -v.");
  std::string names;
  for (const auto path : known_as) names += fmt::format("{}{}", names.empty() ? "" : ", ", path);
  return said(boot, fmt::format("none of {} is there", names),
              "Check that /boot is mounted, and try again.");
}

}  // namespace pci_passthrough::checks
