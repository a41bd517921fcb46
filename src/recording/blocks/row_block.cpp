#include "recording/blocks/row_block.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar {

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

namespace {

std::vector<const TextColumn*> dynamic_columns(const ColumnGroup& group) {
  std::vector<const TextColumn*> found;
  for (size_t i = 0; i < group.layout.parts.size(); ++i) {
    if (group.layout.parts[i].kind == RecordPart::Kind::Dynamic) found.push_back(&group.parts[i].text);
  }
  return found;
}

void scatter_bytes(const ColumnPart& part, const uint32_t* begins, std::span<const uint32_t> rows,
                   uint8_t* out) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view text = part.text.text(i);
    if (!text.empty()) std::memcpy(out + begins[rows[i]], text.data(), text.size());
  }
}

// `data_at`: by row of the group, where in its record the next dynamic data go.
void scatter_dynamic(const ColumnPart& part, const uint32_t* begins, std::span<const uint32_t> rows,
                     std::vector<uint32_t>& data_at, uint8_t* bytes) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view text = part.text.text(i);
    uint8_t* const record = bytes + begins[rows[i]];
    store_little_endian(record + part.at, static_cast<uint32_t>(text.size() << 16 | (data_at[i] & 0xffff)));
    if (!text.empty()) std::memcpy(record + data_at[i], text.data(), text.size());
    data_at[i] += static_cast<uint32_t>(text.size());
  }
}

void fill_group(const ColumnGroup& group, const ColumnBlock& columns, const uint32_t* begins,
                uint8_t* bytes) {
  std::vector<uint32_t> data_at(group.rows.size(), group.layout.fixed_bytes);
  for (const ColumnPart& part : group.parts) {
    switch (part.part.kind) {
      case RecordPart::Kind::Task:
        for (uint32_t row : group.rows)
          store_little_endian(bytes + begins[row] + part.at, columns.tasks[row]);
        break;
      case RecordPart::Kind::Number:
        scatter(part, begins, group.rows, bytes + part.at);
        break;
      case RecordPart::Kind::Bytes:
        scatter_bytes(part, begins, group.rows, bytes + part.at);
        break;
      case RecordPart::Kind::Dynamic:
        scatter_dynamic(part, begins, group.rows, data_at, bytes);
        break;
    }
  }
}

}  // namespace

void make_rows(ColumnBlock& columns, RowBlock& out) {
  out.begins_.resize(columns.rows());
  out.lengths_.resize(columns.rows());
  // Records of a group stand together, the data of dynamic fields behind the parts, each behind the one
  // before.
  uint64_t end = 0;
  const auto place = [&](uint32_t row, uint64_t length) {
    out.begins_[row] = static_cast<uint32_t>(end);
    out.lengths_[row] = static_cast<uint32_t>(length);
    end += length;
  };
  for (const ColumnGroup& group : columns.groups) {
    const auto dynamic = dynamic_columns(group);
    for (size_t i = 0; i < group.rows.size(); ++i) {
      uint64_t length = group.layout.fixed_bytes;
      for (const TextColumn* texts : dynamic) length += texts->text(i).size();
      place(group.rows[i], length);
    }
  }
  for (size_t i = 0; i < columns.odd.size(); ++i) place(columns.odd[i], columns.odd_records.text(i).size());
  out.bytes_.assign(end, 0);
  for (const ColumnGroup& group : columns.groups)
    fill_group(group, columns, out.begins_.data(), out.bytes_.data());
  for (size_t i = 0; i < columns.odd.size(); ++i) {
    const std::string_view record = columns.odd_records.text(i);
    if (!record.empty())
      std::memcpy(out.bytes_.data() + out.begins_[columns.odd[i]], record.data(), record.size());
  }
  out.times_.swap(columns.times);
  out.numbers_.swap(columns.numbers);
  out.stack_of_.swap(columns.stack_of);
  out.stack_begins_.swap(columns.stack_begins);
  out.frames_.swap(columns.frames);
}

}  // namespace uproar
