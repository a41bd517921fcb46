#include "resolve/hazards/place_hazards.h"

#include <gtest/gtest.h>

#include "binary/code/instruction_cost.h"
#include "binary/code/instructions.h"
#include "binary/elf/address.h"
#include "resolve/hazards/hazards.h"
#include "support/site_fixture.h"

namespace uproar {
namespace {

using Level = Hazard::Level;

// A probe on `names` of a fixture, and its hazards.
class Probed {
 public:
  explicit Probed(SiteFixture& fixture) : fixture_(fixture) {}

  Probed& at(const std::string& name, uint64_t offset = 0) {
    FoundPlace place = fixture_.place(name, offset);
    ProbeSite site;
    site.file_offset = file_offset_of(fixture_.file().segments(), place.vaddr).value_or(0);
    site.symbol = name;
    site.symbol_offset = offset;
    const auto bytes = fixture_.code().bytes(place.vaddr, 15);
    const auto found = disassemble(bytes, place.vaddr, *fixture_.code().set(), 1);
    const bool optimised = !found.empty() && judge_instruction(found[0].bytes, *fixture_.code().set()).cost ==
                                                 InstructionCost::Optimised;
    site.cost = optimised ? SiteCost::Optimised : SiteCost::Emulated;
    plan_.sites.push_back(site);
    places_.push_back(place);
    return *this;
  }
  Probed& returning() {
    plan_.is_return = true;
    return *this;
  }
  Hazards hazards(const char* release = "6.18.44-fc", bool with_places = true) {
    return find_hazards({plan_, fixture_.code(), with_places ? places_ : FoundPlaces{}, release});
  }

 private:
  SiteFixture& fixture_;
  ProbePlan plan_;
  FoundPlaces places_;
};

class PlaceHazardsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sites_.ready() || !throws_.ready()) GTEST_SKIP() << "the fixtures are x86-64 code";
  }
  Probed probe(const std::string& name, uint64_t offset = 0) { return Probed(sites_).at(name, offset); }
  // Refused, Note or Detail of the exception hazard of a return probe, or "none".
  std::string exception(const std::string& name) {
    for (const Hazard& each : Probed(throws_).at(name).returning().hazards()) {
      if (each.kind != HazardKind::ExceptionThroughReturn) continue;
      EXPECT_EQ(each.overridable, each.level == Level::Refused);
      return each.level == Level::Refused ? "refused" : each.level == Level::Note ? "note" : "detail";
    }
    return "none";
  }
  SiteFixture sites_{"sites"};
  SiteFixture throws_{"throws"};
};

TEST_F(PlaceHazardsTest, PlainPlacesHaveNone) {
  EXPECT_TRUE(probe("push_first").hazards().empty());
  EXPECT_TRUE(probe("push_first").returning().hazards().empty());
  EXPECT_TRUE(probe("nop_first").hazards().empty());
}

TEST_F(PlaceHazardsTest, OptimisedNopAboveARedZoneIsRefused) {
  auto hazards = probe("red_zone", 5).hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::RedZone);
  EXPECT_EQ(hazards[0].level, Level::Refused);
  EXPECT_TRUE(hazards[0].overridable);
  EXPECT_EQ(hazards[0].message,
            "red_zone: this kernel turns a probe on the 5-byte nop into a call, which overwrites the stack "
            "below the "
            "stack pointer, where this function keeps values");
  EXPECT_EQ(probe("red_zone", 5).hazards("6.18.44-fc", false).size(), 1u);
  EXPECT_EQ(probe("red_zone_by_frame", 8).hazards().size(), 1u);
  EXPECT_TRUE(probe("claimed_frame", 12).hazards().empty());
  EXPECT_TRUE(probe("red_zone", 5).hazards("6.17.0").empty());
  EXPECT_TRUE(probe("red_zone").hazards().empty());
}

TEST_F(PlaceHazardsTest, ReturnProbeInsideAFunctionIsRefused) {
  auto hazards = probe("makes_room", 4).returning().hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::ReturnInsideFunction);
  EXPECT_EQ(hazards[0].level, Level::Refused);
  EXPECT_TRUE(hazards[0].overridable);
  EXPECT_TRUE(probe("makes_room", 4).hazards().empty());
  // The return address is still on top.
  EXPECT_TRUE(probe("endbr_push", 4).returning().hazards().empty());
}

