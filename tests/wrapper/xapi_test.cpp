#include "wrapper/xapi.hpp"

#include "tests/wrapper/calls.hpp"

namespace pci_passthrough {
namespace {

using Arguments = std::vector<std::pair<std::string, std::string>>;

std::string value_read(const std::string& value) {
  return read_method_call(call(member("k", value))).arguments.at(0).second;
}

TEST(MethodCall, IsReadAsXapiWritesIt) {
  const auto request = read_method_call(
      "<methodCall><methodName>FN</methodName><params><param><value>OpaqueRef:UUID</value></param>"
      "<param><value><struct><member><name>a</name><value>b</value></member><member><name>e</name>"
      "<value/></member></struct></value></param></params></methodCall>");
  EXPECT_EQ(request.function, "FN");
  EXPECT_EQ(request.arguments, (Arguments{{"a", "b"}, {"e", ""}}));
}

TEST(MethodCall, IsReadAsPythonWritesIt) {
  const auto request = read_method_call(
      "<?xml version='1.0'?>\n<methodCall>\n<methodName>list</methodName>\n<params>\n<param>\n"
      "<value><string>OpaqueRef:1</string></value>\n</param>\n<param>\n<value><struct>\n<member>\n"
      "<name>devices</name>\n<value><string>06:00.0</string></value>\n</member>\n</struct></"
      "value>\n"
      "</param>\n</params>\n</methodCall>\n");
  EXPECT_EQ(request.function, "list");
  EXPECT_EQ(request.arguments, (Arguments{{"devices", "06:00.0"}}));
}

TEST(MethodCall, MayHaveNoArguments) {
  EXPECT_TRUE(read_method_call(empty_call).arguments.empty());
  EXPECT_TRUE(
      read_method_call("<methodCall><methodName></methodName><params><param><value>s</value>"
                       "</param></params></methodCall>")
          .arguments.empty());
}

TEST(MethodCall, ALaterKeyReplacesTheEarlier) {
  const auto request =
      read_method_call(call(member("a", "<value>1</value>") + member("", "<value>2</value>") +
                            member("a", "<value>3</value>")));
  EXPECT_EQ(request.arguments, (Arguments{{"a", "3"}, {"", "2"}}));
}

struct Value {
  std::string xml, text;
};

TEST(MethodCall, KeepsEveryValue) {
  const Value rows[] = {
      {"<value/>", ""},
      {"<value></value>", ""},
      {"<value>   </value>", "   "},
      {"<value> \t\n </value>", " \t\n "},
      {"<value> a  b </value>", " a  b "},
      {"<value><string> x </string></value>", " x "},
      {"<value> <string>  </string>\n</value>", "  "},
      {"<value><string/></value>", ""},
      {"<value>a\r\nb\rc</value>", "a\nb\nc"},
      {"<value>a&#13;&#10;&#xD;b</value>", "a\r\n\rb"},
      {"<value>&lt;&amp;&gt;&quot;&apos;&#x20AC;&#233;</value>", "<&>\"'\xe2\x82\xac\xc3\xa9"},
      {"<value>&amp;amp;</value>", "&amp;"},
      {"<value><![CDATA[a&b<c>]]]]><![CDATA[> ]]></value>", "a&b<c>]]> "},
      {"<value>a<!-- & -->b</value>", "ab"},
      {"<value a='b'>c</value>", "c"},
  };
  for (const auto& [xml, text] : rows) EXPECT_EQ(value_read(xml), text) << xml;
}

TEST(MethodCall, MayBeInAnotherEncoding) {
  const std::string latin1 = call(member("k", "<value>\xe9</value>"));
  EXPECT_EQ(sentence_for(latin1),
            "the argument is no XML-RPC methodCall: at byte 141: a byte is not UTF-8");
  const auto with = [&](const std::string& head) { return head + latin1; };
  EXPECT_EQ(
      read_method_call(with("<?xml version='1.0' encoding='ISO-8859-1'?>")).arguments[0].second,
      "\xc3\xa9");
  EXPECT_NE(sentence_for(with("<?xml version='1.0' encoding='utf-8'?>")), "accepted");
  EXPECT_EQ(
      read_method_call("\xef\xbb\xbf<?xml version='1.0'?>" + std::string(empty_call)).function,
      "list");
  EXPECT_EQ(
      sentence_for("<?xml version='1.0' encoding='UTF-16'?>" + std::string(empty_call)),
      "the argument is no XML-RPC methodCall: at byte 0: the encoding utf-16 is declared where "
      "UTF-8 would be right");
}

TEST(Reply, IsWrittenByteForByte) {
  EXPECT_EQ(
      write_success("a<&>\"'\r\n\t\xc3\xa9\xff\x01"),
      "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member><name>Status"
      "</name><value>Success</value></member><member><name>Value</name><value>"
      "a&lt;&amp;&gt;&quot;'&#13;\n\t\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd"
      "</value></member></struct></value></param></params></methodResponse>\n");
  EXPECT_EQ(
      write_failure({"CODE", "A <sentence>.", {"d1", ""}}),
      "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member><name>Status"
      "</name><value>Failure</value></member><member><name>ErrorDescription</name><value><array>"
      "<data><value>CODE</value><value>A &lt;sentence&gt;.</value><value>d1</value><value></value>"
      "</data></array></value></member></struct></value></param></params></methodResponse>\n");
}

TEST(XapiForm, IsToldByThePluginDirectoryOrTheArgument) {
  const auto is_form = [](std::vector<const char*> argv) {
    argv.push_back(nullptr);
    return is_xapi_form(static_cast<int>(argv.size()) - 1, argv.data());
  };
  EXPECT_TRUE(is_form({"/etc/xapi.d/plugins/pci-passthrough"}));
  EXPECT_TRUE(is_form({"/etc/xapi.d/plugins/pci-passthrough", "list"}));
  EXPECT_TRUE(is_form({"pci-passthrough", "<methodCall>"}));
  EXPECT_TRUE(is_form({"pci-passthrough", "<methodCall>", "more"}));
  EXPECT_FALSE(is_form({"pci-passthrough"}));
  EXPECT_FALSE(is_form({"pci-passthrough", "list", "<methodCall>"}));
  EXPECT_FALSE(is_form({"/usr/sbin/pci-passthrough", ""}));
  EXPECT_FALSE(is_form({"/etc/xapi.d/plugins/below/pci-passthrough", "list"}));
  EXPECT_FALSE(is_form({"/x/etc/xapi.d/plugins/pci-passthrough", "list"}));
  EXPECT_FALSE(is_form({}));
}

}  // namespace
}  // namespace pci_passthrough
