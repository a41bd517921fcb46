#include "resolve/site/site_choice.h"

#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "support/elf_oracle.h"
#include "support/site_fixture.h"

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;

FetchArgument argument(std::vector<FetchOperation> operations) {
  return {"value", std::move(operations), {}};
}
FetchArgument of_register(const std::string& name) {
  return argument({{Kind::Register, 0, name}});
}

class SiteChoiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sites_.ready()) GTEST_SKIP() << "the fixtures are x86-64 code";
  }
  SiteChoice choose(const std::string& name, const std::vector<FetchArgument>& arguments = {},
                    bool is_return = false) {
    return choose_site(sites_.code(), sites_.place(name), arguments, is_return);
  }
  std::vector<uint64_t> distances(const std::string& name, const std::vector<uint64_t>& addresses) {
    std::vector<uint64_t> found;
    for (uint64_t each : addresses) found.push_back(each - sites_.place(name).vaddr);
    return found;
  }
  SiteFixture sites_{"sites"};
};

TEST_F(SiteChoiceTest, EndbrIsSkippedForThePush) {
  SiteChoice choice = choose("endbr_push");
  EXPECT_EQ(choice.slid_by, 4u);
  EXPECT_EQ(
      choice.reason,
      "4 bytes behind the entry, on push %rbp, which is emulated by the kernel (about 1 µs a hit): the same "
      "event as on endbr64");
  EXPECT_EQ(choose("endbr_push", {}, true).slid_by, 4u);
  EXPECT_EQ(choose("endbr_push", {of_register("di"), of_register("sp"), argument({{Kind::StackSlot, 1, ""}})})
                .slid_by,
            4u);
}

TEST_F(SiteChoiceTest, CheapEntryStays) {
  EXPECT_EQ(choose("push_first").slid_by, 0u);
  EXPECT_EQ(choose("push_first").reason, "push %rbx is emulated by the kernel (about 1 µs a hit)");
  EXPECT_EQ(choose("nop_first").slid_by, 0u);
  EXPECT_NE(choose("nop_first").reason.find("optimised by the kernel"), std::string::npos);
}

TEST_F(SiteChoiceTest, BranchesBehindTheEntryKeepItThere) {
  EXPECT_EQ(choose("loops_back").slid_by, 0u);
  EXPECT_EQ(choose("loops_back").reason,
            "at the entry, single-stepped (about 5 µs a hit): a jump may lead right behind it");
  EXPECT_EQ(choose("jumped_into").slid_by, 0u);  // from another function
  EXPECT_EQ(choose("name_inside").reason,
            "at the entry, single-stepped (about 5 µs a hit): second_name begins right behind it");
}

TEST_F(SiteChoiceTest, WhatIsSkippedOnlyComputes) {
  EXPECT_EQ(choose("computes_first").slid_by, 6u);
  EXPECT_EQ(choose("loads_first").slid_by, 0u);
  EXPECT_EQ(choose("loads_first").reason,
            "at the entry, single-stepped (about 5 µs a hit): mov (%rdi), %eax does more than compute in "
            "registers");
  EXPECT_EQ(choose("stores_first").slid_by, 0u);
  EXPECT_EQ(choose("long_line").slid_by, 0u);
}

TEST_F(SiteChoiceTest, RegistersThatAreReadAreNotWritten) {
  EXPECT_EQ(choose("computes_first", {of_register("di")}).slid_by, 6u);
  EXPECT_EQ(choose("computes_first", {of_register("ax")}).slid_by, 0u);
  EXPECT_EQ(
      choose("computes_first", {of_register("ax")}).reason,
      "at the entry, single-stepped (about 5 µs a hit): mov %rdi, %rax changes what argument value reads");
  EXPECT_EQ(choose("computes_first", {of_register("flags")}).slid_by, 0u);
  EXPECT_EQ(choose("computes_first", {of_register("ip")}).slid_by, 0u);
  FetchArgument length = argument({{Kind::Register, 0, "di"}, {Kind::Dereference, 0, ""}});
  length.length = {{Kind::Register, 0, "ax"}};
  EXPECT_EQ(choose("computes_first", {length}).slid_by, 0u);
  // Those of a return probe are read at the return.
  EXPECT_EQ(choose("computes_first", {of_register("ax")}, true).slid_by, 6u);
}

