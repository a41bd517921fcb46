#include "kernel/tracefs/trace_buffer.h"

#include <gtest/gtest.h>

#include "support/fake_folder.h"

namespace uproar {
namespace {

class TraceBufferTest : public ::testing::Test {
 protected:
  FakeFolder fake_;
  Tracefs tracefs_{fake_.root()};
  TraceBuffer main_buffer_{tracefs_, tracefs_};
};

TEST_F(TraceBufferTest, MainBufferHasItsFilesInTheTopFolder) {
  fake_.put("events/g/e/enable", "0");
  EXPECT_TRUE(main_buffer_.enable("g", "e").ok());
  EXPECT_EQ(fake_.get("events/g/e/enable"), "1");
}

TEST_F(TraceBufferTest, StateIsWhatTheFilesSay) {
  fake_.put("events/g/e/enable", "1\n");
  fake_.put("events/g/e/filter", "fd == 3\n");
  EventState state = main_buffer_.event_state("g", "e");
  EXPECT_TRUE(state.enabled);
  EXPECT_EQ(state.filter, "fd == 3");
}

TEST_F(TraceBufferTest, EventWithTriggersIsOn) {
  fake_.put("events/g/e/enable", "1*\n");
  EXPECT_TRUE(main_buffer_.event_state("g", "e").enabled);
  fake_.put("events/g/e/enable", "0*\n");
  EXPECT_FALSE(main_buffer_.event_state("g", "e").enabled);
}

TEST_F(TraceBufferTest, NoFilterAndARefusedFilterAreNone) {
  fake_.put("events/g/e/filter", "none\n");
  EXPECT_EQ(main_buffer_.event_state("g", "e").filter, "");
  fake_.put("events/g/e/filter", "foo == 1\n    ^\nparse_error: Field not found\n");
  EXPECT_EQ(main_buffer_.event_state("g", "e").filter, "");
}

TEST_F(TraceBufferTest, StateOfNoEventIsOff) {
  EXPECT_FALSE(main_buffer_.event_state("g", "none").enabled);
  EXPECT_EQ(main_buffer_.event_state("..", "e").filter, "");
}

TEST_F(TraceBufferTest, FormatIsReadWhole) {
  fake_.put("events/g/e/format", "name: e\nID: 7\n");
  EXPECT_EQ(main_buffer_.event_format("g", "e").value(), "name: e\nID: 7\n");
  EXPECT_EQ(main_buffer_.event_format("g", "none").error().message, "there is no event g/none");
}

}  // namespace
}  // namespace uproar
