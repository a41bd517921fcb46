// A record that the kernel could have written, field by field, and what the presentation shows of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_writer.h"
#include "event/presentation.h"

namespace uproar {

// A record and its schema, built field by field in the order of the kernel's own layout.
class Layout {
 public:
  Layout() {
    record_.u16(7);
    record_.u16(0);
    record_.u32(42);
    record_.u64(0x401000);
    schema_.group = "g";
    schema_.name = "e";
  }
  Layout& number(const std::string& name, Field::Kind kind, uint8_t size, uint64_t bits) {
    add({name, kind, size, 0, 0});
    for (unsigned i = 0; i < size; ++i) record_.u8(static_cast<uint8_t>(bits >> 8 * i));
    return *this;
  }
  Layout& bytes(const std::string& name, std::string text, uint16_t words) {
    text.resize(size_t{words} * 8);
    add({name, Field::Kind::Hex, 8, words, 0});
    for (char c : text) record_.u8(static_cast<uint8_t>(c));
    return *this;
  }
  Layout& numbers(const std::string& name, Field::Kind kind, const std::vector<uint32_t>& values) {
    add({name, kind, 4, static_cast<uint16_t>(values.size()), 0});
    for (uint32_t value : values) record_.u32(value);
    return *this;
  }
  // A string where the kernel keeps them: behind the fields, which are one more of 8 bytes.
  Layout& text(const std::string& name, const std::string& text) {
    add({name, Field::Kind::String, 4, 0, 0});
    record_.u32(static_cast<uint32_t>((text.size() + 1) << 16 | (record_.view().size() + 4 + 8)));
    tail_ = text;
    return *this;
  }
  // A string that the kernel could not read.
  Layout& faulted(const std::string& name) {
    add({name, Field::Kind::String, 4, 0, 0});
    record_.u32(0);
    return *this;
  }

  const EventSchema& schema() const { return schema_; }
  std::vector<uint8_t> record() const {
    std::vector<uint8_t> bytes(record_.view().begin(), record_.view().end());
    if (tail_.empty()) return bytes;
    bytes.insert(bytes.end(), tail_.begin(), tail_.end());
    bytes.push_back(0);
    return bytes;
  }

 private:
  void add(Field field) {
    field.offset = static_cast<uint32_t>(record_.view().size());
    schema_.fields.push_back(std::move(field));
  }
  EventSchema schema_;
  ByteWriter record_;
  std::string tail_;
};

inline std::string shown(const Value& value) {
  if (value.fault) return "(fault)";
  if (value.absent) return "absent";
  std::string text =
      value.text.data() ? std::string(value.text) : std::to_string(static_cast<int64_t>(value.bits));
  return text + (value.cut ? " cut" : "");
}

// "name=value …" before and after the record was tidied, which must not differ.
inline std::string presented(const Layout& layout) {
  std::string texts[2];
  std::vector<uint8_t> record = layout.record();
  for (std::string& text : texts) {
    Presentation presentation(layout.schema());
    Event event;
    EXPECT_EQ(presentation.decode(record, event), DecodeStatus::Ok);
    EXPECT_EQ(event.schema, &presentation.schema());
    EXPECT_EQ(event.ip, 0x401000U);
    size_t next = 0;
    for (const Field& field : presentation.schema().fields) {
      for (uint32_t i = 0; i < field.values(); ++i)
        text += (text.empty() ? "" : " ") + field.name + "=" + shown(event.values[next++]);
    }
    EXPECT_EQ(next, event.values.size());
    presentation.tidy(record);
  }
  EXPECT_EQ(texts[0], texts[1]);
  return texts[0];
}

}  // namespace uproar
