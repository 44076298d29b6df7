#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <string_view>

#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// The XML-RPC codec, for a plugin's argument and for calls of xapi (wrapper/README.md, "What xapi
/// hands over"); xapi's replies are read by XmlReply.

/// Reads the one XML-RPC methodCall of argv[1]: bare and <string> values, empty ones, white space
/// kept; a later duplicate key wins. The first parameter is the session, which must be there.
/// Throws Failure invalid_argument with what is wrong and where.
Request read_method_call(std::string_view document);

/// A methodCall whose parameters are strings, and maps of them.
std::string write_method_call(std::string_view method, const boost::json::array& parameters);

/// Text as it stands in an element: valid, escaped, CR as &#13;.
std::string xml_text(std::string_view bytes);

}  // namespace pci_passthrough
