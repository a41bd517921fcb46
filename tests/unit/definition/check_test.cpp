#include "definition/check.h"

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

TEST(Check, StringsNeedAnAddress) {
  EXPECT_EQ(verdict(with("a=%di:string b=$stack1:ustring c=$stack:string d=\\16:string e=@16:string")), "");
  EXPECT_EQ(verdict("r:e /bin/bash:0x10 a=$retval:string"), "");
  EXPECT_EQ(verdict(with("a=\\16:string[2]")), "");
  EXPECT_EQ(verdict(with("a=\\16:u8[2]")), "an array is read from memory, and this is a value");
  EXPECT_EQ(verdict(with("a=%di:string[2]")), "an array is read from memory, and this is a value");
  EXPECT_EQ(verdict(with("a=+u0(%di):string[2]")), "");
}

TEST(Check, LengthsObeyTheRulesOfFetches) {
  EXPECT_EQ(verdict(with("a=%di:string($retval)")), "$retval exists only where a function returns");
  EXPECT_EQ(verdict(with("a=%di:string(+0($comm))")), "$comm is no address that could be followed");
}

TEST(Check, NamesOfUnnamedVariablesMayMeet) {
  EXPECT_EQ(verdict(with("this->id other->id id=%di $params $vars common_pid")), "");
  EXPECT_EQ(verdict(with("arg2=x $arg1")),
            "without a name this argument is called arg2, which is already taken");
  EXPECT_EQ(verdict(with("id=this->id id=x")), "the name id is already taken");
}

// What a back end cannot do is none of the language's business (lower/tracefs/tracefs_check.h).
TEST(Check, SizesAreNotMeasured) {
  EXPECT_EQ(verdict(with("a=+0(%di):u64[4096] b=%di:symbol c=@" + std::string(200, 'v') + ":u32")), "");
  EXPECT_EQ(verdict("p:" + std::string(64, 'e') + " /bin/bash:0x10"), "");
  EXPECT_EQ(verdict(with("a=+0(%di):u64[0]")), "an array has 1 to 64 elements");
  std::string fields;
  for (int i = 0; i < 20; ++i) fields += "->next";
  EXPECT_EQ(verdict(with("a=list" + fields + ":u32 list" + fields)), "");
}

TEST(Check, OnlyFunctionsReturn) {
  EXPECT_EQ(verdict("r:e bash:'read*'"), "");
  EXPECT_EQ(verdict("r:e bash:main.c:17"), "a line of the source has no return");
  EXPECT_EQ(verdict("r:e bash:main:17"), "a line of the source has no return");
  EXPECT_EQ(verdict("r:e bash:%a:b"), "a USDT probe is no function and has no return");
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
