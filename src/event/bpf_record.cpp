#include "event/bpf_record.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/result.h"
#include "event/little_endian.h"

namespace uproar {
namespace {

// kernel: kernel/trace/trace_uprobe.c struct uprobe_trace_entry_head: common_type, flags, preempt_count, pid,
// then one address, of returns two.
constexpr size_t kThreadAt = 4;
constexpr size_t kAddressAt = 8;
constexpr size_t kAddressBytes = 8;
// A string's reference has 16 bits for its place in the record, and 16 for its length.
constexpr size_t kFurthest = 0xffff;

template <typename T>
T load(std::span<const uint8_t> record, size_t at) {
  T value;
  std::memcpy(&value, record.data() + at, sizeof value);
  return value;
}

// What the kernel finds of a chain at most (sysctl kernel.perf_event_max_stack), and what a program may walk.
constexpr size_t kMostAddresses = 127;
constexpr uint64_t kMostWalked = 128;

void append_addresses(std::vector<uint64_t>& to, std::span<const uint8_t> bytes) {
  const size_t count = bytes.size() / sizeof(uint64_t);
  to.resize(to.size() + count);
  if (count != 0) std::memcpy(&to[to.size() - count], bytes.data(), count * sizeof(uint64_t));
}

bool lies_in(const uproar_text& text, size_t first, size_t size) {
  return text.offset >= first && text.offset <= size && text.length <= size - text.offset;
}

}  // namespace

std::string_view to_words(BpfRecordStatus status) {
  switch (status) {
    case BpfRecordStatus::Ok:
      return "is whole";
    case BpfRecordStatus::ShorterThanHeader:
      return "ends within its head";
    case BpfRecordStatus::LengthDiffers:
      return "says another length than it has";
    case BpfRecordStatus::UnknownEvent:
      return "is of an event that nobody asked for";
    case BpfRecordStatus::ShorterThanFields:
      return "ends within its fields";
    case BpfRecordStatus::TextOutside:
      return "has a string outside of itself";
    case BpfRecordStatus::StackOutside:
      return "has a call chain outside of itself";
  }
  return {};
}

BpfRecordStatus read_bpf_head(std::span<const uint8_t> record, uproar_record& head) {
  if (record.size() < sizeof head) return BpfRecordStatus::ShorterThanHeader;
  head = load<uproar_record>(record, 0);
  return head.length == record.size() ? BpfRecordStatus::Ok : BpfRecordStatus::LengthDiffers;
}

BpfRecordReader::BpfRecordReader(const BpfLayout& layout) : layout_(layout) {
  const EventSchema& schema = layout_.schema;
  CHECK(layout_.fields.size() == schema.fields.size() && layout_.fixed_bytes >= sizeof(uproar_record));
  fixed_bytes_ = kAddressAt + kAddressBytes * (schema.is_return ? 2 : 1);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    const Field& field = schema.fields[i];
    const BpfField& source = layout_.fields[i];
    uint32_t taken = 0;  // of the BPF record's fixed part
    switch (source.kind) {
      case BpfField::Kind::Number:
        taken = field.byte_size();
        copies_.push_back({source.offset, field.offset, taken});
        break;
      case BpfField::Kind::Text:
        taken = static_cast<uint32_t>(sizeof(uproar_text)) * field.values();
        for (uint32_t k = 0; k < field.values(); ++k)
          texts_.push_back({i, source.offset + k * static_cast<uint32_t>(sizeof(uproar_text)),
                            field.offset + k * 4, source.longest_text});
        break;
      case BpfField::Kind::Place:
        place_ = {0, field.offset, std::min(field.byte_size(), uint32_t{4})};
        break;
      case BpfField::Kind::Faults:
        copies_.push_back(
            {layout_.faults_at, field.offset, std::min(field.byte_size(), 8 * layout_.fault_words)});
        break;
      case BpfField::Kind::Cuts:
        cuts_ = {0, field.offset, field.byte_size()};
        break;
    }
    CHECK(source.offset + taken <= layout_.fixed_bytes);
    fixed_bytes_ = std::max<size_t>(fixed_bytes_, field.offset + field.byte_size());
  }
  CHECK(fixed_bytes_ <= kFurthest);
  join_copies();
}

// Fields that are neighbours in both records move with one copy.
void BpfRecordReader::join_copies() {
  std::vector<Copy> joined;
  for (const Copy& copy : copies_) {
    if (!joined.empty() && joined.back().from + joined.back().bytes == copy.from &&
        joined.back().to + joined.back().bytes == copy.to) {
      joined.back().bytes += copy.bytes;
    } else {
      joined.push_back(copy);
    }
  }
  copies_ = std::move(joined);
}

