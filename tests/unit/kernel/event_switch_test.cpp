#include "kernel/event_switch.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "support/fake_folder.h"

namespace uproar {
namespace {

// Files take what is written and say no more; what the kernel refuses is a file that cannot be written to. A write
// of the kernel's files replaces all, one of a common file only its beginning: "0" onto "1" is "0" in both.
class EventSwitch : public ::testing::Test {
 protected:
  EventSwitch() {
    for (const char* name : {"a", "b", "c"}) {
      ListedEvent event;
      event.group = "g";
      event.name = name;
      events_.push_back(event);
    }
    for (const ListedEvent& event : events_) chosen_.push_back(&event);
  }
  void put(const std::string& event, const std::string& enable, const std::string& filter) {
    fake_.put("events/g/" + event + "/enable", enable);
    fake_.put("events/g/" + event + "/filter", filter);
  }
  // Whoever writes to it is told EISDIR.
  void refuse(const std::string& event, const std::string& file) {
    const std::string name = "events/g/" + event + "/" + file;
    std::filesystem::remove(fake_.path(name));
    fake_.make(name);
  }
  std::string enabled(const std::string& event) { return fake_.get("events/g/" + event + "/enable"); }
  std::string filter(const std::string& event) { return fake_.get("events/g/" + event + "/filter"); }

  FakeFolder fake_;
  TraceBuffer buffer_{Tracefs(fake_.root()), Tracefs(fake_.root())};
  std::vector<ListedEvent> events_;
  std::vector<const ListedEvent*> chosen_;
};

TEST_F(EventSwitch, AllGoOnWithTheFilter) {
  for (const char* event : {"a", "b", "c"}) put(event, "0", "");
  ASSERT_TRUE(enable_events(buffer_, chosen_, "x > 1").ok());
  for (const char* event : {"a", "b", "c"}) {
    EXPECT_EQ(enabled(event), "1");
    EXPECT_EQ(filter(event), "x > 1");
  }
}

TEST_F(EventSwitch, WithoutAFilterTheOneThatIsThereStays) {
  for (const char* event : {"a", "b", "c"}) put(event, "0", "x > 1");
  ASSERT_TRUE(enable_events(buffer_, chosen_, "").ok());
  EXPECT_EQ(filter("a"), "x > 1");
}

TEST_F(EventSwitch, AllGoOffAndLoseTheirFilters) {
  for (const char* event : {"a", "b", "c"}) put(event, "1", "1");
  ASSERT_TRUE(disable_events(buffer_, chosen_).ok());
  for (const char* event : {"a", "b", "c"}) {
    EXPECT_EQ(enabled(event), "0");
    EXPECT_EQ(filter(event), "0");
  }
}

TEST_F(EventSwitch, WhatWasOffGoesOffAgainWhenALaterOneIsRefused) {
  put("a", "0", "");
  put("b", "1", "");
  put("c", "0", "");
  refuse("c", "enable");
  const auto switched = enable_events(buffer_, chosen_, "");
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(switched.error().sys_errno, EISDIR);
  EXPECT_EQ(enabled("a"), "0");
  EXPECT_EQ(enabled("b"), "1");
}

TEST_F(EventSwitch, FiltersComeBackToo) {
  put("a", "0", "old1 == 1");
  put("b", "0", "");
  put("c", "0", "");
  refuse("c", "filter");
  ASSERT_FALSE(enable_events(buffer_, chosen_, "new > 22!").ok());
  EXPECT_EQ(enabled("a"), "0");
  EXPECT_EQ(filter("a"), "old1 == 1");
  EXPECT_EQ(filter("b"), "0ew > 22!");  // "0" is no filter to the kernel
}

TEST_F(EventSwitch, WhatWasOnGoesOnAgainWithItsFilterWhenALaterOneCannotGoOff) {
  put("a", "1", "x == 17");
  put("b", "0", "");
  put("c", "1", "");
  refuse("c", "enable");
  const auto switched = disable_events(buffer_, chosen_);
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(enabled("a"), "1");
  EXPECT_EQ(filter("a"), "x == 17");
  EXPECT_EQ(enabled("b"), "0");
}

TEST_F(EventSwitch, TheRefusedOneIsPutBackWhereItWasHalfSwitched) {
  put("a", "1", "");
  refuse("a", "filter");
  ASSERT_FALSE(disable_events(buffer_, {chosen_[0]}).ok());
  EXPECT_EQ(enabled("a"), "0");  // its filter cannot be written in either direction, and that is told:
  EXPECT_NE(disable_events(buffer_, {chosen_[0]}).error().message.find("; g/a could not be switched"),
            std::string::npos);
}

TEST_F(EventSwitch, AnEventThatIsGoneIsNotPutBackAndNotToldOf) {
  put("a", "1", "");
  const auto switched = disable_events(buffer_, chosen_);  // b is not there
  ASSERT_FALSE(switched.ok());
  EXPECT_EQ(switched.error().message, "there is no event g/b");
  EXPECT_EQ(enabled("a"), "1");
}

}  // namespace
}  // namespace uproar