TEST_F(PlaceHazardsTest, RecursionIsTold) {
  auto hazards = probe("recursive").returning().hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::DeepRecursion);
  EXPECT_EQ(hazards[0].level, Level::Note);
  EXPECT_TRUE(probe("recursive").hazards().empty());
}

TEST_F(PlaceHazardsTest, SeccompKillsOnSomeKernels) {
  for (const char* release : {"6.11.0", "6.12.5-1-generic", "6.13"}) {
    auto hazards = probe("push_first").returning().hazards(release);
    ASSERT_EQ(hazards.size(), 1u) << release;
    EXPECT_EQ(hazards[0].kind, HazardKind::SeccompReturn);
  }
  EXPECT_TRUE(probe("push_first").returning().hazards("6.10.2").empty());
  EXPECT_TRUE(probe("push_first").returning().hazards("6.14.0").empty());
  EXPECT_TRUE(probe("push_first").returning().hazards("").empty());
  EXPECT_TRUE(probe("push_first").hazards("6.12.5").empty());
}

TEST_F(PlaceHazardsTest, ExceptionsThatCrossAReturnProbe) {
  EXPECT_EQ(exception("_Z4leafi"), "none");
  EXPECT_EQ(exception("_Z6throwsi"), "refused");
  EXPECT_EQ(exception("_Z12throws_aparti"), "refused");
  EXPECT_EQ(exception("_Z6passesi"), "refused");
  EXPECT_EQ(exception("_Z4taili"), "refused");
  EXPECT_EQ(exception("_Z6cannoti"), "none");
  EXPECT_EQ(exception("_Z6cleansi"), "refused");
  EXPECT_EQ(exception("_Z15catches_stringsi"), "refused");
  EXPECT_EQ(exception("by_c_name"), "note");
  EXPECT_EQ(exception("main"), "none");
}

TEST_F(PlaceHazardsTest, OneHazardForManyPlaces) {
  Probed probed(throws_);
  probed.at("_Z6passesi").at("_Z4taili").at("_Z4leafi").at("_Z6cleansi").returning();
  auto hazards = probed.hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_NE(hazards[0].message.find("_Z6passesi"), std::string::npos);
  EXPECT_NE(hazards[0].message.find("(and 2 more like it)"), std::string::npos);
}

TEST(PlaceHazards, GoEntriesThatBeginAgainAreTold) {
  SiteFixture go("returns_go");
  if (!go.ready()) GTEST_SKIP() << "no Go compiler";
  auto hazards = Probed(go).at("main.depth").hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::GoEntryTwice);
  EXPECT_EQ(hazards[0].level, Level::Note);
  hazards = Probed(go).at("main.depth").returning().hazards();
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::GoReturn);
  EXPECT_EQ(hazards[0].level, Level::Refused);
}

TEST(PlaceHazards, LibrariesInCHaveNoHazardForReturns) {
  for (const char* path : {"/bin/bash", "/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6"}) {
    if (!std::filesystem::exists(path)) continue;
    auto file = ElfFile::open(path);
    ASSERT_TRUE(file.ok());
    FileCode code(**file);
    auto symbols = (*file)->symbols();
    ASSERT_TRUE(symbols.ok());
    for (const char* name : {"readline", "malloc", "fopen", "qsort"}) {
      for (const ElfSymbol* symbol : find_by_name(**symbols, name)) {
        if (!symbol->is_function || symbol->size == 0) continue;
        ProbePlan plan;
        plan.is_return = true;
        ProbeSite site;
        site.file_offset = file_offset_of((*file)->segments(), symbol->vaddr).value_or(0);
        site.symbol = name;
        plan.sites.push_back(site);
        auto hazards = find_hazards({plan, code, {}, "6.18.44"});
        EXPECT_TRUE(hazards.empty()) << name << ": " << hazards[0].message;
      }
    }
  }
}

}  // namespace
}  // namespace uproar
