#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/json_writer.hpp"

namespace pci_passthrough {

/// One whole, well-formed reply: escaped, no character that XML 1.0 forbids, CR as &#13;, no
/// attribute. A value of nothing but blanks, tabs and line feeds is written as it stands: every XML
/// parser keeps it but xapi's, which makes it "" however it is written (xml.ml drops blank text
/// after decoding), so that no reply of ours may mean anything by it.
std::string write_success(std::string_view value);
/// The same of a value that comes piece by piece, none of which ends within a character.
void write_success(const Output& output, const std::function<void(const Output&)>& value);
std::string write_failure(const Failure& failure);

/// Is the process in xapi's form: started from /etc/xapi.d/plugins, or argv[1] begins with '<'?
bool is_xapi_form(int argc, const char* const* argv);

}  // namespace pci_passthrough
