#include "replay/styles/script_fields.h"

#include <gtest/gtest.h>

#include "support/sample_event.h"

namespace uproar {
namespace {

std::vector<EventInfo> events(bool stacks = false) {
  std::vector<EventInfo> list = {test::event_info("g", "e"), test::event_info("g", "f")};
  list[1].has_stacks = stacks;
  return list;
}

ScriptFields chosen(const std::vector<std::string>& arguments, bool recorded_stacks = false,
                    bool stacks = true) {
  auto fields = choose_fields(arguments, events(recorded_stacks), stacks);
  EXPECT_TRUE(fields.ok()) << render(fields.error());
  return fields.ok() ? *fields : 0;
}

std::string complaint(const std::vector<std::string>& arguments) {
  auto fields = choose_fields(arguments, events(), true);
  return fields.ok() ? "none" : fields.error().message;
}

TEST(ScriptFields, DefaultIsThatOfTracepoints) {
  EXPECT_EQ(chosen({}), kDefaultFields);
}

TEST(ScriptFields, RecordedCallChainsAddTheirFields) {
  EXPECT_EQ(chosen({}, true), kDefaultFields | kStackFields);
  EXPECT_EQ(chosen({}, true, false), kDefaultFields);
}

TEST(ScriptFields, AnyChoiceSwitchesTheAutomaticFieldsOff) {
  EXPECT_EQ(chosen({"+pid"}, true), kDefaultFields | kFieldPid);
  EXPECT_EQ(chosen({"-comm"}, true), kDefaultFields & ~kFieldComm);
  EXPECT_EQ(chosen({"+ip,+sym,+pid"}, true), kDefaultFields | kFieldPid | kFieldIp | kFieldSym);
}

TEST(ScriptFields, FlagsAreNoChoice) {
  EXPECT_EQ(chosen({"+flags"}, true), kDefaultFields | kStackFields | kFieldFlags);
}

TEST(ScriptFields, ListReplacesAndPlusAndMinusChange) {
  EXPECT_EQ(chosen({"tid,comm"}), kFieldComm | kFieldTid);
  EXPECT_EQ(chosen({"comm", "pid"}), uint32_t{kFieldPid});
  EXPECT_EQ(chosen({"comm,tid", "+time,-tid"}), kFieldComm | kFieldTime);
  EXPECT_EQ(chosen({"+pid,-pid"}), kDefaultFields);
}

TEST(ScriptFields, TypesOtherThanTracepointsChangeNothing) {
  EXPECT_EQ(chosen({"hw:comm"}, true), kDefaultFields | kStackFields);
  EXPECT_EQ(chosen({"trace:comm"}), uint32_t{kFieldComm});
  EXPECT_EQ(chosen({"trace:+pid"}), kDefaultFields | kFieldPid);
}

TEST(ScriptFields, FieldsThatPerfPrintsNothingForAreTaken) {
  EXPECT_EQ(chosen({"+brstack,+synth,+metric"}), kDefaultFields);
}

TEST(ScriptFields, ComplaintsArePerfs) {
  EXPECT_EQ(complaint({"foo"}), "Invalid field requested.");
  EXPECT_EQ(complaint({"comm,+tid"}), "Cannot mix +-field with overridden fields");
  EXPECT_EQ(complaint({"+tid,comm"}), "Cannot mix +-field with overridden fields");
  EXPECT_EQ(complaint({"x:comm"}), "Invalid event type in field string.");
  EXPECT_EQ(complaint({""}), "Cannot set fields to 'none' for all event types.");
  EXPECT_EQ(complaint({"+addr"}),
            "Samples for 'g:e' event do not have ADDR attribute set. Cannot print 'addr' field.");
  EXPECT_EQ(complaint({"symoff"}), "Display of offsets requested but symbol is not selected.");
  EXPECT_EQ(complaint({"+insn"}),
            "Cannot print 'insn' field: it is read from the binary, and a recording holds none");
}

}  // namespace
}  // namespace uproar
