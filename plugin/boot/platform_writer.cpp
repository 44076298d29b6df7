#include <algorithm>
#include <map>

#include "plugin/boot/platform.hpp"
#include "plugin/boot/python_text.hpp"

namespace pci_passthrough {
namespace {

using Format = PlatformEntry::Format;

/// As Python prints a value that is not there.
std::string printed(const std::optional<std::string>& value) { return value.value_or("None"); }
bool is_there(const std::optional<std::string>& value) { return value && !value->empty(); }

struct PlatformWriter {
  const PlatformView& view;
  std::map<std::string, const PlatformEntry*, std::less<>> last_of{};
  std::string text{};

  void put(std::string_view line) {
    text += line;
    text += '\n';
  }
  void command(std::string_view name, const std::optional<std::string>& file,
               const std::optional<std::string>& arguments) {
    put('\t' + std::string(name) + ' ' + printed(file) + ' ' + printed(arguments));
  }

  void put_images(const PlatformEntry& entry, std::string_view hypervisor,
                  std::string_view module) {
    if (is_there(entry.tboot)) {
      command(hypervisor, entry.tboot, entry.tboot_arguments);
      command(module, entry.hypervisor, entry.hypervisor_arguments);
    } else {
      command(hypervisor, entry.hypervisor, entry.hypervisor_arguments);
    }
    if (is_there(entry.kernel)) command(module, entry.kernel, entry.kernel_arguments);
    if (is_there(entry.initrd)) put('\t' + std::string(module) + ' ' + *entry.initrd);
  }

  void put_entry(const PlatformEntry& entry) {
    const bool old = view.tools != PlatformTools::xen_boot;
    const bool as_it_is = view.tools == PlatformTools::python2 || !entry.extra.empty();
    put("menuentry '" + entry.title + '\'' + (as_it_is ? entry.extra : " ") + '{');
    std::string contents;
    for (const auto& line : entry.contents)
      contents += (&line == &entry.contents[0] ? "" : "\n") + line;
    if (!contents.empty()) put(contents);
    if (is_there(entry.root)) put("\tsearch --label --set root " + *entry.root);
    if (old ? is_there(entry.hypervisor) : entry.format == Format::multiboot2) {
      put_images(entry, "multiboot2", "module2");
    } else if (!old && entry.format == Format::xen_boot) {
      put_images(entry, "xen_hypervisor", "xen_module");
    } else {
      if (!old || is_there(entry.kernel)) command("linux", entry.kernel, entry.kernel_arguments);
      if (is_there(entry.initrd)) put("\tinitrd " + *entry.initrd);
    }
    put("}");
  }

  bool grub() {
    if (view.serial) {
      put("serial " + *view.serial);
      put("terminal_input serial console");
      put("terminal_output serial console");
    }
    const auto chosen = std::ranges::find(view.entries, view.default_label, &PlatformEntry::label);
    if (!view.default_label.empty() && chosen != view.entries.end())
      put("set default=" + std::to_string(chosen - view.entries.begin()));
    else if (!view.default_label.empty())
      put("set default='" + view.default_label + '\'');
    if (view.timeout) put("set timeout=" + *view.timeout);
    for (std::size_t i = 0; i < view.entries.size(); ++i) {
      if (i < view.before.size())
        for (const auto& line : view.before[i]) put(line);
      put_entry(*last_of.at(view.entries[i].label));
    }
    return true;
  }

  bool put_label(const PlatformEntry& entry) {
    put("\nlabel " + entry.label);
    if (!entry.hypervisor) return false;
    if (!entry.title.empty()) put("  # " + entry.title);
    put("  kernel mboot.c32");
    std::string trusted;
    if (is_there(entry.tboot))
      trusted = *entry.tboot + ' ' + printed(entry.tboot_arguments) + " --- ";
    put("  append " + trusted + *entry.hypervisor + ' ' + printed(entry.hypervisor_arguments) +
        " --- " + printed(entry.kernel) + ' ' + printed(entry.kernel_arguments) + " --- " +
        printed(entry.initrd));
    return true;
  }

  bool extlinux() {
    put("# location " + view.location.value_or("mbr"));
    if (view.serial) put("serial " + *view.serial);
    if (!view.default_label.empty()) put("default " + view.default_label);
    put("prompt 1");
    if (view.timeout) put("timeout " + *view.timeout);
    return std::ranges::all_of(
        view.entries, [&](const auto& entry) { return put_label(*last_of.at(entry.label)); });
  }
};

bool set_in(PlatformEntry& entry, const PythonText& python, std::string_view argument) {
  const auto key = argument.substr(0, argument.find('='));
  if (!entry.kernel_arguments) return false;
  std::string joined;
  for (const auto& one : python.arguments(*entry.kernel_arguments)) {
    const bool same = one == key || (one.starts_with(key) && one.substr(key.size(), 1) == "=");
    if (!same) joined += one + ' ';
  }
  entry.kernel_arguments = joined + std::string(argument);
  return true;
}

}  // namespace

std::optional<std::string> platform_set(PlatformView view, std::string_view argument) {
  if (view.fails) return {};
  PlatformWriter writer{view};
  for (auto& entry : view.entries) writer.last_of[entry.label] = &entry;
  const PythonText python(view.tools);
  for (auto& entry : view.entries)
    if (is_platform_label(entry.label) && writer.last_of.at(entry.label) == &entry &&
        !set_in(entry, python, argument))
      return {};
  const bool written = view.loader == BootLoader::grub ? writer.grub() : writer.extlinux();
  return written ? std::optional(std::move(writer.text)) : std::nullopt;
}

}  // namespace pci_passthrough
