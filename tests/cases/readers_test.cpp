#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/plans/rules.hpp"
#include "tests/cases/boot_file.hpp"

namespace pci_passthrough {
namespace {

/// How a person writes a list of A and B. P: the parameter as this kernel reads it, Q: as the other
/// kernel does; a, b: short; U: A in capitals.
struct Spelling {
  const char* text;
  bool only_grub = false;
};
constexpr Spelling spellings[] = {{"P=(A)(B)"},
                                  {"P=(a)(b)"},
                                  {"P=(U)(B)"},
                                  {"P=(A) (B)"},
                                  {"P=(A),(B)"},
                                  {"P=(A,B)"},
                                  {"P=A,B"},
                                  {"P=(A)(B"},
                                  {"P=(A)(B)(A)"},
                                  {"P=[A][B]"},
                                  {"P=\"(A)(B)\""},
                                  {"\"P=(A)(B)\""},
                                  {"P =(A)(B)"},
                                  {"P= (A)(B)"},
                                  {"P:(A)(B)"},
                                  {"P(A)(B)"},
                                  {"xen-pcibak.hide=(A)(B)"},
                                  {"xenpciback.hide=(A)(B)"},
                                  {"xen-pciback.hid=(A)(B)"},
                                  {"xen_pciback.hide=(A)(B)"},
                                  {"Q=(A)(B)"},
                                  {"hide=(A)(B)"},
                                  {"P=(A) P=(B)"},
                                  {"P=(A) Q=(B)"},
                                  {"P=(A)\tP=(B)"},
                                  {"\xe2\x80\x9eP=(A)(B)\xe2\x80\x9c"},
                                  {"\xe2\x80\x9cP=(a)(b)\xe2\x80\x9d"},
                                  {"P=(A)\xc2\xa0(B)"},
                                  {"'P=(A)(B)'", true},
                                  {"P=(A);(B)", true},
                                  {"P=(A)(B);", true},
                                  {"\\\n P=(A)(B)", true},
                                  {"P=(A)(B) \\\n x=1", true}};
constexpr const char* blanks[] = {" ", "\t", "\v", "\f", "\xa0", "\xc2\xa0", "  "};
enum class Spot { last, first, xen, initrd };
constexpr Spot spots[] = {Spot::last, Spot::first, Spot::xen, Spot::initrd};

constexpr std::string_view told[] = {
    "hide-syntax-error",    "hide-not-canonical",      "hide-legacy-name",
    "hide-both-names",      "hide-multiple-params",    "hide-rule-stray",
    "hide-unseen-by-xapi",  "hide-misread-by-xapi",    "boot-config-unparseable",
    "boot-file-fails-xapi", "boot-file-broken-by-xapi"};

struct Sample {
  std::string what;
  Analysis host;
  RuleSet meant;
  std::size_t entry;  ///< xe
};

std::string capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// A device of the host that has a letter in its address, where there is one.
std::vector<PciAddress> two_devices(const Snapshot& host) {
  std::vector<PciAddress> found;
  for (auto function = host.functions.rbegin(); function != host.functions.rend(); ++function)
    if (function->address.is_nameable() && function->driver != "pcieport")
      found.push_back(function->address);
  return {found.at(0), found.at(1)};
}

std::string spelt(std::string_view pattern, PcibackKind kind, const std::vector<PciAddress>& two) {
  const auto other = kind == PcibackKind::pvops ? PcibackKind::classic : PcibackKind::pvops;
  const auto a = two[0].text(), b = two[1].text();
  std::string text;
  for (const char c : pattern) {
    const bool alone =
        text.empty() || text.find_last_of(" (\t[\n\"',=\xa0\x9e\x9c\x9d") == text.size() - 1;
    if (c == 'P' && alone)
      text += hide_parameter(kind);
    else if (c == 'Q' && alone)
      text += hide_parameter(other);
    else if (c == 'A')
      text += a;
    else if (c == 'B')
      text += b;
    else if (c == 'U')
      text += capitals(a);
    else if ((c == 'a' || c == 'b') && (text.ends_with('(')))
      text += (c == 'a' ? a : b).substr(5);
    else
      text += c;
  }
  return text;
}

std::size_t place(const BootEntry& entry, Spot spot) {
  switch (spot) {
    case Spot::first:
      return entry.kernel_line.begin + entry.kernel.size();
    case Spot::xen:
      return entry.xen_line.end;
    case Spot::initrd:
      return entry.module_lines.at(0).end;
    case Spot::last:
      break;
  }
  return entry.arguments_end;
}

/// Behind the ';' all is a command of its own, what the kernel needs too: no repair gives it back.
bool cuts_the_line(const Spelling& spelling, Spot spot) {
  return spot == Spot::first && std::string_view(spelling.text).find(';') != std::string_view::npos;
}

/// Each spelling at its place on one host; of the other hosts, blanks and places every eighth.
template <typename Try>
void for_each_sample(Try attempt) {
  std::size_t number = 0;
  for (const char* name : {nas, bios, old, nine}) {
    const auto bare = with_arguments(recorded(name), "xe", "");
    const auto& file = bare.boot.file;
    const auto index = file.find("xe").value();
    const auto& entry = file.entries[index];
    const auto kind = pciback_kind(entry, bare.boot.kernel_release);
    const auto two = two_devices(bare);
    for (const auto& spelling : spellings)
      for (const char* blank : blanks)
        for (const auto spot : spots) {
          const bool is_odd = std::string_view(blank) != " ";
          if (spelling.only_grub && (file.loader != BootLoader::grub || is_odd)) continue;
          if ((is_odd && spot != Spot::last) || cuts_the_line(spelling, spot)) continue;
          const bool is_plain = name == nas && !is_odd && spot == Spot::last;
          if (!is_plain && number++ % 8 != 0) continue;
          auto text = file.text;
          const auto words = spelt(spelling.text, kind, two);
          text.insert(place(entry, spot), blank + words);
          attempt(
              Sample{fmt::format("{}: '{}{}' at {}", name, blank, words, static_cast<int>(spot)),
                     with_boot_text(bare, text),
                     written({HideRule::of(two[0]), HideRule::of(two[1])}), index});
        }
  }
}

bool is_said(const Analysis& host) {
  return std::ranges::any_of(told, [&](std::string_view code) {
    return !std::get<HostCheck>(find_check(code)->run)(host).empty();
  });
}

Analysis with_boot(const Analysis& host, std::string text) {
  return host.with({.boot_file = with_text(host.boot().file, std::move(text))});
}

/// Where kernel, platform and person do not agree, it is said; where they do, nothing is.
TEST(Readers, WhereTheyDifferItIsSaid) {
  std::size_t said = 0;
  for_each_sample([&](const Sample& sample) {
    const auto& [what, host, meant, entry] = sample;
    const bool agree = !host.boot().file.trouble && kernels(host, entry) == meant &&
                       platforms(host, entry) == meant;
    if (!agree) EXPECT_TRUE(is_said(host)) << what;
    said += agree ? 0 : 1;
  });
  EXPECT_GT(said, 100u);
}

/// After a repair all three read what was meant; twice is once, and no other entry is touched.
TEST(Readers, ARepairIsReadTheSameByAll) {
  for_each_sample([&](const Sample& sample) {
    const auto& [what, host, meant, entry] = sample;
    if (host.boot().file.trouble) return;
    const std::vector<std::size_t> entries{entry};
    const auto after = with_boot(host, text_repaired(host, entries, {}));
    ASSERT_FALSE(after.boot().file.trouble) << what;
    EXPECT_EQ(kernels(after, entry), meant) << what;
    EXPECT_EQ(platforms(after, entry), meant) << what;
    EXPECT_EQ(mendable_strays(after, entry), 0u) << what;
    EXPECT_EQ(text_repaired(after, entries, {}), after.boot().file.text) << what;
    ASSERT_EQ(after.boot().file.entries.size(), host.boot().file.entries.size()) << what;
    for (std::size_t i = 0; i < host.boot().file.entries.size(); ++i)
      if (i != entry) {
        EXPECT_EQ(after.boot().file.entries[i].command_line,
                  host.boot().file.entries[i].command_line)
            << what;
        EXPECT_EQ(after.boot().file.entries[i].xen_arguments,
                  host.boot().file.entries[i].xen_arguments)
            << what;
      }
  });
}

TEST(Readers, WhatARepairCannotGiveBackIsSaidAndStays) {
  auto host = with_arguments(recorded(nas), "xe", "");
  const auto& entry = entry_of(host, "xe");
  auto text = host.boot.file.text;
  text.insert(place(entry, Spot::first), " xen-pciback.hide=(0000:3b:00.0);(0000:3b:00.1)");
  const Analysis cut = with_boot_text(host, text);
  EXPECT_TRUE(is_said(cut));
  EXPECT_EQ(text_repaired(cut, cut.rules().everyday, {}), text);
}

/// unhide changes no effect on another device, whatever stands there; nor does any list name it.
TEST(Readers, UnhidingChangesNoEffectOnAnother) {
  for_each_sample([&](const Sample& sample) {
    const auto& [what, host, meant, entry] = sample;
    if (host.boot().file.trouble) return;
    for (const auto& device : two_devices(host.snapshot())) {
      const auto after = with_boot(host, text_unhiding(host, {entry}, {device}));
      auto wanted = kernels(host, entry);
      std::erase_if(wanted,
                    [&](const auto& rule) { return rule == HideRule::of(device).written(); });
      EXPECT_EQ(kernels(after, entry), wanted) << what << " without " << device.text();
    }
  });
}

/// hide begins the effect of what it names, and of what stood in a list, and ends none.
TEST(Readers, HidingEndsNoEffect) {
  for_each_sample([&](const Sample& sample) {
    const auto& [what, host, meant, entry] = sample;
    if (host.boot().file.trouble) return;
    const auto& device = host.snapshot().functions.front().address;
    const auto after = with_boot(host, text_hiding(host, {entry}, {device}));
    auto allowed = meant;
    allowed.insert(HideRule::of(device).written());
    const auto was = kernels(host, entry), is = kernels(after, entry);
    EXPECT_TRUE(std::ranges::includes(is, was)) << what;
    EXPECT_TRUE(std::ranges::includes(allowed, is)) << what;
    const bool is_readable = std::ranges::none_of(
        host.rules().entries[entry].read, [](const auto& list) { return list.error.has_value(); });
    const auto& ignored = host.rules().entries[entry].ignored;
    const bool all_readable = is_readable && std::ranges::none_of(ignored, [](const auto& list) {
                                return list.error.has_value();
                              });
    EXPECT_EQ(is.contains(HideRule::of(device).written()), all_readable) << what;
  });
}

}  // namespace
}  // namespace pci_passthrough
