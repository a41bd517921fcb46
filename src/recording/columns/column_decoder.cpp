#include "recording/columns/column_decoder.h"

#include <algorithm>

#include "recording/file_format.h"

namespace uproar {

namespace {

constexpr size_t kKeptText = size_t{1} << 20;
constexpr uint64_t kKeptColumns = uint64_t{8} << 20;

// With what vectors keep from other blocks.
uint64_t held_by(const ColumnBlock& block) {
  uint64_t bytes = block.groups.capacity() * sizeof(ColumnGroup);
  for (const ColumnGroup& group : block.groups) {
    bytes += group.rows.capacity() * sizeof(uint32_t) + group.parts.capacity() * sizeof(ColumnPart);
    for (const ColumnPart& part : group.parts) {
      bytes += part.number.bytes.capacity() + part.text.distinct.capacity() * sizeof(std::string_view) +
               part.text.choice.capacity() * sizeof(uint32_t) + part.text.transposed.capacity();
    }
  }
  return bytes;
}

uint64_t bytes_of(const TextColumn& texts) {
  return texts.distinct.size() * sizeof(std::string_view) + texts.choice.size() * sizeof(uint32_t) +
         texts.transposed.size();
}

template <typename Stored>
void narrow(std::span<const uint64_t> values, std::vector<uint8_t>& out) {
  out.resize(values.size() * sizeof(Stored));
  uint8_t* at = out.data();
  for (uint64_t value : values) {
    store_little_endian(at, static_cast<Stored>(value));
    at += sizeof(Stored);
  }
}

uint64_t longest(const TextColumn& texts) {
  size_t most = 0;
  for (std::string_view text : texts.distinct) most = std::max(most, text.size());
  return most;
}

// Bytes of all records of a group, if none of them is too long and they are not too many.
RecordStatus measure(const ColumnGroup& group, uint64_t& total) {
  const size_t rows = group.rows.size();
  uint64_t most = group.layout.fixed_bytes;
  for (size_t i = 0; i < group.layout.parts.size(); ++i) {
    if (group.layout.parts[i].kind == RecordPart::Kind::Dynamic) most += longest(group.parts[i].text);
  }
  if (most <= kMaxRecordBytes && most * rows <= kMaxBlockBytes - total) {
    total += most * rows;
    return RecordStatus::Ok;
  }
  for (size_t row = 0; row < rows; ++row) {
    uint64_t length = group.layout.fixed_bytes;
    for (size_t i = 0; i < group.layout.parts.size(); ++i) {
      if (group.layout.parts[i].kind == RecordPart::Kind::Dynamic)
        length += group.parts[i].text.text(row).size();
    }
    if (length > kMaxRecordBytes) return RecordStatus::TooLong;
    total += length;
    if (total > kMaxBlockBytes) return RecordStatus::TooLarge;
  }
  return RecordStatus::Ok;
}

}  // namespace

RecordStatus ColumnDecoder::decode(const BlockHeader& header, std::span<const uint8_t> raw,
                                   ColumnBlock& out) {
  if (header.count == 0) return RecordStatus::BadCount;
  if (header.count > kMaxBlockRows) return RecordStatus::TooLarge;
  out.stack_of.clear();
  out.stack_begins.clear();
  out.frames.clear();
  out.odd.clear();
  // What other blocks left is not kept where it is much: each of many could have had its own largest column.
  if (held_by(out) > kKeptColumns) out.groups.clear();
  out.record_bytes = 0;
  out.column_bytes = 0;
  out.times.resize(header.count);
  out.numbers.resize(header.count);
  ByteReader in(raw);
  RecordStatus status = decode_times(header, in, out);
  if (status == RecordStatus::Ok) status = decode_numbers(in, out);
  if (status != RecordStatus::Ok) return status;
  if (!decode_stacks(in, out) || !decode_tasks(in, out)) return RecordStatus::BadColumn;
  const uint64_t groups = in.varint();
  if (groups > present_.size()) return RecordStatus::BadColumn;
  out.groups.resize(groups);
  size_t placed = 0;
  for (ColumnGroup& group : out.groups) {
    status = decode_group(in, out, group);
    if (status != RecordStatus::Ok) return status;
    placed += group.rows.size();
  }
  // Each event's rows are taken once: see take_group_rows.
  if (placed + out.odd.size() != out.rows()) return RecordStatus::BadColumn;
  if (!out.odd.empty()) status = decode_odd(in, out);
  if (status != RecordStatus::Ok) return status;
  out.column_bytes = held_by(out);
  return in.at_end() && !in.failed() ? RecordStatus::Ok : RecordStatus::BadColumn;
}

RecordStatus ColumnDecoder::decode_times(const BlockHeader& header, ByteReader& in, ColumnBlock& out) {
  if (!numbers_.decode(in, out.times)) return RecordStatus::BadColumn;
  const uint64_t span = header.last_ns - header.first_ns;
  uint64_t previous = 0;
  for (uint64_t& time : out.times) {
    if (time < previous || time > span) return RecordStatus::BadTime;
    previous = time;
    time += header.first_ns;
  }
  return out.times.front() == header.first_ns && previous == span ? RecordStatus::Ok : RecordStatus::BadTime;
}

// Each is twice the event's number, and 1 more where the record stands whole among the odd ones.
RecordStatus ColumnDecoder::decode_numbers(ByteReader& in, ColumnBlock& out) {
  for (uint32_t number : present_) counts_[number] = 0;
  present_.clear();
  column_.resize(out.rows());
  if (!numbers_.decode(in, column_)) return RecordStatus::BadColumn;
  for (size_t row = 0; row < column_.size(); ++row) {
    const uint64_t number = column_[row] >> 1;
    if (number >= kMaxEvents) return RecordStatus::BadEventNumber;
    out.numbers[row] = static_cast<uint32_t>(number);
    if (column_[row] & 1) {
      out.odd.push_back(static_cast<uint32_t>(row));
      continue;
    }
    if (counts_.size() <= number) counts_.resize(number + 1);
    if (counts_[number]++ == 0) present_.push_back(static_cast<uint32_t>(number));
  }
  std::sort(present_.begin(), present_.end());
  sort_rows(out);
  return RecordStatus::Ok;
}

void ColumnDecoder::sort_rows(const ColumnBlock& block) {
  ends_.resize(counts_.size());
  uint32_t end = 0;
  for (uint32_t number : present_) {
    ends_[number] = end;
    end += counts_[number];
  }
  rows_.resize(end);
  size_t odd = 0;
  for (uint32_t row = 0; row < block.rows(); ++row) {
    if (odd < block.odd.size() && block.odd[odd] == row) {
      ++odd;
    } else {
      rows_[ends_[block.numbers[row]]++] = row;
    }
  }
}

bool ColumnDecoder::decode_stacks(ByteReader& in, ColumnBlock& out) {
  const uint8_t there = in.u8();
  if (in.failed() || there > 1) return false;
  if (there == 0) return true;
  const uint64_t distinct = in.varint();
  if (in.failed() || distinct > out.rows()) return false;
  column_.resize(distinct);
  if (!numbers_.decode(in, column_)) return false;
  out.stack_begins.push_back(0);
  uint64_t total = 0;
  for (uint64_t depth : column_) {
    total += depth;
    if (depth > kMaxStackDepth || total > kMaxBlockBytes / 8) return false;
    out.stack_begins.push_back(static_cast<uint32_t>(total));
  }
  out.frames.resize(total);
  if (!numbers_.decode(in, out.frames)) return false;
  return decode_choices(in, out.rows(), distinct, numbers_, column_, out.stack_of);
}

bool ColumnDecoder::decode_tasks(ByteReader& in, ColumnBlock& out) {
  column_.resize(out.rows() - out.odd.size());
  if (!column_.empty() && !numbers_.decode(in, column_)) return false;
  out.tasks.resize(out.rows());
  for (size_t row = 0, odd = 0; row < out.rows(); ++row) {
    if (odd < out.odd.size() && out.odd[odd] == row) {
      ++odd;
      out.tasks[row] = 0;
    } else {
      out.tasks[row] = static_cast<uint32_t>(column_[row - odd]);
    }
  }
  return true;
}

bool ColumnDecoder::take_group_rows(ByteReader& in, ColumnGroup& group) {
  group.rows.clear();
  group.events.clear();
  uint64_t number = 0;
  for (uint64_t left = in.varint(); left > 0; --left) {
    number += in.varint();
    if (in.failed() || number >= counts_.size() || counts_[number] == 0) return false;
    group.events.push_back(static_cast<uint32_t>(number));
    const auto end = rows_.begin() + ends_[number];
    group.rows.insert(group.rows.end(), end - counts_[number], end);
    counts_[number] = 0;
    ++number;
  }
  return !group.rows.empty();
}

RecordStatus ColumnDecoder::decode_group(ByteReader& in, ColumnBlock& out, ColumnGroup& group) {
  if (!take_group_rows(in, group) || !parse_layout(in, group.layout)) return RecordStatus::BadColumn;
  // Before anything is unpacked: a part costs a row at least a byte here.
  if (group.layout.fixed_bytes > kMaxBlockBytes / group.rows.size()) return RecordStatus::TooLarge;
  const auto& parts = group.layout.parts;
  group.parts.resize(parts.size());
  uint32_t at = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    group.parts[i].part = parts[i];
    group.parts[i].at = at;
    // Texts that were unpacked can be far larger than the block. Much memory is not kept: over many blocks,
    // each of the columns could have had its largest.
    if (group.parts[i].text.transposed.capacity() > kKeptText) group.parts[i].text.transposed = {};
    group.parts[i].text.transposed.clear();
    at += parts[i].size;
  }
  uint64_t unpacked = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].kind != RecordPart::Kind::Dynamic) continue;
    TextColumn& texts = group.parts[i].text;
    if (!texts_.decode(in, group.rows.size(), numbers_, texts)) return RecordStatus::BadColumn;
    // Each text is in a record, so that the records are no smaller.
    unpacked += texts.transposed.size();
    if (unpacked > kMaxBlockBytes) return RecordStatus::TooLarge;
  }
  const RecordStatus measured = measure(group, out.record_bytes);
  if (measured != RecordStatus::Ok) return measured;
  out.column_bytes += parts.size() * sizeof(ColumnPart) + group.rows.size() * sizeof(uint32_t);
  return decode_parts(in, out, group);
}

