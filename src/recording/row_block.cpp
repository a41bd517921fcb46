#include "recording/row_block.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar::upr {

namespace {

void store(uint8_t* bytes, uint32_t size, uint64_t value) {
  switch (size) {
    case 1:
      *bytes = static_cast<uint8_t>(value);
      break;
    case 2:
      store_little_endian(bytes, static_cast<uint16_t>(value));
      break;
    case 4:
      store_little_endian(bytes, static_cast<uint32_t>(value));
      break;
    default:
      store_little_endian(bytes, value);
  }
}

}  // namespace

RecordStatus RowDecoder::decode(const BlockHeader& header, std::span<const uint8_t> raw, RowBlock& out) {
  out.bytes_.clear();
  out.stack_of_.clear();
  out.stack_begins_.clear();
  out.frames_.clear();
  if (!header.is(BlockType::Columns)) return decode_rows(header, raw, out);
  if (header.count == 0) return RecordStatus::BadCount;
  if (header.count > kMaxBlockRows) return RecordStatus::TooLarge;
  for (auto* column : {&out.numbers_, &out.begins_, &out.lengths_}) column->resize(header.count);
  out.times_.resize(header.count);
  ByteReader in(raw);
  return decode_columns(header, in, out);
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

RecordStatus RowDecoder::decode_columns(const BlockHeader& header, ByteReader& in, RowBlock& out) {
  RecordStatus status = decode_times(header, in, out);
  if (status == RecordStatus::Ok) status = decode_numbers(in, out);
  if (status != RecordStatus::Ok) return status;
  if (!decode_stacks(in, out)) return RecordStatus::BadColumn;
  column_.resize(out.rows() - odd_.size());
  if (!column_.empty() && !numbers_.decode(in, column_)) return RecordStatus::BadColumn;
  tasks_.resize(out.rows());
  for (size_t row = 0, odd = 0; row < out.rows(); ++row) {
    if (odd < odd_.size() && odd_[odd] == row) {
      ++odd;
    } else {
      tasks_[row] = static_cast<uint32_t>(column_[row - odd]);
    }
  }
  const uint64_t groups = in.varint();
  if (groups > present_.size()) return RecordStatus::BadColumn;
  size_t placed = 0;
  for (uint64_t i = 0; i < groups; ++i) {
    status = decode_group(in, out);
    if (status != RecordStatus::Ok) return status;
    placed += group_rows_.size();
  }
  // Each event's rows are taken once: see take_group_rows.
  if (placed + odd_.size() != out.rows()) return RecordStatus::BadColumn;
  if (!odd_.empty()) status = decode_odd(in, out);
  if (status != RecordStatus::Ok) return status;
  return in.at_end() && !in.failed() ? RecordStatus::Ok : RecordStatus::BadColumn;
}

RecordStatus RowDecoder::decode_times(const BlockHeader& header, ByteReader& in, RowBlock& out) {
  if (!numbers_.decode(in, out.times_)) return RecordStatus::BadColumn;
  const uint64_t span = header.last_ns - header.first_ns;
  uint64_t previous = 0;
  for (uint64_t& time : out.times_) {
    if (time < previous || time > span) return RecordStatus::BadTime;
    previous = time;
    time += header.first_ns;
  }
  return out.times_.front() == header.first_ns && previous == span ? RecordStatus::Ok : RecordStatus::BadTime;
}

// Each is twice the event's number, and 1 more where the record stands whole among the odd ones.
RecordStatus RowDecoder::decode_numbers(ByteReader& in, RowBlock& out) {
  for (uint32_t number : present_) rows_[number].clear();
  present_.clear();
  odd_.clear();
  column_.resize(out.rows());
  if (!numbers_.decode(in, column_)) return RecordStatus::BadColumn;
  for (size_t row = 0; row < column_.size(); ++row) {
    const uint64_t number = column_[row] >> 1;
    if (number >= kMaxEvents) return RecordStatus::BadEventNumber;
    out.numbers_[row] = static_cast<uint32_t>(number);
    if (column_[row] & 1) {
      odd_.push_back(static_cast<uint32_t>(row));
      continue;
    }
    if (rows_.size() <= number) rows_.resize(number + 1);
    if (rows_[number].empty()) present_.push_back(static_cast<uint32_t>(number));
    rows_[number].push_back(static_cast<uint32_t>(row));
  }
  std::sort(present_.begin(), present_.end());
  return RecordStatus::Ok;
}

bool RowDecoder::decode_stacks(ByteReader& in, RowBlock& out) {
  const uint8_t there = in.u8();
  if (in.failed() || there > 1) return false;
  if (there == 0) return true;
  const uint64_t distinct = in.varint();
  if (in.failed() || distinct > out.rows()) return false;
  column_.resize(distinct);
  if (!numbers_.decode(in, column_)) return false;
  out.stack_begins_.push_back(0);
  uint64_t total = 0;
  for (uint64_t depth : column_) {
    total += depth;
    if (depth > kMaxStackDepth || total > kMaxBlockBytes / 8) return false;
    out.stack_begins_.push_back(static_cast<uint32_t>(total));
  }
  out.frames_.resize(total);
  if (!numbers_.decode(in, out.frames_)) return false;
  return decode_choices(in, out.rows(), distinct, numbers_, column_, out.stack_of_);
}

bool RowDecoder::take_group_rows(ByteReader& in) {
  group_rows_.clear();
  uint64_t number = 0;
  for (uint64_t left = in.varint(); left > 0; --left) {
    number += in.varint();
    if (in.failed() || number >= rows_.size() || rows_[number].empty()) return false;
    group_rows_.insert(group_rows_.end(), rows_[number].begin(), rows_[number].end());
    rows_[number].clear();
    ++number;
  }
  return !group_rows_.empty();
}

RecordStatus RowDecoder::decode_group(ByteReader& in, RowBlock& out) {
  if (!take_group_rows(in) || !parse_layout(in, layout_)) return RecordStatus::BadColumn;
  const auto& rows = group_rows_;
  // Before anything is unpacked: a part costs a row at least a byte here.
  if (layout_.fixed_bytes > kMaxBlockBytes / rows.size()) return RecordStatus::TooLarge;
  const RecordStatus status = decode_dynamic(in, rows.size());
  if (status != RecordStatus::Ok) return status;
  const RecordStatus placed = place_records(rows, out);
  if (placed != RecordStatus::Ok) return placed;
  return decode_parts(in, rows, out) ? RecordStatus::Ok : RecordStatus::BadColumn;
}

RecordStatus RowDecoder::decode_dynamic(ByteReader& in, size_t rows) {
  // Texts that were unpacked can be far larger than the block. Their memory is not kept: over many blocks,
  // each of the columns could have had its largest.
  for (size_t i = 0; i < dynamic_used_; ++i) dynamic_[i].transposed = {};
  dynamic_used_ = 0;
  uint64_t unpacked = 0;
  for (const RecordPart& part : layout_.parts) {
    if (part.kind != RecordPart::Kind::Dynamic) continue;
    if (dynamic_.size() == dynamic_used_) dynamic_.emplace_back();
    TextColumn& column = dynamic_[dynamic_used_++];
    if (!texts_.decode(in, rows, numbers_, column)) return RecordStatus::BadColumn;
    // Each text is in a record, so that the records are no smaller.
    unpacked += column.transposed.size();
    if (unpacked > kMaxBlockBytes) return RecordStatus::TooLarge;
  }
  return RecordStatus::Ok;
}

// Room for each record, and its dynamic data.
RecordStatus RowDecoder::place_records(const std::vector<uint32_t>& rows, RowBlock& out) {
  const auto dynamic_count = static_cast<size_t>(
      std::count_if(layout_.parts.begin(), layout_.parts.end(),
                    [](const RecordPart& part) { return part.kind == RecordPart::Kind::Dynamic; }));
  uint64_t end = out.bytes_.size();
  for (size_t i = 0; i < rows.size(); ++i) {
    uint64_t length = layout_.fixed_bytes;
    for (size_t d = 0; d < dynamic_count; ++d) length += dynamic_[d].text(i).size();
    if (length > kMaxRecordBytes) return RecordStatus::TooLong;
    out.begins_[rows[i]] = static_cast<uint32_t>(end);
    out.lengths_[rows[i]] = static_cast<uint32_t>(length);
    end += length;
    if (end > kMaxBlockBytes) return RecordStatus::TooLarge;
  }
  out.bytes_.resize(end);
  // The first of a record's dynamic fields begins behind the parts, each other one where the last ended.
  data_at_.assign(rows.size(), layout_.fixed_bytes);
  size_t at = 0, d = 0;
  for (const RecordPart& part : layout_.parts) {
    if (part.kind == RecordPart::Kind::Dynamic) {
      const TextColumn& texts = dynamic_[d++];
      for (size_t i = 0; i < rows.size(); ++i) {
        uint8_t* record = out.bytes_.data() + out.begins_[rows[i]];
        const std::string_view text = texts.text(i);
        store_little_endian(record + at, static_cast<uint32_t>(text.size() << 16 | (data_at_[i] & 0xffff)));
        if (!text.empty()) std::memcpy(record + data_at_[i], text.data(), text.size());
        data_at_[i] += static_cast<uint32_t>(text.size());
      }
    }
    at += part.size;
  }
  return RecordStatus::Ok;
}

bool RowDecoder::decode_parts(ByteReader& in, const std::vector<uint32_t>& rows, RowBlock& out) {
  size_t at = 0;
  column_.resize(rows.size());
  for (const RecordPart& part : layout_.parts) {
    uint8_t* base = out.bytes_.data() + at;
    if (part.kind == RecordPart::Kind::Task) {
      for (uint32_t row : rows) store_little_endian(base + out.begins_[row], tasks_[row]);
    } else if (part.kind == RecordPart::Kind::Number) {
      if (!numbers_.decode(in, column_)) return false;
      for (size_t i = 0; i < rows.size(); ++i) store(base + out.begins_[rows[i]], part.size, column_[i]);
    } else if (part.kind == RecordPart::Kind::Bytes) {
      if (!texts_.decode(in, rows.size(), numbers_, text_)) return false;
      for (size_t i = 0; i < rows.size(); ++i) {
        const std::string_view text = text_.text(i);
        if (text.size() > part.size) return false;
        if (!text.empty()) std::memcpy(base + out.begins_[rows[i]], text.data(), text.size());
      }
    }
    at += part.size;
  }
  return true;
}

RecordStatus RowDecoder::decode_odd(ByteReader& in, RowBlock& out) {
  if (!texts_.decode(in, odd_.size(), numbers_, text_)) return RecordStatus::BadColumn;
  for (size_t i = 0; i < odd_.size(); ++i) {
    const std::string_view record = text_.text(i);
    if (record.size() > kMaxRecordBytes) return RecordStatus::TooLong;
    if (out.bytes_.size() + record.size() > kMaxBlockBytes) return RecordStatus::TooLarge;
    out.begins_[odd_[i]] = static_cast<uint32_t>(out.bytes_.size());
    out.lengths_[odd_[i]] = static_cast<uint32_t>(record.size());
    out.bytes_.insert(out.bytes_.end(), record.begin(), record.end());
  }
  return RecordStatus::Ok;
}

}  // namespace uproar::upr
