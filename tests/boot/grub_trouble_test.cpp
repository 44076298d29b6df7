#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

constexpr auto entry = "menuentry 'XCP-ng' {\nmultiboot2 /xen.gz\nmodule2 /vmlinuz a\n}\n";

struct Trouble {
  std::string text;
  std::size_t line;
  const char* said;
};

void expect(std::initializer_list<Trouble> cases) {
  for (const auto& [text, line, said] : cases) {
    const auto file = parse_grub(text);
    EXPECT_EQ(file.text, text);
    ASSERT_TRUE(file.error) << text;
    EXPECT_EQ(file.error->line, line) << text << file.error->sentence;
    EXPECT_NE(file.error->sentence.find(said), std::string::npos) << file.error->sentence;
  }
}

TEST(GrubError, Menu) {
  expect({
      {"", 0, "no menuentry"},
      {"set default=0\n", 0, "no menuentry"},
      {std::string("submenu 'x' {\n") + entry + "}\n", 1, "submenu"},
      {"if [ a ]; then\n" + std::string(entry) + "fi\n", 2, "depends on a condition"},
      {"function f {\n" + std::string(entry) + "}\n", 2, "depends on a condition"},
      {"for i in 1 2; do\n" + std::string(entry) + "done\n", 2, "depends on a condition"},
      {std::string(entry) + "source /x\n", 5, "source stands here"},
      {std::string(entry) + "if [ -f /x ]; then\n. /x\nfi\n", 6, ". stands here"},
      {std::string(entry) + "configfile /x\n", 5, "configfile stands here"},
      {std::string(entry) + "blscfg\n", 5, "blscfg stands here"},
      {std::string(entry) + entry, 5, "are both xe"},
      {"menuentry 'A (Serial)' {\ntrue\n}\nmenuentry 'B (Serial)' {\ntrue\n}\n", 4,
       "'A (Serial)' and 'B (Serial)' are both xe-serial"},
      {"menuentry a\n", 1, "no { commands }"},
      {"menuentry a {\nmenuentry b {\ntrue\n}\n}\n", 2, "another entry"},
  });
}

TEST(GrubError, Bodies) {
  expect({
      {one_entry("true\nmodule2 /vmlinuz"), 3, "module2 stands here without a multiboot2"},
      {one_entry("module2 /vmlinuz\nmultiboot2 /xen"), 2, "without a multiboot2"},
      {one_entry("xen_module /vmlinuz"), 2, "xen_module stands here without a xen_hypervisor"},
      {one_entry("multiboot /xen\nmodule2 /vmlinuz"), 3, "without a multiboot2"},
      {one_entry("multiboot2 /xen\nmodule /vmlinuz"), 3, "without a multiboot before"},
      {one_entry("multiboot2 /xen\nmultiboot2 /xen"), 3, "a second hypervisor"},
      {one_entry("multiboot2 /xen\nmodule2"), 3, "names no file"},
      {one_entry("multiboot2\nmodule2 /k"), 2, "names no file"},
      {one_entry("multiboot2 /xen\nmodule2 --nounzip"), 3, "names no file"},
      {one_entry("multiboot2 /xen\nmodule2 /k 'g\"h' ro"), 3,
       "a double quote of the kernel's arguments is never closed"},
  });
}

TEST(GrubError, Defaults) {
  const auto with = [](std::string head) { return head + entry; };
  expect({
      {with("set default=1\n"), 1, "the default is '1', which names no entry; right is a number"},
      {with("set default=-1\n"), 1, "names no entry"},
      {with("set default=\n"), 1, "names no entry"},
      {with("true\nset default='Other'\n"), 2, "'Other', which names no entry"},
      {with("set default='0>1'\n"), 1, "names no entry"},
      {with("set default=$saved_entry\n"), 1, "taken from a variable"},
      {with("set default=\"${saved_entry}\"\n"), 1, "taken from a variable"},
      {with("set default=$override_entry\n"), 1, "taken from a variable"},
      {with("load_env\nif [ -z \"$override_entry\" ]; then set default=$override_entry; fi\n"), 2,
       "taken from a variable"},
      {with("if [ \"${next_entry}\" ] ; then\nset default=\"${next_entry}\"\nelse\nset "
            "default=\"0\"\nfi\n"),
       2, "taken from a variable"},
      {with("if [ a ]; then set default=1; fi\n"), 1, "depends on a condition"},
      {with("function f {\nset default=1\n}\n"), 2, "depends on a condition"},
      {"set default=A\nmenuentry A {\ntrue\n}\nmenuentry A {\ntrue\n}\n", 1, "several entries"},
  });
}

TEST(GrubError, Syntax) {
  expect({

      {std::string(entry) + "echo \"abc\n\n", 5, "double quote that opens here is never closed"},
      {std::string(entry) + "echo 'abc\n\n", 5, "single quote that opens here is never closed"},
      {std::string("menuentry a {\ntrue\n"), 1, "'{' stands here, and its '}' is missing"},
      {std::string("if [ a ]; then\ntrue\n"), 1, "'if' stands here, and its fi is missing"},
      {"if true\nthen true\nelse true\n", 1, "its fi is missing"},
      {"if true; fi\n", 1, "'fi' stands where then should"},
      {"while true; do true\n", 1, "its done is missing"},
      {std::string(entry) + "}\n", 5, "'}' stands where a command should"},
      {"menuentry a { }\n", 1, "'}' stands where a command should"},
      {"fi\n", 1, "'fi' stands where a command should"},
      {";\n", 1, "';' stands where a command should"},
      {"a {\ntrue\n} b\n", 3, "'b' stands where the end of the line"},
      {"true & true\n", 1, "'&' stands outside quotes"},
      {"true\ntrue;;\n", 2, "';' stands outside quotes"},
      {"echo a[ [[ b\n", 1, "'[[' is no word"},
      {"echo $\n", 1, "'$' stands without a variable's name"},
      {"echo \"${a\"\n", 1, "'$' stands without a variable's name"},
      {std::string(entry) + "echo \\", 5, "ends behind a backslash"},
      {std::string("true\nx\0y\n", 9), 2, "NUL"},
      {"function then {\n", 1, "'then' stands where a name should"},
      {"for 1 in a; do true; done\n", 1, "'1' stands where a name should"},
  });
}

TEST(GrubError, NoDepthBreaksTheReader) {
  std::string blocks, conditions, chain = "if a; then a\n";
  for (int i = 0; i < 20000; ++i) {
    blocks += "a { ";
    conditions += "if ";
    chain += "elif a; then a\n";
  }
  EXPECT_TRUE(parse_grub(blocks).error);
  EXPECT_TRUE(parse_grub(conditions).error);
  EXPECT_FALSE(parse_grub(chain + "fi\n" + entry).error);
}

}  // namespace
}  // namespace pci_passthrough