TEST_F(SiteChoiceTest, StackArgumentsAreMadeGood) {
  const std::vector<FetchArgument> arguments{
      argument({{Kind::StackSlot, 2, ""}}), argument({{Kind::Register, 0, "sp"}, {Kind::Dereference, 8, ""}}),
      argument({{Kind::StackPointer, 0, ""}, {Kind::Dereference, -8, ""}}), of_register("di")};
  SiteChoice choice = choose("makes_room", arguments);
  EXPECT_EQ(choice.slid_by, 4u);
  ASSERT_EQ(choice.arguments.size(), 4u);
  EXPECT_EQ(choice.arguments[0].operations[0].number, 5);
  EXPECT_EQ(choice.arguments[1].operations[1].number, 32);
  EXPECT_EQ(choice.arguments[2].operations[1].number, 16);
  EXPECT_EQ(choice.arguments[3].operations[0].name, "di");
  EXPECT_EQ(choose("makes_room", {of_register("sp")}).slid_by, 0u);
  EXPECT_EQ(choose("makes_room", {argument({{Kind::StackPointer, 0, ""}})}).slid_by, 0u);
}

TEST_F(SiteChoiceTest, ReturnProbeNeverLeavesTheReturnAddress) {
  EXPECT_EQ(choose("makes_room", {}, true).slid_by, 0u);
  EXPECT_NE(choose("makes_room", {}, true).reason.find("moves the stack pointer"), std::string::npos);
}

TEST_F(SiteChoiceTest, JumpTablesAreBranches) {
  EXPECT_EQ(choose("switches").slid_by, 0u);
  EXPECT_NE(choose("switches").reason.find("an indirect jump may lead"), std::string::npos);
  EXPECT_EQ(choose("switches_on").slid_by, 4u);
  EXPECT_EQ(choose("goes_to_label").slid_by, 0u);
}

TEST_F(SiteChoiceTest, OnlyEntriesGivenByNameMove) {
  auto slid = [this](const FoundPlace& place) {
    return choose_site(sites_.code(), place, {}, false).slid_by;
  };
  FoundPlace place = sites_.place("endbr_push");
  EXPECT_EQ(slid(place), 4u);
  place.offset_given = true;
  EXPECT_EQ(slid(place), 0u);
  place = sites_.place("endbr_push");
  place.is_inlined = true;
  EXPECT_EQ(slid(place), 0u);
  place = sites_.place("endbr_push");
  place.is_function_entry = false;
  EXPECT_EQ(slid(place), 0u);
  place = sites_.place("endbr_push");
  place.function_vaddr = place.function_size = 0;  // found by the symbol
  EXPECT_EQ(slid(place), 4u);
}

TEST_F(SiteChoiceTest, ExitsAreReturnsAndTailCalls) {
  auto exits = function_exits(sites_.code(), sites_.place("tail_calls"));
  ASSERT_TRUE(exits.ok()) << render(exits.error());
  EXPECT_EQ(distances("tail_calls", exits->returns), (std::vector<uint64_t>{17, 19}));
  EXPECT_EQ(distances("tail_calls", exits->tail_calls), (std::vector<uint64_t>{3, 15, 22}));
  exits = function_exits(sites_.code(), sites_.place("switches"));
  ASSERT_TRUE(exits.ok());
  EXPECT_TRUE(exits->tail_calls.empty());
  EXPECT_EQ(exits->returns.size(), 1u);
  exits = function_exits(sites_.code(), sites_.place("goes_to_label"));
  ASSERT_TRUE(exits.ok());
  EXPECT_TRUE(exits->tail_calls.empty());
}

TEST_F(SiteChoiceTest, CodeThatCannotBeDecodedHasNoKnownExits) {
  auto exits = function_exits(sites_.code(), sites_.place("broken"));
  ASSERT_FALSE(exits.ok());
  EXPECT_EQ(
      exits.error().message,
      "the code of broken could not be decoded behind +0x2 of its 0x5 bytes, so that the places where it "
      "returns are not all known");
}

