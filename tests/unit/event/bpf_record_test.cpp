#include "event/bpf_record.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "event/little_endian.h"
#include "event/record_decoder.h"

namespace uproar {
namespace {

constexpr uint32_t kHead = sizeof(uproar_record);

// A program's record, put together piece by piece.
class Made {
 public:
  explicit Made(size_t fixed) : bytes_(fixed) {}
  template <typename T>
  Made& at(size_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
    return *this;
  }
  Made& text(size_t offset, const std::string& text) {
    at(offset, uproar_text{static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size() + 1)});
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.push_back(0);
    return *this;
  }
  const std::vector<uint8_t>& bytes() {
    at(0, uproar_record{.time = 77,
                        .pid_tgid = uint64_t{40} << 32 | 42,
                        .cookie = UPROAR_COOKIE(0, 5),
                        .ip = 0x401000,
                        .cpu = 1,
                        .length = static_cast<uint32_t>(bytes_.size())});
    return bytes_;
  }

 private:
  std::vector<uint8_t> bytes_;
};

struct Rewritten {
  BpfRecordStatus status = BpfRecordStatus::Ok;
  std::vector<uint8_t> bytes;
  std::vector<uint64_t> stack;
};

Rewritten rewrite(const BpfLayout& layout, const std::vector<uint8_t>& record) {
  Rewritten out;
  uproar_record head{};
  out.status = read_bpf_head(record, head);
  if (out.status != BpfRecordStatus::Ok) return out;
  BpfRecordReader reader(layout);
  out.status = reader.read(record, head);
  out.bytes.assign(reader.bytes().begin(), reader.bytes().end());
  out.stack.assign(reader.stack().begin(), reader.stack().end());
  return out;
}

// a=%di:s32, s=+0(%si):string, and the three fields that only this back end has.
BpfLayout entry_layout(uint32_t longest_text = 0) {
  BpfLayout layout;
  layout.schema.fields = {{"a", Field::Kind::Signed, 4, 0, 16},
                          {"s", Field::Kind::String, 4, 0, 20},
                          {"__place", Field::Kind::Unsigned, 4, 0, 24},
                          {"__faults", Field::Kind::Hex, 8, 0, 28},
                          {"__cuts", Field::Kind::Hex, 8, 0, 36}};
  layout.faults_at = kHead;
  layout.fault_words = 1;
  layout.fields = {{BpfField::Kind::Number, kHead + 8, 0},
                   {BpfField::Kind::Text, kHead + 16, longest_text},
                   {BpfField::Kind::Place, 0, 0},
                   {BpfField::Kind::Faults, 0, 0},
                   {BpfField::Kind::Cuts, 0, 0}};
  layout.fixed_bytes = kHead + 24;
  return layout;
}

uint64_t cuts(const std::vector<uint8_t>& bytes) {
  return load_little_endian<uint64_t>(bytes.data() + 36);
}

TEST(BpfRecord, IsWhatTheRingWouldHaveHeld) {
  const BpfLayout layout = entry_layout();
  const auto out = rewrite(layout, Made(layout.fixed_bytes)
                                       .at(kHead, uint64_t{0})
                                       .at(kHead + 8, int32_t{-3})
                                       .text(kHead + 16, "hello")
                                       .bytes());
  ASSERT_EQ(out.status, BpfRecordStatus::Ok);
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.tid, 42);
  EXPECT_EQ(event.ip, 0x401000U);
  EXPECT_EQ(static_cast<int64_t>(event.values[0].bits), -3);
  EXPECT_EQ(event.values[1].text, "hello");
  EXPECT_EQ(event.values[2].bits, 5U);
  EXPECT_EQ(event.values[3].bits, 0U);
  EXPECT_EQ(event.values[4].bits, 0U);
}

TEST(BpfRecord, KeepsFaultBitsAndStringsThatCouldNotBeRead) {
  const BpfLayout layout = entry_layout();
  const auto out = rewrite(layout, Made(layout.fixed_bytes).at(kHead, uint64_t{3}).bytes());
  ASSERT_EQ(out.status, BpfRecordStatus::Ok);
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_TRUE(event.values[1].fault);
  EXPECT_EQ(event.values[3].bits, 3U);
}

TEST(BpfRecord, AnEmptyStringIsNoFault) {
  const BpfLayout layout = entry_layout();
  const auto out = rewrite(layout, Made(layout.fixed_bytes).text(kHead + 16, "").bytes());
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_FALSE(event.values[1].fault);
  EXPECT_EQ(event.values[1].text, "");
}

