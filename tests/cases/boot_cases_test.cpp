#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/reports.hpp"
#include "tests/cases/boot_file.hpp"

namespace pci_passthrough {
namespace {

/// What verify says of a case: words of the message, of the remedy.
struct Said {
  std::string code;
  Severity severity = Severity::error;
  std::vector<std::string> message{}, remedy{};
};
struct BootCase {
  const char* name;
  std::vector<Said> said{};
  std::vector<const char*> unsaid{};  ///< codes of which there is no finding
  std::string repaired{};  ///< the argument of the first entry after repair; "" as it was
};

constexpr char both[] = "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)";
constexpr char one[] = "xen-pciback.hide=(0000:01:00.0)";
constexpr auto error = Severity::error, warn = Severity::warn, info = Severity::info,
               block = Severity::block;

Said stray(std::vector<std::string> message) {
  return {"hide-rule-stray", error, std::move(message), {"pci-passthrough repair"}};
}
Said unseen() {
  return {"hide-unseen-by-xapi",
          error,
          {"(0000:01:00.0)(0000:01:00.1)", "the next boot gives these devices to dom0"},
          {both, "repair"}};
}

std::vector<BootCase> boot_file_cases() {
  return {
      {"01a-low-quotes", {stray({"hide=(01:00.0) (01:00.1)", "quotes"})}, {}, both},
      {"01d-blank-between-rules", {stray({"'(0000:01:00.1)'", "a blank parts it"})}, {}, both},
      {"01f-misspelt", {stray({"'xen-pcibak.hide=(0000:01:00.0)'", "no kernel knows"})}, {}, one},
      {"01k-bare-hide", {stray({"'hide=(0000:01:00.0)'", "name is missing"})}, {}, one},
      {"01v-qubes", {{"hide-rule-stray", info, {"rd.qubes.hide_pci", "another system"}}}},
      {"01w-rd", {}, {"hide-rule-stray", "hide-syntax-error", "hide-unseen-by-xapi"}},
      {"02a-dot-domain", {{"hide-syntax-error", error, {"'.'"}, {both, "repair"}}}, {}, both},
      {"02c-comma-inside", {{"hide-syntax-error", error, {"','"}, {both, "repair"}}}, {}, both},
      {"02p-semicolon",
       {stray({"'(0000:01:00.1)'", "';'"}), {"hide-misread-by-xapi", warn, {";"}, {"repair"}}},
       {},
       both},
      {"02z-broken-then-hide",
       {{"hide-syntax-error", error, {}, {both, "dry-run=true"}}},
       {},
       both},
      {"03b-default", {stray({both, "Xen's own line"})}, {}, both},
      {"04b-initrd-only", {stray({both, "initrd's line"})}, {}, both},
      {"05a-nbsp-then-hide", {unseen()}, {"hide-rule-stray"}, both},
      {"05c-vt", {unseen()}, {"hide-rule-stray"}, both},
      {"07b-xen-efi-cfg",
       {{"boot-config-unparseable",
         block,
         {"xen.efi by /boot/efi/EFI/xenserver/xen.cfg"},
         {"by hand"}}},
       {"boot-config-ambiguous"}},
      {"07d-esp-unmounted",
       {{"boot-config-unparseable",
         block,
         {"nothing is mounted at /boot/efi"},
         {"mount /boot/efi"}}},
       {"boot-config-ambiguous"}},
      {"08a-xhci-first", {{"hidden-but-not-bound", error, {"xhci_hcd"}, {"The start of a VM"}}}},
      {"09a-menu-lst-only",
       {{"boot-config-unparseable", block, {"/boot/grub/menu.lst stands there"}, {"by hand"}}}},
      {"12a-continued",
       {{"boot-file-broken-by-xapi", error, {"continued with a backslash"}, {"repair"}}, unseen()},
       {},
       both},
      {"12e-tabs", {unseen()}, {}, both},
      {"16a-modprobe", {{"module-option-ignored", warn, {"pciback is built into"}, {"hide"}}}},
      {"17a-boot-controller-in-file", {{"boot-controller-hidden", block, {"0000:00:17.0"}}}},
      {"19a-one-tab", {unseen()}, {}, both},
      {"19b-semicolon-end", {{"hide-misread-by-xapi", warn, {";"}, {"repair"}}}, {}, both},
      {"20b-renamed-no-rule",
       {{"hide-missing-in-default", error, {"'XCP-ng with GPU passthrough'"}, {"hide devices="}},
        {"boot-default-not-set-by-xapi", warn, {"never edit 'XCP-ng with GPU passthrough'"}}}},
      {"21a-grubenv-stale",
       {{"grubenv-stale",
         warn,
         {"'4'", "GRUB takes the first"},
         {"grub-editenv /boot/efi/EFI/xenserver/grubenv unset override_entry"}}},
       {"boot-config-unparseable"}},
      {"21d-two-lists-tab",
       {{"hide-misread-by-xapi", warn, {"\\x09"}, {"repair"}}},
       {},
       "xen-pciback.hide=(0000:01:00.1)(0000:01:00.0)"},
      {"21f-var",
       {{"boot-config-unparseable", block, {"Unknown what 'XCP-ng' boots with", "a variable"}}},
       {"hide-syntax-error", "pending-reboot"}},
      {"21i-unlisted-hyphen", {unseen()}, {}, both},
      {"30a-by-hand",
       {{"boot-file-fails-xapi", warn, {"line 8", "a number"}},
        {"boot-entry-left-alone", warn, {"'XCP-ng in Safe Mode'", "a double quote"}},
        {"boot-file-generated", warn, {"grub-mkconfig"}}},
       {"boot-config-unparseable"}},
      {"30c-unclosed", {{"boot-config-unparseable", block, {"cannot be understood at line"}}}},
      {"30b-title-unquoted",
       {{"boot-default-misread-by-xapi",
         warn,
         {"'XCP-ng (Serial)' boots", "'XCP-ng in Safe Mode'"}}}},
      {"21m-value-quoted",
       {{"hide-misread-by-xapi", warn, {"\"(0000:01:00.0)"}, {"repair"}}},
       {},
       both},
  };
}

bool holds_all(const std::string& text, const std::vector<std::string>& words) {
  return std::ranges::all_of(words, [&](const auto& word) { return text.find(word) != text.npos; });
}

std::string all_said(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings)
    text += "\n  " + std::string(name_of(finding.severity)) + " " + finding.code + ": " +
            finding.message + " -> " + finding.remedy.sentence;
  return text;
}

std::string first_list(const Analysis& host) {
  const auto& stands = host.rules().entries.at(0).stands;
  return stands.read.size() == 1 && stands.ignored.empty() ? stands.read[0].value : "";
}

TEST(BootCases, EveryFolderIsACase) {
  std::set<std::string> folders, cases;
  for (const auto& entry : std::filesystem::directory_iterator(boot_case("")))
    folders.insert(entry.path().filename());
  for (const auto& case_ : boot_file_cases()) cases.insert(case_.name);
  EXPECT_EQ(folders, cases);
}

TEST(BootCases, VerifySaysWhatIsRight) {
  for (const auto& case_ : boot_file_cases()) {
    const auto host = host_of_case(case_.name);
    const auto findings = judge(host, host.rules().unattended);
    for (const auto& said : case_.said)
      EXPECT_TRUE(std::ranges::any_of(findings,
                                      [&](const Finding& finding) {
                                        return finding.code == said.code &&
                                               finding.severity == said.severity &&
                                               holds_all(finding.message, said.message) &&
                                               holds_all(finding.remedy.sentence, said.remedy);
                                      }))
          << case_.name << " " << said.code << all_said(findings);
    for (const auto* code : case_.unsaid)
      EXPECT_EQ(std::ranges::count(findings, code, &Finding::code), 0)
          << case_.name << " " << code << all_said(findings);
  }
}

TEST(BootCases, RepairWritesWhatAllReadersRead) {
  for (const auto& case_ : boot_file_cases()) {
    SCOPED_TRACE(case_.name);
    const auto host = host_of_case(case_.name);
    const auto decision = repair(host, {}, shell);
    if (case_.repaired.empty()) {
      EXPECT_TRUE(decision.plan.files.empty());
      continue;
    }
    ASSERT_TRUE(decision.refusals.empty()) << all_said(decision.refusals);
    const auto& after = decision.after;
    EXPECT_EQ(first_list(after), case_.repaired);
    for (const auto i : after.rules().everyday) {
      EXPECT_EQ(platforms(after, i), kernels(after, i)) << i;
      EXPECT_EQ(mendable_strays(after, i), 0u) << i;
    }
    EXPECT_TRUE(repair(after, {}, shell).plan.files.empty()) << "once is enough";
  }
}

TEST(BootCases, WhatIsReadIsOfferedToBeMendedWhereHideCannotReadIt) {
  for (const char* name : {"02a-dot-domain", "02c-comma-inside", "02z-broken-then-hide"}) {
    const auto decision =
        hide_devices(host_of_case(name), all_at({"01:00.0", "01:00.1"}), {}, remote);
    ASSERT_EQ(decision.refusals.size(), 1u) << name << all_said(decision.refusals);
    EXPECT_EQ(decision.refusals[0].remedy.function, "repair");
    EXPECT_NE(decision.refusals[0].remedy.sentence.find(both), std::string::npos);
  }
}

TEST(BootCases, HideEditsTheListBehindAnyBlankOfTheKernels) {
  for (const char* name : {"05a-nbsp-then-hide", "05c-vt", "12e-tabs", "19a-one-tab"}) {
    const auto decision = hide_devices(host_of_case(name), all_at({"03:00.0"}), {}, shell);
    EXPECT_EQ(first_list(decision.after), std::string(both) + "(0000:03:00.0)") << name;
    EXPECT_EQ(kernels(decision.after, 0).size(), 3u) << name;
  }
}

TEST(BootCases, AStandingDangerIsSaidBesideAnotherChange) {
  const auto host = host_of_case("17a-boot-controller-in-file");
  const auto decision = hide_devices(host, all_at({"03:00.0"}), {}, shell);
  const auto dangers = dangers_of_next_boot(decision.after);
  EXPECT_TRUE(std::ranges::any_of(dangers, [](const Finding& finding) {
    return finding.code == "boot-controller-hidden" && finding.device == at("00:17.0");
  })) << all_said(dangers);
  for (const auto& refusal : decision.refusals) EXPECT_NE(refusal.device, at("00:17.0"));
  EXPECT_TRUE(unhide_devices(host, all_at({"00:17.0"}), {}, remote).refusals.empty());
}

TEST(BootCases, WhatAVariableHoldsIsUnknownInEveryReply) {
  const auto host = host_of_case("21f-var");
  for (const auto& function : host.snapshot().functions)
    EXPECT_EQ(host.dom0_access(function), Dom0Access::unknown);
  const auto rules = reports::rules_of_host(host);
  const auto& entry = rules.at("entries").as_array().at(0).as_object();
  EXPECT_FALSE(entry.contains("devices"));
  EXPECT_FALSE(entry.contains("value"));
  EXPECT_NE(reports::rules_table(rules).find("unknown"), std::string::npos);
}

TEST(BootCases, RulesShowsStrayWordsBesideTheEntry) {
  const auto rules = reports::rules_of_host(host_of_case("01f-misspelt"));
  const auto& strays = rules.at("entries").as_array().at(0).as_object().at("strays").as_array();
  ASSERT_EQ(strays.size(), 1u);
  EXPECT_EQ(strays[0].as_object().at("word").as_string(), "xen-pcibak.hide=(0000:01:00.0)");
  EXPECT_EQ(strays[0].as_object().at("meant").as_string(), "(0000:01:00.0)");
  EXPECT_EQ(strays[0].as_object().at("line").to_number<int>(), 16);
  EXPECT_NE(reports::rules_table(rules).find("grub.cfg:16 'XCP-ng': 'xen-pcibak.hide="),
            std::string::npos)
      << reports::rules_table(rules);
}

}  // namespace
}  // namespace pci_passthrough