RecordStatus ColumnDecoder::decode_parts(ByteReader& in, ColumnBlock& out, ColumnGroup& group) {
  const size_t rows = group.rows.size();
  for (ColumnPart& column : group.parts) {
    const RecordPart& part = column.part;
    if (part.kind == RecordPart::Kind::Number) {
      if (!decode_number(in, part, rows, column.number)) return RecordStatus::BadColumn;
      if (!column.number.constant) out.column_bytes += rows * part.size;
    } else if (part.kind == RecordPart::Kind::Bytes) {
      if (!texts_.decode(in, rows, numbers_, column.text) || longest(column.text) > part.size)
        return RecordStatus::BadColumn;
    }
    if (part.kind == RecordPart::Kind::Bytes || part.kind == RecordPart::Kind::Dynamic)
      out.column_bytes += bytes_of(column.text);
    if (out.column_bytes > kMaxColumnBytes) return RecordStatus::TooLarge;
  }
  return RecordStatus::Ok;
}

bool ColumnDecoder::decode_number(ByteReader& in, const RecordPart& part, size_t rows, NumberPart& out) {
  out.constant = NumberDecoder::decode_constant(in, out.value);
  if (out.constant) {
    if (part.size < 8) out.value &= (uint64_t{1} << (8 * part.size)) - 1;
    return !in.failed();
  }
  column_.resize(rows);
  if (!numbers_.decode(in, column_)) return false;
  switch (part.size) {
    case 1:
      narrow<uint8_t>(column_, out.bytes);
      break;
    case 2:
      narrow<uint16_t>(column_, out.bytes);
      break;
    case 4:
      narrow<uint32_t>(column_, out.bytes);
      break;
    default:
      narrow<uint64_t>(column_, out.bytes);
  }
  return true;
}

RecordStatus ColumnDecoder::decode_odd(ByteReader& in, ColumnBlock& out) {
  if (!texts_.decode(in, out.odd.size(), numbers_, out.odd_records)) return RecordStatus::BadColumn;
  uint64_t total = out.record_bytes;
  for (size_t i = 0; i < out.odd.size(); ++i) {
    const std::string_view record = out.odd_records.text(i);
    if (record.size() > kMaxRecordBytes) return RecordStatus::TooLong;
    total += record.size();
    if (total > kMaxBlockBytes) return RecordStatus::TooLarge;
  }
  return RecordStatus::Ok;
}

}  // namespace uproar
