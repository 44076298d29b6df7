#pragma once

#include <gtest/gtest.h>

#include <string>

#include "wrapper/xapi.hpp"

namespace pci_passthrough {

inline constexpr char empty_call[] =
    "<methodCall><methodName>list</methodName><params><param><value>OpaqueRef:1</value></param>"
    "<param><value><struct/></value></param></params></methodCall>";

inline std::string call(const std::string& members) {
  return "<methodCall><methodName>list</methodName><params><param><value>OpaqueRef:1</value>"
         "</param><param><value><struct>" +
         members + "</struct></value></param></params></methodCall>";
}

inline std::string member(const std::string& name, const std::string& value) {
  return "<member><name>" + name + "</name>" + value + "</member>";
}

/// What is wrong with a document; "accepted" where nothing is.
inline std::string sentence_for(const std::string& document) {
  try {
    read_method_call(document);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, code::invalid_argument);
    return failure.sentence;
  }
  return "accepted";
}

}  // namespace pci_passthrough
