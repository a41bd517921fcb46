#include "definition/check.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "definition/parser.h"

namespace uproar {
namespace {

// Empty if all is well, else the message.
std::string verdict(const std::string& text, Architecture architecture = Architecture::X86_64) {
  auto parsed = parse_probe(text);
  if (!parsed.ok()) return render(parsed.error());
  auto checked = check(parsed->probe, text, architecture);
  return checked.ok() ? "" : checked.error().message;
}

std::string with(const std::string& arguments) {
  return "p:e /bin/bash:0x10 " + arguments;
}

std::string nested(int depth, const std::string& inner, const std::string& type = "") {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "+0(";
  return with("a=" + text + inner + std::string(static_cast<size_t>(depth), ')') + type);
}

constexpr const char* kTooDeep = "dereferences are nested too deeply";

TEST(Check, NestingCountsTheStepsOfTheKernel) {
  EXPECT_EQ(verdict(nested(14, "%di")), "");
  EXPECT_EQ(verdict(nested(15, "%r8")), kTooDeep);
  EXPECT_EQ(verdict(nested(13, "@0")), "");
  EXPECT_EQ(verdict(nested(14, "@0")), kTooDeep);
  EXPECT_EQ(verdict(nested(13, "%di", ":u8[2]")), "");
  EXPECT_EQ(verdict(nested(13, "%di", ":b1@0/8")), "");
  EXPECT_EQ(verdict(nested(12, "@0", ":string[2]")), kTooDeep);
  EXPECT_EQ(verdict(nested(11, "@0", ":string[2]")), "");
}

TEST(Check, StringsNeedAnAddress) {
  EXPECT_EQ(verdict(with("a=%di:string b=$stack1:ustring c=$stack:string d=\\16:string e=@16:string")), "");
  EXPECT_EQ(verdict("r:e /bin/bash:0x10 a=$retval:string"), "");
  EXPECT_EQ(verdict(with("a=\\16:string[2]")), "");
  EXPECT_EQ(verdict(with("a=\\16:u8[2]")), "an array is read from memory, and this is a value");
  EXPECT_EQ(verdict(with("a=%di:string[2]")), "an array is read from memory, and this is a value");
  EXPECT_EQ(verdict(with("a=+u0(%di):string[2]")), "");
}

TEST(Check, BitfieldsFitTheirContainer) {
  EXPECT_EQ(verdict(with("a=%di:b1@0/8 b=%di:b64@0/64 c=%di:b8@24/32")), "");
  EXPECT_EQ(verdict(with("a=%di:b9@24/32")), "the bitfield reaches beyond its container of 32 bits");
  EXPECT_EQ(verdict(with("a=%di:b4294967295@4294967295/64")),
            "the bitfield reaches beyond its container of 64 bits");
  EXPECT_EQ(verdict(with("a=%di:b0@0/8")), "a bitfield has at least 1 bit");
}

TEST(Check, ExpressionsHave63BytesWithTheirType) {
  auto expression = [](size_t size) { return "+0x" + std::string(size - 11, '0') + "(%si):u8"; };
  EXPECT_EQ(verdict(with("name=" + expression(63))), "");
  EXPECT_EQ(verdict(with(expression(63))), "");
  EXPECT_EQ(verdict(with("name=" + expression(64))),
            "the expression is longer than the 63 bytes that the kernel takes");
  EXPECT_EQ(verdict(with(expression(64))),
            "the expression is longer than the 63 bytes that the kernel takes");
}

TEST(Check, VariableNamesAreNotMeasured) {
  EXPECT_EQ(verdict(with("a=@" + std::string(200, 'v') + ":u32")), "");
}

TEST(Check, WhatIsLookedUpIsNotMeasured) {
  std::string fields;
  for (int i = 0; i < 20; ++i) fields += "->next";
  EXPECT_EQ(verdict(with("a=list" + fields + ":u32 list" + fields)), "");
  EXPECT_EQ(verdict(with("a=+0x000000000000000000000000000000000000000000000000000000(list->head)")), "");
  EXPECT_EQ(verdict(with("a=+0x00000000000000000000000000000000000000000000000000000000($arg1)")), "");
  EXPECT_EQ(verdict(with("a=+0(%di):string(+0x0000000000000000000000000000000000000000000000000(%si))")), "");
}

TEST(Check, VariablesMayBeMemory) {
  EXPECT_EQ(verdict(with("a=v:u8[64] b=$arg1:u8[4] c=*p:string[2] d=this->flags:b3@4/32")), "");
  EXPECT_EQ(verdict(with("a=v:u8[65]")), "an array has 1 to 64 elements");
  EXPECT_EQ(verdict(with("a=v:b3@6/8")), "the bitfield reaches beyond its container of 8 bits");
  EXPECT_EQ(verdict(nested(14, "v")), "");
  EXPECT_EQ(verdict(nested(15, "v")), kTooDeep);
}

TEST(Check, StringsWithALengthTake520Bytes) {
  EXPECT_EQ(
      verdict(with("a=%di:string(%si) b=%di:string(%si) c=%di:string(%si) d=%di:string(%si) "
                   "e=%di:string(%si) f=+0(%si):u8[59] g=+0(%si):u8[59] h=+0(%si):u8[59] i=+0(%si):u8[59] "
                   "j=+0(%si):u8[59] k=+0(%si):u8[59] l=+0(%si):u8[59] m=+0(%si):u8[59]")),
      "");
  EXPECT_EQ(verdict(with("a=%di:string(%si) b=%di:string(%si) c=%di:string(%si) d=%di:string(%si) "
                         "e=%di:string(%si) f=%di:string(%si)")),
            "the arguments take more than 3072 bytes in the record");
}

TEST(Check, LengthsObeyTheRulesOfFetches) {
  EXPECT_EQ(verdict(with("a=%di:string($retval)")), "$retval exists only where a function returns");
  EXPECT_EQ(verdict(with("a=%di:string(+0($comm))")), "$comm is no address that could be followed");
  std::string deep = "%si";
  for (int i = 0; i < 15; ++i) deep = "+0(" + deep + ")";
  EXPECT_EQ(verdict(with("a=%di:string(" + deep + ")")), kTooDeep);
}

TEST(Check, NamesOfUnnamedVariablesMayMeet) {
  EXPECT_EQ(verdict(with("this->id other->id id=%di $params $vars common_pid")), "");
  EXPECT_EQ(verdict(with("arg2=x $arg1")),
            "without a name this argument is called arg2, which is already taken");
  EXPECT_EQ(verdict(with("id=this->id id=x")), "the name id is already taken");
}

TEST(Check, OnlyFunctionsReturn) {
  EXPECT_EQ(verdict("r:e bash:'read*'"), "");
  EXPECT_EQ(verdict("r:e bash:main.c:17"), "a line of the source has no return");
  EXPECT_EQ(verdict("r:e bash:main:17"), "a line of the source has no return");
  EXPECT_EQ(verdict("r:e bash:%a:b"), "a USDT probe is no function and has no return");
}

TEST(Check, EventsHold3072Bytes) {
  std::string arrays;
  for (int i = 0; i < 6; ++i) arrays += fmt::format("a{}=+0(%di):u64[64] ", i);
  EXPECT_EQ(verdict(with(arrays)), "");
  EXPECT_EQ(verdict(with(arrays + "z=%di:u8")), "the arguments take more than 3072 bytes in the record");
  std::string strings;
  for (int i = 0; i < 12; ++i) strings += fmt::format("a{}=+0(%di):string[64] ", i);
  EXPECT_EQ(verdict(with(strings)), "");
  EXPECT_EQ(verdict(with(strings + "$comm")), "the arguments take more than 3072 bytes in the record");
}

TEST(Check, ArgumentsAreAtMost128) {
  std::string many;
  for (int i = 0; i < 128; ++i) many += fmt::format("a{}=%di ", i);
  EXPECT_EQ(verdict(with(many)), "");
  EXPECT_EQ(verdict(with(many + "b=%di")), "an event has at most 128 arguments");
}

TEST(Check, LinesHave4094Bytes) {
  auto line = [](size_t size) {
    std::string text = "p:e /bin/bash:0x10 ";
    for (int i = 0; text.size() + 45 < size; ++i)
      text += fmt::format("n{}=+0x00000000000000000000000000000(%di) ", i);
    return text + std::string(size - text.size() - 3, ' ') + "%di";
  };
  EXPECT_EQ(verdict(line(4094)), "");
  EXPECT_EQ(verdict(line(4095)),
            "the definition is longer than the 4094 bytes that the kernel takes in one line");
  EXPECT_EQ(verdict(line(4094) + " # and a comment that can be left out"), "");
}

TEST(Check, NamesFollowTheKernelsAlphabet) {
  EXPECT_EQ(verdict("p:-g-1/_e9 /bin/bash:0x10"), "");
  EXPECT_EQ(verdict("p:g/\xe9t\xe9 /bin/bash:0x10"), "");  // letters of Latin-1
  EXPECT_EQ(verdict("p:1g/e /bin/bash:0x10"),
            "the group's name may hold only letters, digits, '_' and '-', and no digit first");
  EXPECT_EQ(verdict("p:g/e-1 /bin/bash:0x10"),
            "the event's name may hold only letters, digits and '_', and no digit first");
}

TEST(Check, ReservedNamesAreRefused) {
  for (const char* name : {"common_type", "common_flags", "common_preempt_count", "common_pid", "common_tgid",
                           "__probe_ip", "__probe_func", "__probe_ret_ip"}) {
    EXPECT_EQ(verdict(with(std::string(name) + "=%di")),
              "every event already has a field " + std::string(name));
  }
}

TEST(Check, UnnamedArgumentsOccupyTheirPosition) {
  EXPECT_EQ(verdict(with("%di arg3=%si %dx")),
            "without a name this argument is called arg3, which is already taken");
  EXPECT_EQ(verdict(with("%di arg1=%si")), "the name arg1 is already taken");
  EXPECT_EQ(verdict(with("%di arg3=%si")), "");
}

TEST(Check, RegistersAreThoseOfTheArchitecture) {
  EXPECT_EQ(verdict(with("a=%x0 b=+8(%sp) c=%lr d=%pc e=%pstate"), Architecture::AArch64), "");
  EXPECT_EQ(verdict(with("a=+0(%di)"), Architecture::AArch64), "unknown register %di");
  EXPECT_EQ(verdict(with("a=%x0")), "unknown register %x0");
}

TEST(Check, OddReferenceCounterCouldNeverBeEnabled) {
  EXPECT_EQ(verdict("p:e /bin/bash:0x10(0x10)"), "");
  EXPECT_EQ(verdict("p:e /bin/bash:0x10(0)"), "");
  EXPECT_NE(verdict("p:e /bin/bash:0x10(0x11)"), "");
}

}  // namespace
}  // namespace uproar