BpfRecordStatus BpfRecordReader::read(std::span<const uint8_t> record, const uproar_record& head,
                                      uint64_t slid_by) {
  if (record.size() < layout_.fixed_bytes) return BpfRecordStatus::ShorterThanFields;
  bytes_.assign(fixed_bytes_, 0);
  store_little_endian(bytes_.data(), layout_.schema.kernel_type);
  store_little_endian(bytes_.data() + kThreadAt, static_cast<uint32_t>(head.pid_tgid));
  uint64_t address = head.ip;
  if (layout_.schema.is_return) {
    store_little_endian(bytes_.data() + kAddressAt + kAddressBytes, uint64_t{head.ip});
    address = layout_.function_at ? load<uint64_t>(record, layout_.function_at) : 0;
  }
  // Some kernels tell no function (6.1).
  store_little_endian(bytes_.data() + kAddressAt, address == 0 ? 0 : address - slid_by);
  for (const Copy& copy : copies_)
    std::memcpy(bytes_.data() + copy.to, record.data() + copy.from, copy.bytes);
  if (place_.bytes != 0) {
    uint8_t site[4];
    store_little_endian(site, uint32_t{UPROAR_COOKIE_SITE(head.cookie)});
    std::memcpy(bytes_.data() + place_.to, site, place_.bytes);
  }
  for (const Text& text : texts_) {
    if (const auto status = copy_text(text, record); status != BpfRecordStatus::Ok) return status;
  }
  return copy_stack(record);
}

BpfRecordStatus BpfRecordReader::copy_text(const Text& text, std::span<const uint8_t> record) {
  const auto source = load<uproar_text>(record, text.from);
  if (source.length == 0) return BpfRecordStatus::Ok;  // a fault, as in the ring
  if (!lies_in(source, layout_.fixed_bytes, record.size())) return BpfRecordStatus::TextOutside;
  size_t characters = source.length - 1;
  // Whether the character at the limit was the last one nobody knows; without it there surely are more.
  bool cut = text.longest != 0 && source.length >= text.longest;
  if (cut && characters > 0) --characters;
  size_t at = bytes_.size();
  // The string before it took the last of the room: its NUL serves this one, of which nothing is left.
  if (at == kFurthest) bytes_.resize(--at);
  if (characters + 1 > kFurthest - at) {
    characters = kFurthest - at - 1;
    cut = true;
  }
  const auto reference = static_cast<uint32_t>((characters + 1) << 16 | at);
  store_little_endian(bytes_.data() + text.to, reference);
  const uint8_t* from = record.data() + source.offset;
  bytes_.insert(bytes_.end(), from, from + characters);
  bytes_.push_back(0);
  if (cut) mark_cut(text.field);
  return BpfRecordStatus::Ok;
}

void BpfRecordReader::mark_cut(size_t field) {
  if (field / 8 < cuts_.bytes) bytes_[cuts_.to + field / 8] |= static_cast<uint8_t>(1 << field % 8);
}

BpfRecordStatus BpfRecordReader::copy_stack(std::span<const uint8_t> record) {
  stack_.clear();
  if (layout_.stack_copy_at != 0) return find_copied_stack(record);
  if (layout_.stack_at == 0) return BpfRecordStatus::Ok;
  const auto source = load<uproar_text>(record, layout_.stack_at);
  if (source.length == 0) return BpfRecordStatus::Ok;
  if (!lies_in(source, layout_.fixed_bytes, record.size()) || source.length < sizeof(uproar_chain))
    return BpfRecordStatus::StackOutside;
  const auto chain = record.subspan(source.offset, source.length);
  const auto walked = load<uint64_t>(chain, 0);
  if (walked > kMostWalked || chain.size() < (walked + 1) * sizeof(uint64_t))
    return BpfRecordStatus::StackOutside;
  append_addresses(stack_, chain.subspan(sizeof(uint64_t), walked * sizeof(uint64_t)));
  if (chain.size() > UPROAR_CHAIN_KERNEL) take_kernel_chain(chain.subspan(UPROAR_CHAIN_KERNEL));
  if (stack_.size() > kMostAddresses) stack_.resize(kMostAddresses);
  return BpfRecordStatus::Ok;
}

BpfRecordStatus BpfRecordReader::find_copied_stack(std::span<const uint8_t> record) {
  registers_ = copied_ = {};
  const auto source = load<uproar_stack_copy>(record, layout_.stack_copy_at);
  if (source.offset == 0) return BpfRecordStatus::Ok;
  if (source.offset < layout_.fixed_bytes || source.offset > record.size() ||
      source.bytes > record.size() - source.offset)
    return BpfRecordStatus::StackOutside;
  const auto both = record.subspan(source.offset);
  registers_ = both.first(both.size() - source.bytes);
  copied_ = both.last(source.bytes);
  return BpfRecordStatus::Ok;
}

// It is the chain that was walked, with other addresses for trampolines, but that the caller may be missing: then it has one
// address less. A caller that is a trampoline itself has no better address.
void BpfRecordReader::take_kernel_chain(std::span<const uint8_t> bytes) {
  std::vector<uint64_t> known;
  append_addresses(known, bytes);
  if (known.empty()) return;
  if (stack_.size() > 1 && known.size() + 1 == stack_.size()) known.insert(known.begin() + 1, stack_[1]);
  stack_ = std::move(known);
}

}  // namespace uproar
