#include "convert/exported_events.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "convert/kernel_format.h"

namespace uproar {
namespace {

EventInfo event_of(const std::string& name, uint16_t type, std::vector<Field> fields = {}) {
  EventInfo info;
  info.schema.group = "g";
  info.schema.name = name;
  info.schema.fields = std::move(fields);
  info.schema = packed_schema(info.schema);
  info.schema.kernel_type = type;
  info.schema.format = format_text(info.schema);
  return info;
}

StoredRecord record_of(uint32_t event, const std::vector<uint8_t>& bytes) {
  StoredRecord record;
  record.event = event;
  record.bytes = bytes;
  return record;
}

TEST(ExportedEvents, NumbersAreTheKernelsWhereTheyAreFree) {
  const std::vector<EventInfo> recorded = {event_of("a", 1500), event_of("b", 1500), event_of("c", 0)};
  ExportedEvents exported(recorded);
  ASSERT_EQ(exported.events().size(), 3u);
  EXPECT_EQ(exported.events()[0].type, 1500);
  EXPECT_EQ(exported.events()[1].type, 2000);
  EXPECT_EQ(exported.events()[2].type, 2001);
  EXPECT_NE(exported.events()[1].format.find("ID: 2000\n"), std::string::npos);
  EXPECT_FALSE(exported.too_many());
}

TEST(ExportedEvents, RecordsAsTheKernelHasThemGoOutAsTheyAre) {
  const std::vector<EventInfo> recorded = {event_of("a", 1500), event_of("b", 1500)};
  ExportedEvents exported(recorded);
  std::vector<uint8_t> bytes(16, 7);
  bytes[0] = 1500 & 255;
  bytes[1] = 1500 >> 8;
  auto out = exported.record(record_of(0, bytes));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->data(), bytes.data()) << "not even copied";
  out = exported.record(record_of(1, bytes));
  ASSERT_TRUE(out);
  EXPECT_EQ((*out)[0] | (*out)[1] << 8, 2000) << "but under the number that its event has now";
  EXPECT_EQ((*out)[2], 7);
  EXPECT_FALSE(exported.record(record_of(0, std::vector<uint8_t>(7))));
  EXPECT_FALSE(exported.record(record_of(9, bytes)));
}

TEST(ExportedEvents, TheSameEventOfAnotherInstanceHasOneFormat) {
  EventInfo other = event_of("a", 1500);
  other.instance = "one";
  const std::vector<EventInfo> recorded = {event_of("a", 1500), other};
  ExportedEvents exported(recorded);
  EXPECT_EQ(exported.events().size(), 1u);
  EXPECT_TRUE(exported.record(record_of(1, std::vector<uint8_t>(16))));
}

// Several functions of one event: which one it was is not in the kernel's record.
TEST(ExportedEvents, PlacesInSeveralFunctionsGiveAnArgument) {
  EventInfo event = event_of("a", 1500);
  event.sites = {{"/bin/x", 0x10, "one", 0, false, ""}, {"/bin/x", 0x20, "two", 0, false, ""}};
  const std::vector<EventInfo> recorded = {event};
  ExportedEvents exported(recorded);
  ASSERT_EQ(exported.events().size(), 1u);
  EXPECT_NE(exported.events()[0].format.find("symbol"), std::string::npos);
}

}  // namespace
}  // namespace uproar
