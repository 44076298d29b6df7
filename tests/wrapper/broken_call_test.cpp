#include "tests/wrapper/calls.hpp"

namespace pci_passthrough {
namespace {

struct Broken {
  std::string document, why;
};

TEST(MethodCall, SaysWhatIsWrongAndWhere) {
  const auto value = [](const std::string& text) {
    return call(member("k", "<value>" + text + "</value>"));
  };
  const Broken rows[] = {
      {"", "at byte 0: the document holds nothing where <methodCall> should be"},
      {"<", "at byte "},
      {"<methodCall>", "at byte "},
      {std::string(empty_call).substr(0, 100), "at byte "},
      {"<a/>", "the document holds <a> where <methodCall> should be"},
      {"x" + std::string(empty_call), "at byte 0: text stands where only elements may"},
      {empty_call + std::string("x"), "text stands where only elements may"},
      {empty_call + std::string(empty_call), "holds <methodCall>, <methodCall> where <methodCall>"},
      {"<!DOCTYPE a [<!ENTITY b 'c'>]>" + std::string(empty_call), "a document type is declared"},
      {" <?xml version='1.0'?>" + std::string(empty_call), "elsewhere than at the very start"},
      {"<?xml vers</a>='1.0'?>" + std::string(empty_call),
       "at byte 0: the XML declaration is broken"},
      {"<?xml version='1.0'", "at byte 0: the XML declaration is broken"},
      {"<methodCall/>", "<methodCall> holds nothing where <methodName>, <params> should be"},
      {"<methodCall><params/></methodCall>", "holds <params> where <methodName>, <params>"},
      {"<methodCall><methodName>a</methodName><params/></methodCall>",
       "<params> holds nothing where <param> should be"},
      {"<methodCall><methodName><b/></methodName><params/></methodCall>",
       "at byte 25: <b> stands where only text may"},
      {value("<int>1</int>"),
       "at byte 142: the value of \"k\" is <int> where only a <string> may be"},
      {value("<boolean>1</boolean>"), "is <boolean> where"},
      {value("<array><data/></array>"), "is <array> where"},
      {value("<struct/>"), "is <struct> where"},
      {value("<nil/>"), "is <nil> where"},
      {value("<string/><string/>"), "<value> holds <string>, <string> where <string> should be"},
      {value("a<string>b</string>"), "text stands where only elements may"},
      {value("<string><b/></string>"), "<b> stands where only text may"},
      {call("<x/>"), "<x> stands where only <member> may"},
      {call("<member><name>a</name></member>"), "holds <name> where <name>, <value> should be"},
      {call("text"), "text stands where only elements may"},
      {value("&foo;"), "at byte 141: \"&\" begins no reference that XML knows"},
      {value("a & b"), "\"&\" begins no reference"},
      {value("&amp"), "\"&\" begins no reference"},
      {value("&#0;"), "\"&\" begins no reference"},
      {value("&#1;"), "\"&\" begins no reference"},
      {value("&#xD800;"), "\"&\" begins no reference"},
      {value("&#x110000;"), "\"&\" begins no reference"},
      {value("&#99999999999;"), "\"&\" begins no reference"},
      {value("&#-5;"), "\"&\" begins no reference"},
      {value("&#;"), "\"&\" begins no reference"},
      {value("&#X41;"), "\"&\" begins no reference"},
      {value("<?x y?>"), "at byte 141: a processing instruction stands elsewhere"},
      {value("]]>"), "\"]]>\" stands in text"},
      {value("<![CDATA[a"), "\"<![CDATA[\" is never closed"},
      {value("<!-- a"), "\"<!--\" is never closed"},
      {value("\x01"), "at byte 141: a character is one that XML forbids"},
      {value("\xef\xbf\xbe"), "a character is one that XML forbids"},
      {value("\xed\xa0\x80"), "a byte is not UTF-8"},
  };
  for (const auto& [document, why] : rows) {
    const std::string sentence = sentence_for(document);
    EXPECT_TRUE(sentence.starts_with("the argument is no XML-RPC methodCall: at byte ") &&
                sentence.find(why) != sentence.npos)
        << document << "\n"
        << sentence;
  }
}

TEST(MethodCall, NeverTellsTheSession) {
  for (const std::string value :
       {"<value>SECRET<x/></value>", "<value><int>SECRET</int></value>"}) {
    const auto sentence = sentence_for("<methodCall><methodName>a</methodName><params><param>" +
                                       value + "</param></params></methodCall>");
    EXPECT_NE(sentence, "accepted");
    EXPECT_EQ(sentence.find("SECRET"), sentence.npos) << sentence;
  }
}

TEST(MethodCall, MayBeNestedDeeply) {
  std::string deep;
  for (int i = 0; i < 40000; ++i) deep += "<a>";
  EXPECT_NE(sentence_for(deep), "accepted");
  for (int i = 0; i < 40000; ++i) deep += "</a>";
  EXPECT_NE(sentence_for(deep), "accepted");
}

}  // namespace
}  // namespace pci_passthrough
