#include "select/selection.h"

#include <gtest/gtest.h>

#include "support/process_picture.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

SiteInfo site(uint64_t file_offset, std::string symbol) {
  SiteInfo info;
  info.file_offset = file_offset;
  info.symbol = std::move(symbol);
  return info;
}

std::vector<EventInfo> events() {
  std::vector<EventInfo> list = {test::event_info("app", "open", {test::field("n", Field::Kind::Signed)}),
                                 test::event_info("app", "close"), test::event_info("lib", "open", {}, true)};
  list[0].sites = {site(0x11e9, "first"), site(0x1200, "second")};
  list[1].sites = {site(0x9999, "shut")};
  return list;
}

Selection made(const SelectionRequest& request, const SymbolNames* names = nullptr) {
  static const std::vector<EventInfo> list = events();
  auto selection = Selection::make(request, test::selectable(list), names);
  if (!selection.ok()) ADD_FAILURE() << render(selection.error());
  return selection.ok() ? *selection : *Selection::make({}, test::selectable(list), nullptr);
}

// Numbers of the events that pass.
std::string passing(const Selection& selection) {
  std::string text;
  for (uint32_t i = 0; i < 3; ++i) text += selection.wants_record(i, 1) ? std::to_string(i) : "";
  return text;
}

bool passes(const SelectionRequest& request, const Event& event, uint32_t number = 0) {
  return made(request).wants(number, event);
}

Event hit() {
  static const std::vector<EventInfo> list = events();
  return test::event_of(list[0], {test::number(5)});
}

TEST(Selection, WithoutARequestEverythingPasses) {
  EXPECT_EQ(passing(made({})), "012");
  EXPECT_TRUE(passes({}, hit()));
}

TEST(Selection, EventsByPattern) {
  EXPECT_EQ(passing(made({.events = {"open"}})), "02");
  EXPECT_EQ(passing(made({.events = {"app:*"}})), "01");
  EXPECT_EQ(passing(made({.events = {"app/close", "lib:open"}})), "12");
}

TEST(Selection, PatternThatNamesNothingIsAnError) {
  const std::vector<EventInfo> list = events();
  auto selection = Selection::make({.events = {"open", "read*"}}, test::selectable(list), nullptr);
  ASSERT_FALSE(selection.ok());
  EXPECT_EQ(render(selection.error()),
            "error: no event of the recording is called read*\n  help: uproar info lists its events\n");
}

TEST(Selection, CpusAndUnknownCpus) {
  const Selection selection = made({.cpus = {0, 2}});
  EXPECT_TRUE(selection.wants_record(0, 0));
  EXPECT_FALSE(selection.wants_record(0, 1));
  EXPECT_TRUE(selection.wants_record(0, 2));
  EXPECT_FALSE(selection.wants_record(0, 3));
  EXPECT_TRUE(selection.wants_record(0, kUnknownCpu));
}

TEST(Selection, TasksByNumberAndName) {
  EXPECT_TRUE(passes({.pids = {7, 10212}}, hit()));
  EXPECT_FALSE(passes({.pids = {7}}, hit()));
  EXPECT_TRUE(passes({.tids = {10212}}, hit()));
  EXPECT_FALSE(passes({.pids = {10212}, .tids = {1}}, hit()));
  EXPECT_TRUE(passes({.comms = {"other", "replay_target"}}, hit()));
  EXPECT_FALSE(passes({.comms = {"replay"}}, hit()));
}

TEST(Selection, TasksWithoutANameHaveTheirPrintedOne) {
  Event event = hit();
  event.comm = {};
  EXPECT_TRUE(passes({.comms = {":10212"}}, event));
  event.tid = 0;
  EXPECT_TRUE(passes({.comms = {"swapper"}}, event));
}

TEST(Selection, FunctionByThePlaceThatWasHit) {
  Event event = hit();
  event.place = 1;
  EXPECT_TRUE(passes({.symbols = {"second"}}, event));
  EXPECT_FALSE(passes({.symbols = {"first"}}, event));
}

TEST(Selection, FunctionByTheAddressWherePlacesAreNotNumbered) {
  EXPECT_TRUE(passes({.symbols = {"first"}}, hit()));
  EXPECT_FALSE(passes({.symbols = {"second"}}, hit()));
  EXPECT_TRUE(passes({.symbols = {"shut"}}, hit(), 1));
}

TEST(Selection, FunctionByTheNamesOfTheRecording) {
  const std::vector<MapInfo> maps = {test::map(10212, 0, 0x560ec4a48000, 0x1000, 0x1000, "/bin/target")};
  const std::vector<AddressNames> names = {{"/bin/target", "", {test::name(0x11e9, "take", 0)}}};
  const SymbolNames symbols(maps, names, {});
  EXPECT_TRUE(made({.symbols = {"take"}}, &symbols).wants(2, hit()));
  EXPECT_FALSE(made({.symbols = {"give"}}, &symbols).wants(2, hit()));
}

TEST(Selection, FilterIsForTheWantedEvents) {
  EXPECT_TRUE(passes({.filter = "n > 4"}, hit()));
  EXPECT_FALSE(passes({.filter = "n > 5"}, hit()));
  const std::vector<EventInfo> list = events();
  EXPECT_FALSE(
      Selection::make({.events = {"close"}, .filter = "n > 5"}, test::selectable(list), nullptr).ok());
}

}  // namespace
}  // namespace uproar
