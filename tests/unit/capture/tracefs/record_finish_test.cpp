#include "capture/tracefs/record_finish.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"

namespace uproar {
namespace {

// A record of an event without arguments, hit at this address.
std::vector<uint8_t> record_at(uint64_t address) {
  ByteWriter record;
  record.u64(7);
  record.u64(address);
  return {record.view().begin(), record.view().end()};
}

// An event whose places were asked for at `offsets`, and whose probes lie so far behind them.
ArmedEvent event_at(const std::vector<uint64_t>& offsets, const std::vector<uint64_t>& slid_by) {
  ArmedEvent event;
  event.info.schema.name = "e";
  event.slid_by = slid_by;
  for (uint64_t offset : offsets) event.info.sites.push_back({"/bin/t", offset, "", 0, false, ""});
  return event;
}

uint64_t address_of(std::span<const uint8_t> record) {
  uint64_t address = 0;
  for (size_t i = 0; i < 8; ++i) address |= uint64_t{record[8 + i]} << (8 * i);
  return address;
}

uint64_t finished(const ArmedEvent& event, uint64_t address) {
  RecordFinish finish({event});
  return address_of(finish.finish(0, record_at(address)));
}

TEST(RecordFinish, RecordThatNeedsNothingIsHandedOnItself) {
  RecordFinish finish({event_at({0x1000}, {0})});
  const auto record = record_at(0x401000);
  EXPECT_EQ(finish.finish(0, record).data(), record.data());
  EXPECT_EQ(finish.finish(9, record).data(), record.data());  // of no event that is known
}

TEST(RecordFinish, AddressIsThatOfThePlaceThatWasAskedFor) {
  EXPECT_EQ(finished(event_at({0x1000}, {4}), 0x401004), 0x401000u);
}

TEST(RecordFinish, PlaceIsToldByTheLastBitsOfTheAddress) {
  const ArmedEvent event = event_at({0x1000, 0x2100, 0x3200}, {4, 0, 7});
  EXPECT_EQ(finished(event, 0x7f0000001004), 0x7f0000001000u);
  EXPECT_EQ(finished(event, 0x7f0000002100), 0x7f0000002100u);
  EXPECT_EQ(finished(event, 0x7f0000003207), 0x7f0000003200u);
}

TEST(RecordFinish, AddressStaysWhereTwoPlacesWouldMoveItDifferently) {
  const ArmedEvent event = event_at({0x1000, 0x2ffd}, {4, 7});
  EXPECT_EQ(finished(event, 0x401004), 0x401004u);
}

TEST(RecordFinish, AddressStaysWhereNoPlaceFits) {
  EXPECT_EQ(finished(event_at({0x1000, 0x2000}, {4, 8}), 0x401abc), 0x401abcu);
}

TEST(RecordFinish, ReturnProbesFunctionIsMovedToo) {
  ArmedEvent event = event_at({0x1000}, {4});
  event.info.schema.is_return = true;
  RecordFinish finish({event});
  auto record = record_at(0x401004);
  record.resize(24, 0x11);
  const auto done = finish.finish(0, record);
  EXPECT_EQ(address_of(done), 0x401000u);
  EXPECT_EQ(done[16], 0x11);
}

TEST(RecordFinish, RecordTooShortForAnAddressIsLeftAlone) {
  RecordFinish finish({event_at({0x1000}, {4})});
  const std::vector<uint8_t> cut(12, 0x22);
  const auto done = finish.finish(0, cut);
  EXPECT_EQ(std::vector<uint8_t>(done.begin(), done.end()), cut);
}

TEST(RecordFinish, PointersThatWereOnlyFollowedAreTakenOut) {
  ArmedEvent event = event_at({0x1000}, {0});
  event.info.schema.fields = {{"value", Field::Kind::Unsigned, 8, 0, 16},
                              {"__via_1", Field::Kind::Unsigned, 8, 0, 24}};
  auto record = record_at(0x401000);
  record.resize(32, 0x33);
  RecordFinish finish({event});
  const auto done = finish.finish(0, record);
  EXPECT_EQ(std::vector<uint8_t>(done.begin(), done.begin() + 24),
            std::vector<uint8_t>(record.begin(), record.begin() + 24));
  Presentation presentation(event.info.schema);
  Event before;
  Event after;
  presentation.decode(record, before);
  const std::vector<uint8_t> kept(done.begin(), done.end());
  presentation.decode(kept, after);
  EXPECT_EQ(before.values[0].bits, after.values[0].bits);
  EXPECT_NE(kept, record);
}

}  // namespace
}  // namespace uproar
