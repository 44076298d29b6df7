#include "plugin/host/xml_reply.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <utility>

#include "plugin/host/xml_text.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t longest_text = 4 << 20, longest_tag = 64;
constexpr std::size_t depth_of_members = 6;  ///< methodResponse params param value struct member

struct Nesting {
  std::string_view parent, child;
};
constexpr Nesting nestings[] = {
    {"", "methodResponse"}, {"methodResponse", "params"}, {"params", "param"}, {"param", "value"},
    {"struct", "member"},   {"member", "name"},           {"member", "value"}, {"array", "data"},
    {"data", "value"},
};
constexpr std::string_view containers[] = {"struct", "array"};
constexpr std::string_view scalars[] = {"string", "boolean", "int",    "i4",
                                        "double", "nil",     "base64", "dateTime.iso8601"};

bool is_scalar(std::string_view tag) { return std::ranges::count(scalars, tag) != 0; }

bool may_stand_in(std::string_view parent, std::string_view child) {
  if (parent == "value") return is_scalar(child) || std::ranges::count(containers, child) != 0;
  return std::ranges::any_of(
      nestings, [&](const Nesting& one) { return one.parent == parent && one.child == child; });
}

bool is_blank(std::string_view text) { return text.find_first_not_of(xml_blanks) == text.npos; }

std::string_view without_end(std::string_view tag) {
  if (tag.ends_with('/')) tag.remove_suffix(1);
  return tag.substr(0, tag.find_last_not_of(xml_blanks) + 1);
}

}  // namespace

bool XmlReply::broken(const std::string& why) {
  parse_error_ = "its XML is broken at byte " + std::to_string(read_) + ": " + why;
  return false;
}

bool XmlReply::feed(std::string_view piece) {
  held_ += piece;
  std::string_view rest = held_;
  const auto begun = read_;
  while (!rest.empty() && take(rest)) {
  }
  held_.erase(0, read_ - begun);
  if (parse_error_.empty() && held_.size() > longest_text) broken("one text is larger than 4 MB");
  if (parse_error_.empty() && read_ > largest_reply) parse_error_ = "it is larger than 100 MB";
  return parse_error_.empty() && reader_.feed(std::exchange(json_, {}));
}

bool XmlReply::finish() {
  if (parse_error_.empty() && !is_over_) broken("it ends half way");
  if (parse_error_.empty() && !is_blank(held_)) broken("something stands behind it");
  if (parse_error_.empty() && status_ != (has_error_ ? "Failure" : "Success"))
    parse_error_ = "it has no Status that we know";
  return parse_error_.empty();
}

/// Takes the next piece off what is left; false where it is not whole, or broken.
bool XmlReply::take(std::string_view& rest) {
  if (!open_.empty() && open_.back().tag == "name") return take_name(rest);
  if (rest.front() != '<') return take_text(rest, rest.find('<'));
  if (rest.starts_with("<<")) return take_text(rest, 1);
  return rest.size() > 1 && take_tag(rest);
}

void XmlReply::pass(std::string_view& rest, std::size_t size) {
  rest.remove_prefix(size);
  read_ += size;
}

bool XmlReply::take_name(std::string_view& rest) {
  constexpr std::string_view end = "</name>", next = "<value";
  for (auto at = rest.find(end); at != rest.npos; at = rest.find(end, at + 1)) {
    auto behind = rest.substr(at + end.size());
    behind.remove_prefix(std::min(behind.find_first_not_of(xml_blanks), behind.size()));
    if (behind.size() < next.size() && next.starts_with(behind)) return false;
    if (!behind.starts_with(next)) continue;
    put_key(rest.substr(0, at));
    open_.pop_back();
    pass(rest, at + end.size());
    return true;
  }
  return false;
}

bool XmlReply::take_tag(std::string_view& rest) {
  const auto end = rest.substr(0, longest_tag).find('>');
  if (end == rest.npos) return rest.size() >= longest_tag && broken("a tag has no end");
  const auto tag = rest.substr(1, end - 1);
  const bool is_declaration = read_ == 0 && tag.starts_with("?xml");
  const auto name = without_end(tag);
  const bool fits =
      is_declaration || (tag.starts_with('/') ? close(tag.substr(1))
                                              : open(name) && (!tag.ends_with('/') || close(name)));
  if (fits) pass(rest, end + 1);
  return fits;
}

bool XmlReply::take_text(std::string_view& rest, std::size_t size) {
  if (size == rest.npos && !(is_over_ && is_blank(rest))) return false;
  const auto text = rest.substr(0, size);
  const bool is_value = !open_.empty() && (is_scalar(open_.back().tag) ||
                                           (open_.back().tag == "value" && !open_.back().is_full));
  if (is_value)
    open_.back().text += text_of_xml(text);
  else if (!is_blank(text))
    return broken("text stands where only elements may");
  pass(rest, text.size());
  return true;
}

bool XmlReply::open(std::string_view tag) {
  const bool may = may_stand_in(open_.empty() ? "" : open_.back().tag, tag) && !is_over_;
  if (!may || (open_.size() && open_.back().tag == "value" && open_.back().is_full))
    return broken("<" + printable(tag) + "> stands where it may not");
  if (!open_.empty()) {
    auto& parent = open_.back();
    if (parent.tag == "data" && parent.is_full) json_ += ',';
    if (parent.tag == "value" && !is_blank(std::exchange(parent.text, {})))
      return broken("text stands where only elements may");
    parent.is_full = true;
  }
  if (tag == "struct" || tag == "array") json_ += tag == "struct" ? '{' : '[';
  open_.push_back({std::string(tag)});
  return true;
}

bool XmlReply::close(std::string_view tag) {
  if (open_.empty() || open_.back().tag != tag)
    return broken("</" + printable(tag) + "> closes nothing");
  if (tag == "name") put_key("");
  const auto element = std::move(open_.back());
  open_.pop_back();
  if (tag == "struct" || tag == "array")
    json_ += tag == "struct" ? '}' : ']';
  else if (tag == "boolean" || tag == "nil")
    json_ += tag == "nil" ? "null" : element.text == "1" ? "true" : "false";
  else if (is_scalar(tag) || (tag == "value" && !element.is_full))
    json_ += boost::json::serialize(element.text);
  if (is_scalar(tag)) open_.back().text = element.text;
  if (tag == "value" && open_.size() == depth_of_members && member_ == "Status")
    status_ = element.text;
  is_over_ = open_.empty();
  return true;
}

void XmlReply::put_key(std::string_view name) {
  auto& structure = open_[open_.size() - 3];
  if (std::exchange(structure.has_member, true)) json_ += ',';
  if (open_.size() == depth_of_members + 1) {
    member_ = name;
    has_error_ = has_error_ || name == "ErrorDescription";
    if (name == "Value") name = "result";
    if (name == "ErrorDescription") name = "error";
  }
  json_ += boost::json::serialize(boost::json::string_view(name)) + ":";
}

}  // namespace pci_passthrough
