#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

TEST(Extlinux, ReadsWhatTheInstallerWrites) {
  const auto file = parse_extlinux(std::string(sample_extlinux));
  ASSERT_FALSE(file.error) << file.error->sentence;
  EXPECT_EQ(file.loader, BootLoader::extlinux);
  EXPECT_EQ(file.text, sample_extlinux);
  ASSERT_EQ(file.entries.size(), 3u);
  EXPECT_EQ(file.default_entry, 0u);
  EXPECT_FALSE(file.default_by_title);
  EXPECT_FALSE(file.honours_override);
  EXPECT_EQ(file.find("xe-serial"), 1u);
  EXPECT_EQ(file.find("fallback"), std::nullopt);

  const auto& xe = file.entries[0];
  EXPECT_EQ(xe.title, "xe");
  EXPECT_EQ(xe.label, "xe");
  EXPECT_EQ(xe.line, 7u);
  EXPECT_TRUE(xe.is_xen);
  EXPECT_EQ(xe.kernel, "/boot/vmlinuz-2.6-xen");
  const std::vector<std::string> files = {"/boot/xen.gz", "/boot/vmlinuz-2.6-xen",
                                          "/boot/initrd-2.6-xen.img"};
  EXPECT_EQ(xe.files, files);
  EXPECT_EQ(xe.xen_arguments, (std::vector<std::string>{"dom0_mem=752M", "vga=mode-0x0311"}));
  ASSERT_EQ(xe.arguments.size(), 4u);
  EXPECT_EQ(xe.arguments.back().value, "splash");
  for (const auto& argument : xe.arguments) EXPECT_EQ(raw(file, argument), argument.value);
  EXPECT_EQ(xe.arguments_end, xe.arguments.back().end);
  EXPECT_EQ(xe.command_line.size(), std::string("root=LABEL=r ro quiet splash").size());
  EXPECT_EQ(file.entries[2].line, 17u);
}

TEST(Extlinux, FindsDom0sKernel) {
  const struct {
    const char* block;
    const char* kernel;  ///< nullptr: no Xen
  } cases[] = {
      {"kernel mboot.c32\nappend /xen.gz --- /vmlinuz ro --- /initrd", "/vmlinuz"},
      {"KERNEL mboot.c32\nAPPEND /xen.gz --- /vmlinuz ro --- /initrd", "/vmlinuz"},
      {"com32 mboot.c32\nappend /xen.gz --- /vmlinuz", "/vmlinuz"},
      {"linux /boot/mboot.c32\nappend /xen.gz a=b --- /vmlinuz ro --- /initrd", "/vmlinuz"},
      {"append /xen.gz --- /vmlinuz ro --- /initrd\nkernel mboot.c32", "/vmlinuz"},
      {"kernel mboot.c32\nappend /a --- /b\nappend /xen.gz --- /vmlinuz --- /initrd", "/vmlinuz"},
      {"kernel mboot.c32\nappend /tboot.gz logging=x --- /xen.gz a --- /vmlinuz ro --- /initrd",
       "/vmlinuz"},
      {"kernel mboot.c32\nappend /other.gz --- /xen-4.1.gz --- /vmlinuz ro --- /initrd",
       "/vmlinuz"},
      {"kernel mboot.c32\nappend /xen.gz --- /vmlinuz ro --- /initrd --- /ucode.bin", "/vmlinuz"},
      {"\tkernel\tmboot.c32 \n\tappend\t/xen.gz\t---\t/vmlinuz\tro\t---\t/initrd ", "/vmlinuz"},
      {"text help\nkernel mboot.c32\nappend /xen.gz --- /vmlinuz\nendtext\nkernel vmlinuz",
       nullptr},
      {"kernel vmlinuz\nappend ro --- quiet", nullptr},
      {"kernel mboot.c32\nappend /memtest", nullptr},
      {"kernel mboot.c32\nappend /xen.gz --- --- /initrd", nullptr},
      {"kernel mboot.c32\nappend", nullptr},
      {"kernel mboot.c32", nullptr},
      {"localboot 0", nullptr},
      {"#kernel mboot.c32\n#append /xen.gz --- /vmlinuz", nullptr},
  };
  for (const auto& [block, kernel] : cases) {
    const auto file = parse_extlinux(std::string("default a\nlabel a\n") + block);
    ASSERT_FALSE(file.error) << block << ": " << file.error->sentence;
    ASSERT_EQ(file.entries.size(), 1u) << block;
    EXPECT_EQ(file.entries[0].is_xen, kernel != nullptr) << block;
    EXPECT_EQ(file.entries[0].kernel, kernel ? kernel : "") << block;
  }
}

