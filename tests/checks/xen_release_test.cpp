#include <gtest/gtest.h>

#include <set>

#include "plugin/checks/iommu_words.hpp"
#include "plugin/model/dma_alias.hpp"
#include "plugin/model/reset.hpp"
#include "plugin/model/xen_release.hpp"
#include "tests/checks/vm_case.hpp"

namespace pci_passthrough {
namespace {

const std::map<std::string, bool> releases = {  ///< are its patches known
    {"6.2.0", false}, {"6.5.0", false}, {"7.0.0", false}, {"7.1.0", true},
    {"7.6.0", true},  {"8.0.0", true},  {"8.2.1", true},  {"8.3.0", true},
    {"8.4.0", true},  {"9.0.0", false}, {"", false}};

/// What this check says of the function that is about to be hidden.
std::optional<FindingState> state_of(const Snapshot& snapshot, std::string_view code) {
  const Analysis host(snapshot);
  const auto reasons =
      std::get<FunctionCheck>(find_check(code)->run)(host, *host.find(at("5f:00.0")));
  return reasons.empty() ? std::nullopt : std::optional(reasons.front().state);
}

Snapshot with_vectors(unsigned count, const std::string& release, std::optional<unsigned> extra) {
  auto host = hiding(recorded(nas), "(0000:5f:00.0)");
  host.host.version = release;
  function_of(host, "5f:00.0").config->msix = {count, false};
  if (extra)
    for (auto& entry : host.boot.file.entries)
      entry.xen_arguments.push_back("extra_guest_irqs=" + std::to_string(*extra));
  return host;
}

TEST(XenRelease, VectorsOfAVm) {
  for (const auto& [release, is_known] : releases)
    for (const unsigned count : {1u, 32u, 33u, 64u, 65u, 128u, 129u, 2048u})
      for (const auto extra : {std::optional<unsigned>(), std::optional(128u)}) {
        const unsigned least = extra ? *extra : is_known ? 64 : 32, most = extra ? *extra : 64;
        const auto wanted = count <= least  ? std::nullopt
                            : count <= most ? std::optional(unknown)
                                            : std::optional(found);
        EXPECT_EQ(state_of(with_vectors(count, release, extra), "msix-exceeds-guest-irqs"), wanted)
            << release << " " << count;
      }
}

/// Which of Linux's quirk_dma_func1_alias each Xen knows.
TEST(XenRelease, PhantomFunctions) {
  const std::set<std::uint16_t> marvell = {0x9120, 0x9123, 0x9125, 0x9128, 0x9130,
                                           0x9170, 0x9172, 0x917a, 0x9182, 0x9183,
                                           0x91a0, 0x9215, 0x9220, 0x9230, 0x9235};
  const std::set<std::uint16_t> known = {0x9120, 0x9123, 0x9130, 0x9172, 0x917a, 0x91a0, 0x9230};
  for (const auto& [release, is_known] : releases)
    for (const auto device : marvell)
      for (const bool is_set : {false, true}) {
        auto host = hiding(recorded(nas), "(0000:5f:00.0)");
        host.host.version = release;
        auto& function = function_of(host, "5f:00.0");
        function.vendor_id = 0x1b4b;
        function.device_id = device;
        if (is_set)
          for (auto& entry : host.boot.file.entries)
            entry.xen_arguments.push_back("pci-phantom=5f:00,1");
        const bool may_know = known.contains(device);
        const auto wanted = is_set || (may_know && is_known) ? std::nullopt
                            : may_know                       ? std::optional(unknown)
                                                             : std::optional(found);
        EXPECT_EQ(state_of(host, "pci-phantom"), wanted) << release << " " << device;
      }
}

TEST(XenRelease, NothingButMarvellsHasAPhantomHere) {
  for (const auto& name : recorded_hosts())
    for (const auto& function : recorded(name).functions)
      EXPECT_EQ(bears_name_of_function_1(function), function.vendor_id == 0x1b4b)
          << function.address.text();
}

TEST(XenRelease, HpGen8LeavesTheMemoryOfSoundOut) {
  Snapshot host = recorded(nas);
  for (const auto& [release, is_known] : releases)
    for (const char* maker : {"HP", "HPE", ""})
      for (const char* model : {"ProLiant DL380p Gen8", "ProLiant DL380 Gen9"})
        for (const std::uint32_t code : {0x040300u, 0x030000u})
          for (const unsigned number : {0u, 1u}) {
            host.host.version = release;
            host.host.maker = maker;
            host.host.model = model;
            Function function;
            function.class_code = ClassCode{code};
            function.address.function = static_cast<std::uint8_t>(number);
            const bool is_one = host.host.maker == "HP" &&
                                host.host.model == "ProLiant DL380p Gen8" && code == 0x040300 &&
                                number == 1;
            EXPECT_EQ(leaves_reserved_memory_out(host, function), !is_one    ? std::optional(false)
                                                                  : is_known ? std::optional(true)
                                                                             : std::nullopt);
          }
}

TEST(XenRelease, TheLastWordOnTheIntegratedGpuCounts) {
  const std::map<std::string, bool> words = {
      {"no-igfx", true}, {"igfx=off", true}, {"igfx=0", true}, {"igfx", false}, {"igfx=on", false}};
  for (const auto& [first, ignored] : words)
    for (const auto& [last, off] : words) {
      EXPECT_EQ(checks::iommu_words({"iommu=" + first + "," + last}).no_igfx, off) << first << last;
      EXPECT_EQ(checks::iommu_words({"iommu=" + first, "iommu=verbose," + last}).no_igfx, off);
      EXPECT_FALSE(checks::iommu_words({"iommu=" + last}).off);
      EXPECT_FALSE(checks::iommu_words({"iommu=" + last}).no_remapping);
    }
}

TEST(XenRelease, AnFlrThatHangsIsNoWayToReset) {
  const std::pair<std::uint16_t, std::uint16_t> models[] = {
      {0x1022, 0x149c}, {0x1022, 0x1487}, {0x1022, 0x148c}, {0x1022, 0x7901},
      {0x8086, 0x1502}, {0x8086, 0x1503}, {0x14c3, 0x0616}};
  for (const auto& [vendor, device] : models) {
    Function function;
    function.vendor_id = vendor;
    function.device_id = device;
    function.config.emplace();
    function.config->all_capabilities = true;
    function.config->pcie = {PcieType::endpoint, false, true, false};
    EXPECT_EQ(computed_reset_methods(function, {}), std::vector<std::string>());
    function.device_id = 0x0001;
    EXPECT_EQ(computed_reset_methods(function, {}), std::vector<std::string>{"flr"});
  }
}

/// Classes that a card may have behind a port are the chipset's on the root bus alone.
TEST(CriticalClass, ByPlace) {
  for (const std::uint32_t code : {0x0500u, 0x0880u, 0x0580u, 0x0780u, 0x0c80u})
    for (const bool is_on_root_bus : {false, true}) {
      auto host = hiding(recorded(nas), "(0000:5f:00.0)");
      auto& function = function_of(host, "5f:00.0");
      function.class_code = ClassCode{code << 8};
      if (is_on_root_bus) function.path.clear();
      EXPECT_EQ(state_of(host, "critical-class").has_value(), is_on_root_bus) << code;
    }
}

}  // namespace
}  // namespace pci_passthrough
