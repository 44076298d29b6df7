#include "plugin/plans/rescue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/rescue.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

[[noreturn]] void refuse_rescue(std::string reason) {
  throw Failure(code::refused, "refused, and nothing was changed", {std::move(reason)});
}

std::string why_none_is_made(const Boot& boot) {
  const auto& file = boot.file;
  if (const auto model = rescue_model(file))
    return fmt::format(
        "A copy of '{}' at the end of {} would change how the rest of the file reads. Correct what "
        "stands behind its last entry by hand.",
        printable(file.entries[*model].title), boot.path);
  return fmt::format(
      "{} has no everyday entry to make a rescue entry from: its default starts no Xen, or a "
      "variable of the boot loader's stands among its arguments. Write the variable's value there "
      "by hand.",
      boot.path);
}

/// Does a number that this file, or grubenv, boots by count the entry in?
bool is_counted(const Boot& boot, std::size_t rescue) {
  const auto after = [&](std::optional<std::size_t> entry) { return entry && *entry > rescue; };
  const bool by_number = boot.file.loader == BootLoader::grub && !boot.file.default_by_title;
  return (by_number && after(boot.file.default_entry)) || after(boot.next_entry());
}

}  // namespace

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
  if (!text) refuse_rescue(why_none_is_made(boot));
  return decide(host, {std::move(*text)}, consent);
}

Decision remove_rescue(const Analysis& host, const Consent& consent) {
  const Boot& boot = host.boot();
  const auto rescue = boot.file.error ? std::nullopt : rescue_entry(boot.file);
  if (rescue && std::ranges::count(host.rules().unattended, *rescue) != 0)
    refuse_rescue(fmt::format(
        "The host boots by '{}'. Make another entry the default of {} first, or boot once without "
        "the mark in grubenv.",
        rescue_title, boot.path));
  if (rescue && is_counted(boot, *rescue))
    refuse_rescue(fmt::format(
        "An entry behind '{}' boots by its number, which would name another one then. Make it the "
        "last entry of {} first.",
        rescue_title, boot.path));
  return decide(host, {without_rescue(boot.file)}, consent);
}

}  // namespace pci_passthrough