// Whether the character at the limit was the string's last, nobody knows.
TEST(BpfRecord, AStringThatReachesTheLimitIsCut) {
  const BpfLayout layout = entry_layout(8);
  const auto cut = rewrite(layout, Made(layout.fixed_bytes).text(kHead + 16, "1234567").bytes());
  Event event;
  ASSERT_EQ(decode_record(layout.schema, cut.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.values[1].text, "123456");
  EXPECT_EQ(cuts(cut.bytes), 2U);
  const auto whole = rewrite(layout, Made(layout.fixed_bytes).text(kHead + 16, "123456").bytes());
  ASSERT_EQ(decode_record(layout.schema, whole.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.values[1].text, "123456");
  EXPECT_EQ(cuts(whole.bytes), 0U);
}

TEST(BpfRecord, ReturnsHaveTwoAddresses) {
  BpfLayout layout;
  layout.schema.is_return = true;
  layout.function_at = kHead;
  layout.fixed_bytes = kHead + 8;
  const auto out = rewrite(layout, Made(layout.fixed_bytes).at(kHead, uint64_t{0x400500}).bytes());
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.ip, 0x400500U);
  EXPECT_EQ(event.return_ip, 0x401000U);
  // The program was called 4 bytes behind the function's beginning.
  uproar_record head{};
  head.ip = 0x401000;
  BpfRecordReader reader(layout);
  const auto record = Made(layout.fixed_bytes).at(kHead, uint64_t{0x400504}).bytes();
  ASSERT_EQ(reader.read(record, head, 4), BpfRecordStatus::Ok);
  ASSERT_EQ(decode_record(layout.schema, reader.bytes(), event), DecodeStatus::Ok);
  EXPECT_EQ(event.ip, 0x400500U);
  EXPECT_EQ(event.return_ip, 0x401000U);
}

TEST(BpfRecord, ArraysOfStringsHaveAReferenceEach) {
  BpfLayout layout;
  layout.schema.fields = {{"s", Field::Kind::String, 4, 2, 16}};
  layout.fields = {{BpfField::Kind::Text, kHead, 0}};
  layout.fixed_bytes = kHead + 16;
  const auto out =
      rewrite(layout, Made(layout.fixed_bytes).text(kHead, "one").text(kHead + 8, "two").bytes());
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.values[0].text, "one");
  EXPECT_EQ(event.values[1].text, "two");
}

TEST(BpfRecord, WhatTheRingCannotReferToIsCut) {
  BpfLayout layout = entry_layout();
  layout.schema.fields.push_back({"t", Field::Kind::String, 4, 0, 44});
  layout.schema.fields.push_back({"u", Field::Kind::String, 4, 0, 48});
  layout.fields.push_back({BpfField::Kind::Text, kHead + 24, 0});
  layout.fields.push_back({BpfField::Kind::Text, kHead + 32, 0});
  layout.fixed_bytes = kHead + 40;
  const std::string long_text(40000, 'x');
  const auto out = rewrite(layout, Made(layout.fixed_bytes)
                                       .text(kHead + 16, long_text)
                                       .text(kHead + 24, long_text)
                                       .text(kHead + 32, "more")
                                       .bytes());
  ASSERT_EQ(out.status, BpfRecordStatus::Ok);
  Event event;
  ASSERT_EQ(decode_record(layout.schema, out.bytes, event), DecodeStatus::Ok);
  EXPECT_EQ(event.values[1].text, long_text);
  EXPECT_LT(event.values[5].text.size(), long_text.size());
  EXPECT_TRUE(long_text.starts_with(event.values[5].text));
  EXPECT_EQ(event.values[6].text, "");
  EXPECT_EQ(cuts(out.bytes), uint64_t{1} << 5 | uint64_t{1} << 6);
}

TEST(BpfRecord, CallChainsAreAddresses) {
  BpfLayout layout;
  layout.stack_at = kHead;
  layout.fixed_bytes = kHead + 8;
  Made made(layout.fixed_bytes + 24);
  made.at(kHead, uproar_text{kHead + 8, 24}).at(kHead + 8, uint64_t{2});
  made.at(kHead + 16, uint64_t{0x11}).at(kHead + 24, uint64_t{0x22});
  EXPECT_EQ(rewrite(layout, made.bytes()).stack, (std::vector<uint64_t>{0x11, 0x22}));
  for (const uint64_t too_many : {uint64_t{3}, uint64_t{129}, ~uint64_t{0}}) {
    made.at(kHead + 8, too_many);
    EXPECT_EQ(rewrite(layout, made.bytes()).status, BpfRecordStatus::StackOutside);
  }
  made.at(kHead, uproar_text{kHead + 8, 32});
  EXPECT_EQ(rewrite(layout, made.bytes()).status, BpfRecordStatus::StackOutside);
}

