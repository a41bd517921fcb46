#include "recording/row_block.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar::upr {

namespace {

template <typename Stored>
void scatter(const NumberPart& number, const uint32_t* begins, std::span<const uint32_t> rows, uint8_t* out) {
  if (number.constant) {
    for (uint32_t row : rows) store_little_endian(out + begins[row], static_cast<Stored>(number.value));
    return;
  }
  const uint8_t* from = number.bytes.data();
  for (uint32_t row : rows) {
    std::memcpy(out + begins[row], from, sizeof(Stored));
    from += sizeof(Stored);
  }
}

void scatter(const ColumnPart& part, const uint32_t* begins, std::span<const uint32_t> rows, uint8_t* out) {
  switch (part.part.size) {
    case 1:
      return scatter<uint8_t>(part.number, begins, rows, out);
    case 2:
      return scatter<uint16_t>(part.number, begins, rows, out);
    case 4:
      return scatter<uint32_t>(part.number, begins, rows, out);
    default:
      return scatter<uint64_t>(part.number, begins, rows, out);
  }
}

}  // namespace

RecordStatus RowDecoder::decode(const BlockHeader& header, std::span<const uint8_t> raw, RowBlock& out) {
  out.bytes_.clear();
  out.stack_of_.clear();
  out.stack_begins_.clear();
  out.frames_.clear();
  if (!header.is(BlockType::Columns)) return decode_rows(header, raw, out);
  const RecordStatus status = decoder_.decode(header, raw, columns_);
  if (status == RecordStatus::Ok) make_rows(columns_, out);
  return status;
}

// Format 1: varint time delta, varint event number, varint length, bytes.
RecordStatus RowDecoder::decode_rows(const BlockHeader& header, std::span<const uint8_t> raw, RowBlock& out) {
  out.times_.clear();
  out.numbers_.clear();
  out.begins_.clear();
  out.lengths_.clear();
  ByteReader in(raw);
  uint64_t time_ns = header.first_ns;
  for (uint32_t i = 0; i < header.count; ++i) {
    const uint64_t delta = in.varint();
    const uint64_t number = in.varint();
    const uint64_t length = in.varint();
    if (in.failed()) return RecordStatus::CutRecord;
    if (length > kMaxRecordBytes) return RecordStatus::TooLong;
    if (number >= kMaxEvents) return RecordStatus::BadEventNumber;
    if (time_ns + delta < time_ns) return RecordStatus::BadTime;
    time_ns += delta;
    out.begins_.push_back(static_cast<uint32_t>(in.position()));
    in.bytes(length);
    if (in.failed()) return RecordStatus::CutRecord;
    out.times_.push_back(time_ns);
    out.numbers_.push_back(static_cast<uint32_t>(number));
    out.lengths_.push_back(static_cast<uint32_t>(length));
  }
  if (!in.at_end()) return RecordStatus::BadCount;
  if (time_ns != header.last_ns) return RecordStatus::BadTime;
  out.bytes_.assign(raw.begin(), raw.end());
  return RecordStatus::Ok;
}

void make_rows(ColumnBlock& columns, RowBlock& out) {
  const size_t rows = columns.rows();
  out.begins_.resize(rows);
  out.lengths_.resize(rows);
  // Where each record goes: those of a group stand together, the data of dynamic fields behind the parts,
  // each behind the one before.
  uint64_t end = 0;
  for (const ColumnGroup& group : columns.used_groups()) {
    std::vector<const TextColumn*> dynamic;
    for (size_t i = 0; i < group.layout.parts.size(); ++i) {
      if (group.layout.parts[i].kind == RecordPart::Kind::Dynamic) dynamic.push_back(&group.parts[i].text);
    }
    for (size_t i = 0; i < group.rows.size(); ++i) {
      uint64_t length = group.layout.fixed_bytes;
      for (const TextColumn* texts : dynamic) length += texts->text(i).size();
      out.place(group.rows[i], end, length);
      end += length;
    }
  }
  for (size_t i = 0; i < columns.odd.size(); ++i) {
    const size_t length = columns.odd_records.text(i).size();
    out.place(columns.odd[i], end, length);
    end += length;
  }
  out.bytes_.assign(end, 0);
  uint8_t* const bytes = out.bytes_.data();
  const uint32_t* const begins = out.begins_.data();
  std::vector<uint32_t> data_at;
  for (const ColumnGroup& group : columns.used_groups()) {
    data_at.assign(group.rows.size(), group.layout.fixed_bytes);
    for (size_t p = 0; p < group.layout.parts.size(); ++p) {
      const ColumnPart& part = group.parts[p];
      uint8_t* const base = bytes + part.at;
      switch (part.part.kind) {
        case RecordPart::Kind::Task:
          for (uint32_t row : group.rows) store_little_endian(base + begins[row], columns.tasks[row]);
          break;
        case RecordPart::Kind::Number:
          scatter(part, begins, group.rows, base);
          break;
        case RecordPart::Kind::Bytes:
          for (size_t i = 0; i < group.rows.size(); ++i) {
            const std::string_view text = part.text.text(i);
            if (!text.empty()) std::memcpy(base + begins[group.rows[i]], text.data(), text.size());
          }
          break;
        case RecordPart::Kind::Dynamic:
          for (size_t i = 0; i < group.rows.size(); ++i) {
            const std::string_view text = part.text.text(i);
            const uint32_t begin = begins[group.rows[i]];
            store_little_endian(base + begin,
                                static_cast<uint32_t>(text.size() << 16 | (data_at[i] & 0xffff)));
            if (!text.empty()) std::memcpy(bytes + begin + data_at[i], text.data(), text.size());
            data_at[i] += static_cast<uint32_t>(text.size());
          }
          break;
      }
    }
  }
  for (size_t i = 0; i < columns.odd.size(); ++i) {
    const std::string_view record = columns.odd_records.text(i);
    if (!record.empty()) std::memcpy(bytes + begins[columns.odd[i]], record.data(), record.size());
  }
  out.times_.swap(columns.times);
  out.numbers_.swap(columns.numbers);
  out.stack_of_.swap(columns.stack_of);
  out.stack_begins_.swap(columns.stack_begins);
  out.frames_.swap(columns.frames);
}

}  // namespace uproar::upr
