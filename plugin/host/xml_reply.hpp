#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/reply_reader.hpp"

namespace pci_passthrough {

/// Reads the XML of a reply as it arrives (plugin/host/README.md, "xapi's replies"), and hands it
/// on as the JSON that ReplyReader takes: tens of megabytes pass through it, one text at a time.
/// Numbers become strings, as rpclib writes them.
///
/// rpclib writes a map's keys as they are, "&" and "<" too, so a name is all that stands before
/// "</name>" and the value behind it; a key with just these in it cannot be told from markup.
/// Before 2015 it left a text's only "&" or "<" as it is where that was the last character.
class XmlReply {
 public:
  explicit XmlReply(ReplyReader& reader) : reader_(reader) {}

  /// False where the reply is beyond help: `parse_error` says why, or the reader's does.
  bool feed(std::string_view piece);
  bool finish();

  const std::string& parse_error() const { return parse_error_; }

 private:
  struct Element {
    std::string tag, text{};
    bool is_full = false;     ///< an element stands in it
    bool has_member = false;  ///< of a struct
  };
  bool take(std::string_view& rest);
  bool take_name(std::string_view& rest);
  bool take_tag(std::string_view& rest);
  bool take_text(std::string_view& rest, std::size_t size);
  void pass(std::string_view& rest, std::size_t size);
  bool open(std::string_view tag);
  bool close(std::string_view tag);
  void put_key(std::string_view name);
  bool broken(const std::string& why);

  ReplyReader& reader_;
  std::vector<Element> open_;
  std::string held_, json_, parse_error_, member_, status_;
  std::size_t read_ = 0;  ///< bytes that are done with
  bool has_error_ = false, is_over_ = false;
};

}  // namespace pci_passthrough
