#include "plugin/plans/rescue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/rescue.hpp"
#include "plugin/plans/own_entry.hpp"

namespace pci_passthrough {
std::string with_rescue_mended(const Analysis& host, std::string text) {
  if (host.boot().file.error || !host.boot().unreadable.empty()) return text;
  const auto file = with_text(host.boot().file, text);
  if (file.error || !rescue_entry(file)) return text;
  return with_rescue(file).value_or(std::move(text));
}

std::string with_rescue_in_step(const Analysis& host, std::string text) {
  return text == host.boot().file.text ? text : with_rescue_mended(host, std::move(text));
}

Decision keep_rescue(const Analysis& host, const Consent& consent) {
  const Boot& boot = host.boot();
  if (boot.file.error || !boot.unreadable.empty()) return decide(host, {boot.file.text}, consent);
  auto text = with_rescue(boot.file);
  if (!text) refuse_entry(why_no_own_entry(boot));
  return decide(host, {std::move(*text)}, consent);
}

Decision remove_rescue(const Analysis& host, const Consent& consent) {
  const Boot& boot = host.boot();
  const auto rescue = boot.file.error ? std::nullopt : rescue_entry(boot.file);
  if (rescue && std::ranges::count(host.rules().unattended, *rescue) != 0)
    refuse_entry(fmt::format(
        "The host boots by '{}'. Make another entry the default of {} first, or boot once without "
        "the mark in grubenv.",
        rescue_title, boot.path));
  if (rescue && is_counted(boot, *rescue))
    refuse_entry(fmt::format(
        "An entry behind '{}' boots by its number, which would name another one then. Make it the "
        "last entry of {} first.",
        rescue_title, boot.path));
  return decide(host, {without_rescue(boot.file)}, consent);
}

}  // namespace pci_passthrough
