#include "recording/columns/column_encoder.h"

#include <algorithm>

#include "event/little_endian.h"

namespace uproar {

namespace {

// Bytes behind the last value: the ring pads to 4, perf to 8 and at times by one byte at least. What stands
// in them is nobody's.
constexpr size_t kMaxPadding = 8;
constexpr size_t kTaskOffset = 4;
// Records of so many rows are in the nearest cache while each of their parts is looked at.
constexpr size_t kTileRows = 256;
// Columns of fewer rows are rather shared with the columns of other events.
constexpr size_t kFewRows = 2048;

std::string_view without_zeros(const uint8_t* bytes, size_t size) {
  while (size >= 8 && load_little_endian<uint64_t>(bytes + size - 8) == 0) size -= 8;
  while (size > 0 && bytes[size - 1] == 0) --size;
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string_view as_text(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

// True if the record can be rebuilt from its columns: the data of its dynamic fields stand where the kernel
// puts them (kernel: kernel/trace/trace_probe_tmpl.h store_trace_args), without gaps, up to the record's end.
bool ColumnEncoder::is_regular(const RecordLayout& layout, std::span<const uint8_t> record) const {
  if (record.size() < layout.fixed_bytes) return false;
  size_t end = layout.fixed_bytes;
  size_t at = 0;
  for (const RecordPart& part : layout.parts) {
    if (part.kind == RecordPart::Kind::Dynamic) {
      const uint32_t location = load_little_endian<uint32_t>(record.data() + at);
      const size_t length = location >> 16;
      if (length > 0 && ((location & 0xffff) != end || length > record.size() - end)) return false;
      end += length;
    }
    at += part.size;
  }
  return record.size() - end <= kMaxPadding && end <= 0xffff;
}

void ColumnEncoder::sort_out_rows(const BlockBuilder& block) {
  for (uint32_t number : present_) rows_[number].clear();
  present_.clear();
  odd_.clear();
  tasks_.clear();
  rows_.resize(layouts_.size());
  group_plans_.resize(layouts_.size());
  column_.resize(block.rows());
  for (size_t row = 0; row < block.rows(); ++row) {
    const uint32_t number = block.numbers()[row];
    const bool regular = is_regular(layouts_[number], block.record(row));
    column_[row] = uint64_t{number} * 2 + (regular ? 0 : 1);
    if (!regular) {
      odd_.push_back(static_cast<uint32_t>(row));
      continue;
    }
    tasks_.push_back(load_little_endian<uint32_t>(block.record(row).data() + kTaskOffset));
    if (rows_[number].empty()) present_.push_back(number);
    rows_[number].push_back(static_cast<uint32_t>(row));
  }
  std::sort(present_.begin(), present_.end());
}

void ColumnEncoder::encode(const BlockBuilder& block, ByteWriter& out) {
  block_plans_.rewind();
  numbers_.remember(&block_plans_);
  column_.resize(block.rows());
  for (size_t row = 0; row < block.rows(); ++row) column_[row] = block.times()[row] - block.times()[0];
  numbers_.encode(column_, out);
  sort_out_rows(block);
  numbers_.encode(column_, out);
  put_stacks(block, out);
  if (!tasks_.empty()) numbers_.encode(tasks_, out);
  group_events();
  out.varint(groups_.size());
  for (const auto& group : groups_) put_group(block, group, out);
  if (odd_.empty()) return;
  numbers_.remember(nullptr);
  for (uint32_t row : odd_) texts_.add(as_text(block.record(row)));
  texts_.encode(numbers_, out);
  texts_.clear();
}

void ColumnEncoder::put_stacks(const BlockBuilder& block, ByteWriter& out) {
  out.u8(block.has_stacks() ? 1 : 0);
  if (!block.has_stacks()) return;
  for (size_t row = 0; row < block.rows(); ++row) {
    const auto stack = block.stack(row);
    texts_.add({reinterpret_cast<const char*>(stack.data()), stack.size_bytes()});
  }
  const auto distinct = texts_.distinct();
  out.varint(distinct.size());
  column_.clear();
  for (std::string_view stack : distinct) column_.push_back(stack.size() / 8);
  numbers_.encode(column_, out);
  column_.clear();
  for (std::string_view stack : distinct) {
    for (size_t at = 0; at < stack.size(); at += 8) {
      uint64_t address = 0;
      std::memcpy(&address, stack.data() + at, 8);
      column_.push_back(address);
    }
  }
  numbers_.encode(column_, out);
  numbers_.encode(texts_.choices(), out);
  texts_.clear();
}

// Events of one layout with few rows each share their columns: three hundred tables and dictionaries of a few
// values would weigh more than the values.
void ColumnEncoder::group_events() {
  groups_.clear();
  std::vector<size_t> shared;
  for (uint32_t number : present_) {
    if (rows_[number].size() < kFewRows) {
      auto group = std::find_if(shared.begin(), shared.end(), [&](size_t one) {
        return layouts_[groups_[one].front()] == layouts_[number];
      });
      if (group != shared.end()) {
        groups_[*group].push_back(number);
        continue;
      }
      shared.push_back(groups_.size());
    }
    groups_.push_back({number});
  }
}

// The rows of one event stand behind those of another. Dynamic data first: with their lengths known a reader
// can place all the rest at once.
void ColumnEncoder::put_group(const BlockBuilder& block, const std::vector<uint32_t>& group,
                              ByteWriter& out) {
  const RecordLayout& layout = layouts_[group.front()];
  auto& plans = group_plans_[group.front()];
  if (!plans) plans = std::make_unique<PlanMemory>();
  plans->rewind();
  numbers_.remember(plans.get());
  out.varint(group.size());
  uint32_t expected = 0;
  group_rows_.clear();
  for (uint32_t number : group) {
    out.varint(number - expected);
    expected = number + 1;
    group_rows_.insert(group_rows_.end(), rows_[number].begin(), rows_[number].end());
  }
  put_layout(layout, out);
  gather(block, layout);
  for (size_t i = 0; i < layout.parts.size(); ++i) {
    if (layout.parts[i].kind == RecordPart::Kind::Dynamic) put_texts(i, out);
  }
  for (size_t i = 0; i < layout.parts.size(); ++i) {
    if (layout.parts[i].kind == RecordPart::Kind::Number) numbers_.encode(parts_[i].numbers, out);
    if (layout.parts[i].kind == RecordPart::Kind::Bytes) put_texts(i, out);
  }
}

void ColumnEncoder::put_texts(size_t part, ByteWriter& out) {
  parts_[part].texts.encode(numbers_, out);
  parts_[part].texts.clear();
}

// Every part of every record of the group to a column of its own.
void ColumnEncoder::gather(const BlockBuilder& block, const RecordLayout& layout) {
  if (parts_.size() < layout.parts.size()) parts_.resize(layout.parts.size());
  for (size_t i = 0; i < layout.parts.size(); ++i) {
    if (layout.parts[i].kind == RecordPart::Kind::Number) parts_[i].numbers.resize(group_rows_.size());
  }
  for (size_t begin = 0; begin < group_rows_.size(); begin += kTileRows) {
    const auto rows = std::span(group_rows_).subspan(begin, std::min(kTileRows, group_rows_.size() - begin));
    records_.clear();
    for (uint32_t row : rows) records_.push_back(block.record(row));
    size_t at = 0;
    for (size_t i = 0; i < layout.parts.size(); ++i) {
      gather_part(layout.parts[i], at, parts_[i], begin);
      at += layout.parts[i].size;
    }
  }
}

namespace {

template <typename Stored>
void load_all(std::span<const std::span<const uint8_t>> records, size_t at, uint64_t* out) {
  for (const auto record : records) *out++ = load_little_endian<Stored>(record.data() + at);
}

void load_numbers(std::span<const std::span<const uint8_t>> records, size_t at, uint32_t size,
                  uint64_t* out) {
  switch (size) {
    case 1:
      return load_all<uint8_t>(records, at, out);
    case 2:
      return load_all<uint16_t>(records, at, out);
    case 4:
      return load_all<uint32_t>(records, at, out);
    default:
      return load_all<uint64_t>(records, at, out);
  }
}

}  // namespace

// Of the records of a tile, whose first is the group's row `first`.
void ColumnEncoder::gather_part(const RecordPart& part, size_t at, Part& out, size_t first) const {
  switch (part.kind) {
    case RecordPart::Kind::Task:
      break;
    case RecordPart::Kind::Number:
      load_numbers(records_, at, part.size, out.numbers.data() + first);
      break;
    case RecordPart::Kind::Bytes:
      for (const auto record : records_) out.texts.add(without_zeros(record.data() + at, part.size));
      break;
    case RecordPart::Kind::Dynamic:
      for (const auto record : records_) {
        const uint32_t location = load_little_endian<uint32_t>(record.data() + at);
        const size_t length = location >> 16;
        out.texts.add(length == 0 ? std::string_view{} : as_text(record.subspan(location & 0xffff, length)));
      }
      break;
  }
}

}  // namespace uproar
