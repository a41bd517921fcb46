// Internal to this folder: the numbers and texts of metadata, with the first fault among them.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "recording/file_format.h"
#include "recording/metadata/metadata_status.h"

namespace uproar {

// A ByteReader that remembers the first fault beyond "too short".
class MetadataParser {
 public:
  explicit MetadataParser(std::span<const uint8_t> bytes) : reader_(bytes) {}

  void text(std::string& out) {
    std::string_view view = reader_.text();
    if (view.size() > kMaxTextBytes) return note(MetadataStatus::TextTooLong);
    out.assign(view);
  }
  uint8_t byte() { return reader_.u8(); }
  uint64_t fixed64() { return reader_.u64(); }
  uint64_t number() { return reader_.varint(); }
  template <typename T>
  void number(T& out) {
    uint64_t value = reader_.varint();
    if (value > std::numeric_limits<T>::max()) return note(MetadataStatus::OutOfRange);
    out = static_cast<T>(value);
  }
  void id(int32_t& out) {
    int64_t value = reader_.signed_varint();
    if (value < INT32_MIN || value > INT32_MAX) return note(MetadataStatus::OutOfRange);
    out = static_cast<int32_t>(value);
  }
  // Wraps around on purpose: any two times have a difference.
  uint64_t time(uint64_t& previous) { return previous += static_cast<uint64_t>(reader_.signed_varint()); }
  template <typename Kind>
  void kind(Kind last, Kind& out) {
    uint8_t value = reader_.u8();
    if (value > static_cast<uint8_t>(last)) return note(MetadataStatus::UnknownKind);
    out = static_cast<Kind>(value);
  }
  uint64_t count(uint64_t limit) {
    uint64_t value = reader_.varint();
    if (value > limit) note(MetadataStatus::TooMany);
    return ok() ? value : 0;
  }

  // Behind a cut everything reads as 0, which says nothing.
  void note(MetadataStatus status) {
    if (ok()) status_ = status;
  }
  bool ok() const { return status_ == MetadataStatus::Ok && !reader_.failed(); }
  bool at_end() const { return reader_.at_end(); }
  // Fields that a later format added at the end: there, or not at all.
  bool more() const { return ok() && !reader_.at_end(); }
  // Stored with 1 added, so that "not known" (all bits set) takes one byte.
  void number_or_unknown(uint32_t& out) {
    number(out);
    out -= 1;
  }
  MetadataStatus status() const {
    return status_ == MetadataStatus::Ok && reader_.failed() ? MetadataStatus::Cut : status_;
  }

 private:
  ByteReader reader_;
  MetadataStatus status_ = MetadataStatus::Ok;
};

// Reads `count` entries with `parse_one`, which must end exactly where the bytes do.
template <typename T, typename ParseOne>
MetadataStatus parse_list(std::span<const uint8_t> bytes, uint32_t count, std::vector<T>& out,
                          ParseOne parse_one) {
  MetadataParser parser(bytes);
  uint64_t previous_ns = 0;
  for (uint32_t i = 0; i < count; ++i) {
    T entry;
    parse_one(parser, previous_ns, entry);
    if (!parser.ok()) return parser.status();
    out.push_back(std::move(entry));
  }
  return parser.at_end() ? MetadataStatus::Ok : MetadataStatus::BadCount;
}

}  // namespace uproar
