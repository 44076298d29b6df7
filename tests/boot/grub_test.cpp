#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

std::vector<std::string> values(const BootEntry& entry) {
  std::vector<std::string> result;
  for (const auto& argument : entry.arguments) result.push_back(argument.value);
  return result;
}

TEST(Grub, ReadsWhatTheInstallerWrites) {
  const auto file = parse_grub(std::string(sample_grub));
  ASSERT_FALSE(file.error) << file.error->line << file.error->sentence;
  EXPECT_EQ(file.loader, BootLoader::grub);
  EXPECT_EQ(file.text, sample_grub);
  EXPECT_EQ(file.default_entry, 0u);
  EXPECT_TRUE(file.honours_override);
  EXPECT_FALSE(file.default_by_title);

  std::vector<std::string> labels;
  for (const auto& entry : file.entries) labels.push_back(entry.label);
  const std::vector<std::string> expected = {"xe", "xe-serial", "safe", "fallback",
                                             "fallback-serial"};
  EXPECT_EQ(labels, expected);

  const auto& xe = file.entries[0];
  EXPECT_EQ(xe.title, "XCP-ng");
  EXPECT_EQ(xe.line, 14u);
  EXPECT_TRUE(xe.is_xen);
  EXPECT_FALSE(xe.has_variables);
  EXPECT_EQ(xe.kernel, "/boot/vmlinuz-4.19-xen");
  EXPECT_EQ(xe.xen_arguments,
            (std::vector<std::string>{"dom0_mem=7584M,max:7584M", "watchdog", "console=vga"}));
  const std::vector<std::string> files = {"/boot/xen.gz", "/boot/vmlinuz-4.19-xen",
                                          "/boot/initrd-4.19-xen.img"};
  EXPECT_EQ(xe.files, files);
  ASSERT_EQ(xe.arguments.size(), 6u);
  for (const auto& argument : xe.arguments) EXPECT_EQ(raw(file, argument), argument.value);
  EXPECT_EQ(file.text.substr(xe.arguments_end, 2), "\n\t");
  EXPECT_EQ(xe.command_line.size(),
            std::string("root=LABEL=root-vgdorj ro console=hvc0 quiet splash plymouth.x").size());
}

TEST(Grub, FindsDom0sKernelInEveryFormOfBody) {
  const struct {
    const char* body;
    const char* kernel;  ///< nullptr: no Xen
    std::vector<std::string> arguments;
  } cases[] = {
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz a b\nmodule2 /initrd", "/vmlinuz", {"a", "b"}},
      {"multiboot /xen.gz\nmodule /vmlinuz a\nmodule /initrd", "/vmlinuz", {"a"}},
      {"xen_hypervisor /xen.efi x\nxen_module /vmlinuz a\nxen_module /initrd", "/vmlinuz", {"a"}},
      {"xen_hypervisor /xen.efi\nxen_module --nounzip /vmlinuz a", "/vmlinuz", {"a"}},
      {"multiboot2 /xen.gz; module2 /vmlinuz a; module2 /initrd", "/vmlinuz", {"a"}},
      {"multiboot2 /tboot.gz\nmodule2 /xen.gz x\nmodule2 /vmlinuz a\nmodule2 /initrd",
       "/vmlinuz",
       {"a"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz a\nmodule2 /initrd\nmodule2 /ucode.bin",
       "/vmlinuz",
       {"a"}},
      {"if [ \"${x}\" = \"1\" ]; then\nchainloader /EFI/u.efi\nelse\nmultiboot2 /xen.gz\n"
       "module2 /vmlinuz a\nfi",
       "/vmlinuz",
       {"a"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz 'a b' \"c d\"e f\\ g h # i\nmodule2 /initrd",
       "/vmlinuz",
       {"a b", "c de", "f g", "h"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz a \\\n\t\tb\\\nc \\\n\nmodule2 /initrd",
       "/vmlinuz",
       {"a", "bc"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz '' a", "/vmlinuz", {"a"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz", "/vmlinuz", {}},
      {"\"multiboot2\" /xen.gz\n'module2' /vmlinuz a", "/vmlinuz", {"a"}},
      {"multiboot2 /xen.gz\nmodule2 /vmlinuz a\n# module2 /x\n\t#don't\nmodule2 /initrd",
       "/vmlinuz",
       {"a"}},
      {"unset override_entry\nsave_env override_entry\nmultiboot2 /xen.gz\nmodule2 /vmlinuz a",
       "/vmlinuz",
       {"a"}},
      {"linux /vmlinuz a\ninitrd /initrd", nullptr, {}},
      {"chainloader /EFI/x.efi", nullptr, {}},
      {"multiboot2 /memtest", nullptr, {}},
      {"configfile /other.cfg", nullptr, {}},
  };
  for (const auto& [body, kernel, arguments] : cases) {
    const auto file = parse_grub(one_entry(body));
    ASSERT_FALSE(file.error) << body << ": " << file.error->sentence;
    ASSERT_EQ(file.entries.size(), 1u) << body;
    EXPECT_EQ(file.entries[0].is_xen, kernel != nullptr) << body;
    EXPECT_EQ(file.entries[0].kernel, kernel ? kernel : "") << body;
    EXPECT_EQ(values(file.entries[0]), arguments) << body;
  }
}

TEST(Grub, PositionsIncludeQuotesAndTheSizeCountsGrubsOwn) {
  const auto file =
      parse_grub(one_entry("multiboot2 /xen.gz\nmodule2 /vmlinuz   'a b'  c\"d\" 'it\"s\"' e\\ f"));
  ASSERT_FALSE(file.error);
  const auto& entry = file.entries[0];
  ASSERT_EQ(entry.arguments.size(), 4u);
  const char* written[] = {"'a b'", "c\"d\"", "'it\"s\"'", "e\\ f"};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(raw(file, entry.arguments[i]), written[i]);
  EXPECT_EQ(entry.command_line.size(), std::string("\"a b\" cd it\\\"s\\\" \"e f\"").size());
}

TEST(Grub, SeesVariablesOfGrubWhereTheyCount) {
  const struct {
    const char* argument;
    bool variable;
  } cases[] = {{"a$b", true},   {"${b}", true},  {"\"a $b\"", true},  {"$?", true},
               {"'$b'", false}, {"\\$b", false}, {"\"\\$b\"", false}, {"'${b}'", false}};
  for (const auto& [argument, variable] : cases) {
    const auto file =
        parse_grub(one_entry(std::string("multiboot2 /xen $x\nmodule2 /k a ") + argument + " b"));
    ASSERT_FALSE(file.error) << argument << file.error->sentence;
    EXPECT_EQ(file.entries[0].has_variables, variable) << argument;
    EXPECT_EQ(raw(file, file.entries[0].arguments.at(1)), argument);
  }
}

TEST(Grub, CarriageReturnsAndCommentLinesAreNotThereForGrub) {
  const auto text =
      all_replaced(one_entry("multiboot2 /xen.gz\nmodule2 /k a \\\n# b'\n c\r"), "\n", "\r\n") +
      "# a last line";
  const auto file = parse_grub(text);
  ASSERT_FALSE(file.error) << file.error->sentence;
  EXPECT_EQ(file.text, text);
  const std::vector<std::string> arguments = {"a", "c"};
  EXPECT_EQ(values(file.entries.at(0)), arguments);
  EXPECT_EQ(file.text.substr(file.entries[0].arguments_end, 2), "\r\r");
}

}  // namespace
}  // namespace pci_passthrough
