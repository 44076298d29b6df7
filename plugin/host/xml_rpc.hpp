#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// The XML-RPC codec, for a plugin's argument and for xapi's replies (xapi-contract.md A2, C3).

/// Reads the one XML-RPC methodCall of argv[1]: bare and <string> values, empty ones, white space
/// kept; a later duplicate key wins. The first parameter is the session, which must be there.
/// Throws Failure invalid_argument with what is wrong and where.
Request read_method_call(std::string_view document);

/// A methodCall whose parameters are strings, and maps of them.
std::string write_method_call(std::string_view method, const boost::json::array& parameters);

/// What xapi answers with: {Status, Value} or {Status, ErrorDescription}. Numbers come as strings,
/// as rpclib writes them. rpclib does not escape a map's keys either: one with "&" or "<" makes the
/// reply no XML, and then `trouble` says so.
boost::json::value read_method_response(std::string_view document, std::string* trouble);

/// Text as it stands in an element: valid, escaped, CR as &#13;.
std::string xml_text(std::string_view bytes);

}  // namespace pci_passthrough
