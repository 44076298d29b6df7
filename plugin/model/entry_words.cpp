#include "plugin/model/entry_words.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

struct Words {
  EntryFlaw flaw;
  std::string_view words;
};
constexpr Words words_of_flaws[] = {
    {EntryFlaw::blank_before, " begins with a blank, so xapi drops it"},
    {EntryFlaw::no_number, " has no number and '/' before the address, so xapi drops it"},
    {EntryFlaw::short_address, " has no segment before the bus, so xapi drops it"},
    {EntryFlaw::no_comma, " has no comma before it, so xapi drops it"},
    {EntryFlaw::garbage_tail, " has something behind the address, which xapi ignores"},
    {EntryFlaw::out_of_range, " is read by xapi, but devices end at 1f and functions at 7"},
    {EntryFlaw::not_understood, " is no device, so xapi drops it; one is written 0/0000:06:00.0"},
};

}  // namespace

std::string misreading(const VmDevice& device) {
  const auto* found = std::ranges::find(words_of_flaws, device.flaw, &Words::flaw);
  if (found == std::end(words_of_flaws)) return "";
  const auto means = device.is_mendable()                     ? "; it means "
                     : device.flaw == EntryFlaw::garbage_tail ? "; it reads "
                                                              : "";
  return "'" + device.text + "'" + std::string(found->words) +
         (*means ? means + device.address->text() : "");
}

}  // namespace pci_passthrough