TEST(SiteChoice, FilesWithoutSymbolsAndUnwindInformationKeepTheirPlaces) {
  SiteFixture bare("sites_without_symbols");
  SiteFixture sites("sites");
  if (!bare.ready()) GTEST_SKIP() << "the fixtures are x86-64 code";
  FoundPlace place = sites.place("endbr_push");
  place.function_vaddr = place.function_size = 0;
  EXPECT_EQ(choose_site(bare.code(), place, {}, false).slid_by, 0u);
  EXPECT_FALSE(function_exits(bare.code(), place).ok());
}

TEST(SiteChoice, Arm64HasExitsButNoCheaperPlaces) {
  // paciasp; cbz x0, 3f; b.eq 2f; br x16; 2: ret; 3: b beyond
  const std::vector<uint32_t> words{0xd503233f, 0xb4000080, 0x54000040, 0xd61f0200, 0xd65f03c0, 0x14000100};
  std::vector<uint8_t> bytes;
  for (uint32_t word : words)
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<uint8_t>(word >> shift));
  CodeFile file(bytes, EM_AARCH64);
  FileCode code(file);
  FoundPlace place;
  place.vaddr = place.function_vaddr = 0x1000;
  place.function_size = bytes.size();
  place.is_function_entry = true;
  EXPECT_EQ(choose_site(code, place, {}, false).slid_by, 0u);
  auto exits = function_exits(code, place);
  ASSERT_TRUE(exits.ok()) << render(exits.error());
  EXPECT_EQ(exits->returns, std::vector<uint64_t>{0x1010});
  EXPECT_EQ(exits->tail_calls, (std::vector<uint64_t>{0x100c, 0x1014}));
}

TEST(SiteChoice, AnyBytesAreJudgedWithoutACrash) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<uint8_t> bytes(random() % 96);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    for (uint16_t machine : {EM_X86_64, EM_386, EM_AARCH64}) {
      CodeFile file(bytes, machine);
      FileCode code(file);
      FoundPlace place;
      place.vaddr = place.function_vaddr = 0x1000 + random() % 4;
      place.function_size = random() % 3 == 0 ? UINT64_MAX - random() % 9 : random() % 128;
      place.is_function_entry = true;
      const SiteChoice choice = choose_site(code, place, {}, false);
      EXPECT_LE(choice.slid_by, 32u);
      (void)function_exits(code, place).ok();
    }
  }
}

bool is_own_or_strconv(const std::string& name) {
  return name.compare(0, 8, "strconv.") == 0 || name.compare(0, 5, "main.") == 0;
}

TEST(SiteChoice, GoFunctionsReturnInSeveralPlaces) {
  const std::string path = UPROAR_SITE_FIXTURES "/returns_go";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no Go compiler";
  auto file = ElfFile::open(path);
  ASSERT_TRUE(file.ok()) << render(file.error());
  auto symbols = (*file)->symbols();
  ASSERT_TRUE(symbols.ok());
  FileCode code(**file);
  size_t functions = 0;
  size_t returns = 0;
  size_t restarts = 0;
  for (const ElfSymbol& symbol : **symbols) {
    if (!symbol.is_function || symbol.size == 0 || !is_own_or_strconv(symbol.name)) continue;
    FoundPlace place;
    place.vaddr = place.function_vaddr = symbol.vaddr;
    place.function_size = symbol.size;
    place.symbol = symbol.name;
    auto exits = function_exits(code, place);
    ASSERT_TRUE(exits.ok()) << render(exits.error());
    std::vector<uint64_t> expected;
    const std::string range =
        fmt::format("--start-address={} --stop-address={}", symbol.vaddr, symbol.vaddr + symbol.size);
    for (const std::string& line :
         oracle::lines_of("objdump -dw --no-show-raw-insn " + range + " '" + path + "'")) {
      const size_t colon = line.find(":\t");
      if (colon == std::string::npos || line.compare(colon + 2, 3, "ret") != 0) continue;
      expected.push_back(std::stoull(line, nullptr, 16));
    }
    EXPECT_EQ(exits->returns, expected) << symbol.name;
    // The jump behind runtime.morestack goes to the entry.
    for (const InstructionEffects& each : code.decode({symbol.vaddr, symbol.size}).instructions)
      restarts += each.flow == InstructionEffects::Flow::Jump && each.target == symbol.vaddr;
    ++functions;
    returns += exits->returns.size();
    if (functions == 60) break;
  }
  EXPECT_GT(returns, functions);
  EXPECT_GT(restarts, functions / 2);
}

}  // namespace
}  // namespace uproar
