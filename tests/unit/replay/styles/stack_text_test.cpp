// The expected texts are those of perf 6.1.
#include "replay/styles/stack_text.h"

#include <gtest/gtest.h>

#include "support/process_picture.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

using test::map;
using test::name;

constexpr uint64_t kUser = static_cast<uint64_t>(-512);
constexpr uint64_t kKernel = static_cast<uint64_t>(-128);
constexpr uint64_t kGuest = static_cast<uint64_t>(-2048);

class StackTextTest : public testing::Test {
 protected:
  std::string chain(std::vector<uint64_t> stack, ScriptFields fields = kStackFields, unsigned most = 127) {
    StackText text(symbols_, fields, most, Escape::None);
    return chain(text, stack);
  }
  std::string chain(StackText& text, const std::vector<uint64_t>& stack) {
    Event event = test::event_of(event_);
    event.stack = stack;
    std::string out;
    text.append_chain(event, out);
    return out;
  }
  std::string address(const EventInfo& info, ScriptFields fields, uint64_t return_ip = 0) {
    StackText text(symbols_, fields, 127, Escape::None);
    Event event = test::event_of(info);
    event.return_ip = return_ip;
    std::string out;
    text.append_address(event, "site", "/bin/site", out);
    return out;
  }

  EventInfo event_ = test::event_info("g", "e");
  std::vector<MapInfo> maps_ = {
      map(10212, 0, 0x560ec4a48000, 0x1000, 0x1000, "/bin/target"),
      map(10212, 0, 0x7f0000000000, 0x1000, 0, "/lib/libc.so.6"),
      map(-1, 0, 0xffffffff81000000, 0x1000000, 0xffffffff81000000, "[kernel.kallsyms]")};
  std::vector<AddressNames> names_ = {{"/bin/target",
                                       "",
                                       {name(0x11e9, "take_text", 0), name(0x141a, "main", 0xab),
                                        name(0x1500, "outer", 0x84, {"inner", "middle"})}}};
  SymbolNames symbols_{maps_, names_, {}};
};

TEST_F(StackTextTest, FramesWithFileAddresses) {
  EXPECT_EQ(chain({kUser, 0x560ec4a481e9, 0x560ec4a4841a}),
            "\n"
            "\t            11e9 take_text+0x0 (/bin/target)\n"
            "\t            141a main+0xab (/bin/target)\n");
}

TEST_F(StackTextTest, WhatIsNotKnown) {
  EXPECT_EQ(chain({0x560ec4a481ea, 0x1234}),
            "\n"
            "\t            11ea [unknown] (/bin/target)\n"
            "\t            1234 [unknown] ([unknown])\n");
}

TEST_F(StackTextTest, InlinedFunctionsStandBeforeTheirs) {
  EXPECT_EQ(chain({0x560ec4a48500}),
            "\n"
            "\t            1500 inner+0x84 (inlined)\n"
            "\t            1500 middle+0x84 (inlined)\n"
            "\t            1500 outer+0x84 (/bin/target)\n");
}

TEST_F(StackTextTest, KernelFramesHaveTheirAddresses) {
  EXPECT_EQ(chain({kKernel, 0xffffffff81000010, kUser, 0x560ec4a481e9}),
            "\n"
            "\tffffffff81000010 [unknown] ([kernel.kallsyms])\n"
            "\t            11e9 take_text+0x0 (/bin/target)\n");
}

TEST_F(StackTextTest, EmptyChainIsAnEmptyBlock) {
  EXPECT_EQ(chain({}), "\n");
  EXPECT_EQ(chain({kUser}), "\n");
}

TEST_F(StackTextTest, MarksOfGuestsEndIt) {
  EXPECT_EQ(chain({0x560ec4a481e9, kGuest, 0x560ec4a4841a}),
            "\n"
            "\t            11e9 take_text+0x0 (/bin/target)\n");
}

TEST_F(StackTextTest, NotMoreFramesThanWanted) {
  EXPECT_EQ(chain({kUser, 0x560ec4a481e9, 0x560ec4a4841a}, kStackFields, 1),
            "\n"
            "\t            11e9 take_text+0x0 (/bin/target)\n");
  EXPECT_EQ(chain({kUser, 0x560ec4a481e9}, kStackFields, 0), "\n");
}

TEST_F(StackTextTest, FieldsThatAreChosen) {
  EXPECT_EQ(chain({0x560ec4a4841a}, kFieldIp), "\n\t            141a\n");
  EXPECT_EQ(chain({0x560ec4a4841a}, kFieldIp | kFieldSym), "\n\t            141a main\n");
  EXPECT_EQ(chain({0x560ec4a4841a}, kFieldIp | kFieldDso), "\n\t            141a (/bin/target)\n");
}

TEST_F(StackTextTest, SameChainAgainIsTheSameText) {
  StackText text(symbols_, kStackFields, 127, Escape::None);
  const std::string first = chain(text, {0x560ec4a481e9, 0x560ec4a4841a});
  EXPECT_EQ(chain(text, {0x560ec4a4841a}), "\n\t            141a main+0xab (/bin/target)\n");
  EXPECT_EQ(chain(text, {0x560ec4a481e9, 0x560ec4a4841a}), first);
}

TEST_F(StackTextTest, KeptTextEndsWithTheMaps) {
  maps_.push_back(map(10212, 1786'539'707'300, 0x560ec4a48000, 0x1000, 0, "/bin/other"));
  const SymbolNames symbols(maps_, names_, {});
  StackText text(symbols, kStackFields, 127, Escape::None);
  Event event = test::event_of(event_);
  const std::vector<uint64_t> stack = {0x560ec4a481e9};
  event.stack = stack;
  std::string out;
  text.append_chain(event, out);
  event.time_ns = 1786'539'707'300;
  text.append_chain(event, out);
  EXPECT_EQ(out,
            "\n\t            11e9 take_text+0x0 (/bin/target)\n"
            "\n\t             1e9 [unknown] (/bin/other)\n");
}

TEST_F(StackTextTest, SingleAddressStandsBehindTheLine) {
  EXPECT_EQ(address(event_, kFieldIp), "     560ec4a481e9");
  EXPECT_EQ(address(event_, kStackFields), "     560ec4a481e9 take_text+0x0 (/bin/target)");
  EXPECT_EQ(address(event_, kFieldIp | kFieldSym), "     560ec4a481e9 take_text");
}

TEST_F(StackTextTest, ReturnsAreWhereTheyLeadTo) {
  EXPECT_EQ(address(test::event_info("g", "r", {}, true), kStackFields, 0x560ec4a4841a),
            "     560ec4a4841a main+0xab (/bin/target)");
}

TEST_F(StackTextTest, WithoutMapsTheDefinitionKnowsTheFunction) {
  const SymbolNames nothing({}, {}, {});
  StackText text(nothing, kStackFields, 127, Escape::None);
  std::string out;
  text.append_address(test::event_of(event_), "site", "/bin/site", out);
  EXPECT_EQ(out, "     560ec4a481e9 site (/bin/site)");
}

}  // namespace
}  // namespace uproar