// The kernel's chain has the trampolines' true addresses.
TEST(BpfRecord, TrampolinesInCallChains) {
  BpfLayout layout;
  layout.stack_at = kHead;
  layout.fixed_bytes = kHead + 8;
  constexpr uint32_t kAt = kHead + 8;
  const auto merged = [&](const std::vector<uint64_t>& walked, const std::vector<uint64_t>& known) {
    const auto bytes = static_cast<uint32_t>(UPROAR_CHAIN_KERNEL + known.size() * 8);
    Made made(layout.fixed_bytes + bytes);
    made.at(kHead, uproar_text{kAt, bytes}).at(kAt, uint64_t{walked.size()});
    for (uint32_t i = 0; i < walked.size(); ++i) made.at(kAt + 8 + i * 8, walked[i]);
    for (uint32_t i = 0; i < known.size(); ++i) made.at(kAt + UPROAR_CHAIN_KERNEL + i * 8, known[i]);
    return rewrite(layout, made.bytes()).stack;
  };
  using Chain = std::vector<uint64_t>;
  EXPECT_EQ(merged({1, 2, 0xff, 4}, {1, 2, 3, 4}), (Chain{1, 2, 3, 4}));
  // Recursion: the caller that the kernel misses looks like the next one.
  EXPECT_EQ(merged({1, 2, 2, 0xff, 4}, {1, 2, 3, 4}), (Chain{1, 2, 2, 3, 4}));
  EXPECT_EQ(merged({1, 2, 0xff}, {}), (Chain{1, 2, 0xff}));
}

TEST(BpfRecord, CopiedStacksAreRegistersAndBytes) {
  BpfLayout layout;
  layout.stack_copy_at = kHead;
  layout.fixed_bytes = kHead + 8;
  Made made(layout.fixed_bytes + 24);
  made.at(kHead, uproar_stack_copy{kHead + 8, 8});
  const auto bytes = made.bytes();
  BpfRecordReader reader(layout);
  uproar_record head{};
  ASSERT_EQ(read_bpf_head(bytes, head), BpfRecordStatus::Ok);
  ASSERT_EQ(reader.read(bytes, head), BpfRecordStatus::Ok);
  EXPECT_EQ(reader.registers().size(), 16u);
  EXPECT_EQ(reader.copied_stack().size(), 8u);
  for (const auto copy :
       {uproar_stack_copy{kHead + 8, 25}, uproar_stack_copy{kHead, 8}, uproar_stack_copy{~0U, 8}}) {
    made.at(kHead, copy);
    EXPECT_EQ(rewrite(layout, made.bytes()).status, BpfRecordStatus::StackOutside);
  }
}

TEST(BpfRecord, ShorterThanItsHead) {
  EXPECT_EQ(rewrite(entry_layout(), std::vector<uint8_t>(kHead - 1)).status,
            BpfRecordStatus::ShorterThanHeader);
  EXPECT_EQ(rewrite(entry_layout(), {}).status, BpfRecordStatus::ShorterThanHeader);
}

TEST(BpfRecord, AnotherLengthThanTheRings) {
  auto record = Made(entry_layout().fixed_bytes).bytes();
  record.push_back(0);
  EXPECT_EQ(rewrite(entry_layout(), record).status, BpfRecordStatus::LengthDiffers);
}

TEST(BpfRecord, ShorterThanItsFields) {
  EXPECT_EQ(rewrite(entry_layout(), Made(kHead + 8).bytes()).status, BpfRecordStatus::ShorterThanFields);
}

TEST(BpfRecord, StringsOutside) {
  const BpfLayout layout = entry_layout();
  for (const uproar_text text :
       {uproar_text{kHead, 2}, uproar_text{layout.fixed_bytes, 1}, uproar_text{~uint32_t{0}, 2},
        uproar_text{layout.fixed_bytes, ~uint32_t{0}}}) {
    const auto record = Made(layout.fixed_bytes).at(kHead + 16, text).bytes();
    EXPECT_EQ(rewrite(layout, record).status, BpfRecordStatus::TextOutside) << text.offset;
  }
}

TEST(BpfRecord, StatusesHaveWords) {
  EXPECT_EQ(to_words(BpfRecordStatus::TextOutside), "has a string outside of itself");
  EXPECT_EQ(to_words(BpfRecordStatus::UnknownEvent), "is of an event that nobody asked for");
}

}  // namespace
}  // namespace uproar