TEST(Extlinux, SizeIsTheTextBetweenFirstAndLastArgument) {
  const auto file = parse_extlinux(
      "default a\nlabel a\nkernel mboot.c32\nappend /xen --- /vmlinuz  ro  a=\"b c\"  --- /initrd");
  ASSERT_EQ(file.entries.size(), 1u);
  const auto& entry = file.entries[0];
  EXPECT_EQ(entry.command_line.size(), std::string("ro  a=\"b c\"").size());
  ASSERT_EQ(entry.arguments.size(), 2u);
  EXPECT_EQ(entry.arguments[1].value, "a=b c");
  EXPECT_EQ(raw(file, entry.arguments[1]), "a=\"b c\"");
  EXPECT_EQ(entry.arguments_end, entry.arguments[1].end);

  const auto bare =
      parse_extlinux("default a\nlabel a\nkernel mboot.c32\nappend /xen --- /vmlinuz --- /i");
  EXPECT_EQ(bare.entries.at(0).command_line.size(), 0u);
  EXPECT_TRUE(bare.text.substr(0, bare.entries[0].arguments_end).ends_with("/vmlinuz"));
}

TEST(Extlinux, ChoosesTheDefaultOfAnUnattendedBoot) {
  const struct {
    const char* head;
    const char* inside_b;
    std::size_t chosen;
  } cases[] = {
      {"default a\n", "", 0},
      {"DEFAULT b\n", "", 1},
      {"default a\ndefault b\n", "", 1},
      {"default b extra args\n", "", 1},
      {"default a\nprompt 1\nontimeout b\n", "", 1},
      {"default a\nprompt 0\nontimeout b\n", "", 0},
      {"default a\nontimeout b\n", "", 0},
      {"ui menu.c32\ndefault a\nontimeout b\n", "", 1},
      {"ui menu.c32\ndefault a\n", "menu default\n", 0},
      {"ui menu.c32\n", "menu default\n", 1},
      {"default vesamenu.c32\n", "MENU DEFAULT\n", 1},
      {"default a\n", "menu default\n", 0},
      {"default a\n", "menu label ^Other\n", 0},
  };
  for (const auto& [head, inside, chosen] : cases) {
    const auto file =
        parse_extlinux(std::string(head) + "label a\nkernel k\nlabel b\nkernel k\n" + inside);
    EXPECT_FALSE(file.error) << head << file.error->sentence;
    EXPECT_EQ(file.default_entry, chosen) << head << inside;
  }
}

TEST(Extlinux, SaysWhatIsWrongAndWhere) {
  const struct {
    std::string text;
    std::size_t line;
    const char* said;
  } cases[] = {
      {"", 0, "no label"},
      {"default a\n", 0, "no label"},
      {"label a\nkernel k\n", 0, "no default is set"},
      {"label a\nkernel k\ndefault b\n", 3, "the default is b, which is no label"},
      {"default A\nlabel a\n", 1, "the default is A"},
      {"default a\nlabel a\nlabel b\nlabel a\n", 4, "the label a stands here again"},
      {"default a\ninclude more.cfg\nlabel a\n", 2, "another file is included"},
      {"default a\nlabel a\nmenu include more.cfg\n", 3, "another file is included"},
      {"default menu.c32\nlabel a\n", 1, "the default is menu.c32"},
      {"ui menu.c32\nlabel a\n", 0, "no default is set"},
      {"default a\nlabel a\nkernel mboot.c32\nappend /xen.gz --- /k a=\"b c\n", 2,
       "a double quote of the kernel's arguments is never closed"},
      {std::string("default a\nlabel a\nk\0\n", 21), 3, "NUL"},
  };
  for (const auto& [text, line, said] : cases) {
    const auto file = parse_extlinux(text);
    ASSERT_TRUE(file.error) << text;
    EXPECT_EQ(file.error->line, line) << text << file.error->sentence;
    EXPECT_NE(file.error->sentence.find(said), std::string::npos) << file.error->sentence;
    EXPECT_EQ(file.text, text);
  }
}

TEST(Extlinux, CarriageReturnsAndAMissingNewlineAreKept) {
  auto text = all_replaced(sample_extlinux, "\n", "\r\n");
  text.resize(text.size() - 2);
  const auto file = parse_extlinux(text);
  ASSERT_FALSE(file.error);
  EXPECT_EQ(file.text, text);
  const auto plain = parse_extlinux(std::string(sample_extlinux));
  for (std::size_t i = 0; i < plain.entries.size(); ++i) {
    EXPECT_EQ(file.entries[i].kernel, plain.entries[i].kernel);
    EXPECT_EQ(file.entries[i].files, plain.entries[i].files);
    EXPECT_EQ(file.entries[i].command_line.size(), plain.entries[i].command_line.size());
  }
}

}  // namespace
}  // namespace pci_passthrough
