#include "event/perf_ring.h"

#include <gtest/gtest.h>

#include "event/little_endian.h"

namespace uproar {
namespace {

class PerfRingTest : public testing::Test {
 protected:
  // A record of `size` bytes that says to have `told` bytes, at a position of the ring.
  void put(uint64_t position, uint32_t type, size_t size, uint16_t told) {
    std::vector<uint8_t> record(size, static_cast<uint8_t>(type));
    store_little_endian<uint32_t>(record.data(), type);
    store_little_endian<uint16_t>(record.data() + 4, 0);
    store_little_endian<uint16_t>(record.data() + 6, told);
    for (size_t i = 0; i < size; ++i) ring_[(position + i) % ring_.size()] = record[i];
  }
  std::vector<uint8_t> ring_ = std::vector<uint8_t>(64);
  std::vector<uint8_t> scratch_;
  std::span<const uint8_t> record_;
};

TEST_F(PerfRingTest, RecordsComeOneByOne) {
  put(128, 3, 16, 16);
  put(144, 9, 24, 24);
  PerfRingRecords records(ring_, 128, 168, scratch_);
  ASSERT_TRUE(records.next(record_));
  EXPECT_EQ(record_.size(), 16u);
  ASSERT_TRUE(records.next(record_));
  EXPECT_EQ(read_perf_header(record_).type, 9u);
  EXPECT_FALSE(records.next(record_));
  EXPECT_EQ(records.status(), PerfStatus::Ok);
  EXPECT_EQ(records.position(), 168u);
}

TEST_F(PerfRingTest, OneAcrossTheEndIsPutTogether) {
  put(64 + 48, 9, 32, 32);
  PerfRingRecords records(ring_, 112, 144, scratch_);
  ASSERT_TRUE(records.next(record_));
  ASSERT_EQ(record_.size(), 32u);
  EXPECT_EQ(read_perf_header(record_).type, 9u);
  EXPECT_EQ(record_[31], 9);
}

TEST_F(PerfRingTest, HeaderAcrossTheEnd) {
  put(60, 9, 16, 16);
  PerfRingRecords records(ring_, 60, 76, scratch_);
  ASSERT_TRUE(records.next(record_));
  EXPECT_EQ(read_perf_header(record_).size, 16u);
}

TEST_F(PerfRingTest, WhatMakesNoSenseEndsTheLook) {
  for (const uint16_t told : {0, 7, 25, 65535}) {
    put(0, 9, 24, told);
    PerfRingRecords records(ring_, 0, 24, scratch_);
    EXPECT_FALSE(records.next(record_)) << told;
    EXPECT_EQ(records.status(), PerfStatus::RecordShorterThanHeader);
    EXPECT_EQ(records.position(), 24u);
  }
  PerfRingRecords short_of_a_header(ring_, 0, 4, scratch_);
  EXPECT_FALSE(short_of_a_header.next(record_));
  EXPECT_EQ(short_of_a_header.status(), PerfStatus::RecordShorterThanHeader);
  PerfRingRecords more_than_fits(ring_, 0, 65, scratch_);
  EXPECT_FALSE(more_than_fits.next(record_));
  EXPECT_EQ(more_than_fits.position(), 65u);
}

TEST_F(PerfRingTest, AnEmptyRingHasNone) {
  PerfRingRecords records(ring_, 640, 640, scratch_);
  EXPECT_FALSE(records.next(record_));
  EXPECT_EQ(records.status(), PerfStatus::Ok);
}

}  // namespace
}  // namespace uproar
