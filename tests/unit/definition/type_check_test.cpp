#include "definition/type_check.h"

#include <gtest/gtest.h>

#include "definition/parser.h"

namespace uproar {
namespace {

// The first complaint about the types of these arguments; empty if there is none.
Diagnostic complaint(const std::string& arguments) {
  const auto parsed = parse_probe("p:e /bin/bash:0x10 " + arguments);
  if (!parsed.ok()) return {Diagnostic::Severity::Error, render(parsed.error()), {}, {}};
  for (const ast::Argument& argument : parsed->probe.arguments) {
    if (auto wrong = check_type(argument)) return *wrong;
  }
  return {};
}
std::string verdict(const std::string& arguments) {
  return complaint(arguments).message;
}

TEST(TypeCheck, ArraysAreMemory) {
  EXPECT_EQ(verdict("a=+0(%di):u8[64] b=@16:u8[2] c=@+16:u8[2] d=@v:u8[2]"), "");
  for (const std::string value : {"%di", "$stack1", "$retval", "\\16"})
    EXPECT_EQ(verdict("a=" + value + ":u8[2]"), "an array is read from memory, and this is a value") << value;
  EXPECT_EQ(complaint("a=%di:u8[2]").hint, "if the value is the array's address, write +0(%di):u8[2]");
  EXPECT_EQ(verdict("a=+0(%di):u8[0]"), "an array has 1 to 64 elements");
  // As a string a constant is an address.
  EXPECT_EQ(verdict("a=\\16:string[2]"), "");
}

TEST(TypeCheck, TextsAreStrings) {
  EXPECT_EQ(verdict("a=$comm:string b=\\\"x\":string c=$comm"), "");
  for (const std::string type : {"u8", "ustring", "string[2]", "string(%si)"})
    EXPECT_EQ(verdict("a=$comm:" + type), "$comm and constant strings are always of type string") << type;
  EXPECT_EQ(complaint("a=$comm:u8").hint, "leave the type out");
}

TEST(TypeCheck, LengthsAreNumbers) {
  EXPECT_EQ(verdict("a=%di:string(%si)"), "");
  EXPECT_EQ(verdict("a=%di:string($comm)"), "a length is a number, and this is a string");
  EXPECT_EQ(verdict("a=%di:string(\\\"x\")"), "a length is a number, and this is a string");
}

TEST(TypeCheck, WhatIsWrongIsUnderlined) {
  const std::string text = "p:e /bin/bash:0x10 a=%di:b0@0/8";
  const Span span = complaint("a=%di:b0@0/8").span;
  EXPECT_EQ(text.substr(span.begin, span.end - span.begin), "b0@0/8");
}

TEST(TypeCheck, BitfieldsFitTheirContainer) {
  EXPECT_EQ(verdict("a=%di:b1@0/8 b=%di:b64@0/64 c=%di:b8@24/32"), "");
  EXPECT_EQ(verdict("a=%di:b9@24/32"), "the bitfield reaches beyond its container of 32 bits");
  EXPECT_EQ(verdict("a=%di:b4294967295@4294967295/64"),
            "the bitfield reaches beyond its container of 64 bits");
  EXPECT_EQ(verdict("a=%di:b0@0/8"), "a bitfield has at least 1 bit");
}

TEST(TypeCheck, VariablesMayBeMemory) {
  EXPECT_EQ(verdict("a=v:u8[64] b=$arg1:u8[4] c=*p:string[2] d=this->flags:b3@4/32"), "");
  EXPECT_EQ(verdict("a=v:b3@6/8"), "the bitfield reaches beyond its container of 8 bits");
}

}  // namespace
}  // namespace uproar
