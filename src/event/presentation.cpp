#include "event/presentation.h"

#include <algorithm>
#include <cstring>

#include "event/helper_fields.h"
#include "event/little_endian.h"

namespace uproar {
namespace {

using Role = HelperField::Role;

bool is_number(const Field& field) {
  return field.count == 0 && field.kind != Field::Kind::String && field.kind != Field::Kind::FixedString;
}

bool is_bytes(const Field& field) {
  return field.count != 0 && field.kind != Field::Kind::String && field.kind != Field::Kind::FixedString;
}

std::span<const uint8_t> bytes_of(const Field& field, std::span<const uint8_t> record) {
  if (field.offset > record.size() || field.byte_size() > record.size() - field.offset) return {};
  return record.subspan(field.offset, field.byte_size());
}

size_t until_nul(std::span<const uint8_t> bytes) {
  return static_cast<size_t>(std::find(bytes.begin(), bytes.end(), uint8_t{0}) - bytes.begin());
}

Value text_value(std::span<const uint8_t> bytes, bool cut) {
  Value value;
  value.text = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  value.cut = cut;
  return value;
}

Value fault_value() {
  Value value;
  value.fault = true;
  return value;
}

uint64_t with_sign(uint64_t bits, uint64_t width) {
  if (width == 0 || width >= 64) return bits;
  const uint64_t sign = uint64_t{1} << (width - 1);
  return ((bits & ((sign << 1) - 1)) ^ sign) - sign;
}

// As the record has it, whatever the field's kind: helpers are plain numbers.
uint64_t stored_number(const Field& field, std::span<const uint8_t> record) {
  const auto bytes = bytes_of(field, record);
  uint64_t number = 0;
  for (size_t i = std::min<size_t>(bytes.size(), 8); i-- > 0;) number = number << 8 | bytes[i];
  return number;
}

}  // namespace

Presentation::Presentation(const EventSchema& recorded) : recorded_(recorded), shown_(recorded) {
  const auto& fields = recorded_.fields;
  uint32_t next_value = 0;
  for (const Field& field : fields) {
    first_value_.push_back(next_value);
    next_value += field.values();
  }
  std::vector<bool> is_helper(fields.size());
  for (uint32_t i = 0; i < fields.size(); ++i) is_helper[i] = serves_well(i);
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (is_helper[i]) continue;
    Argument argument;
    argument.field = i;
    argument.first_value = first_value_[i];
    argument.values = fields[i].values();
    arguments_.push_back(std::move(argument));
  }
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (is_helper[i]) add_helper(i, is_helper);
  }
  plain_ = arguments_.size() == fields.size();
  if (plain_) return;
  shown_.fields.clear();
  for (Argument& argument : arguments_) {
    argument.as_recorded = argument.length == kNone && argument.limit == kNone && argument.sign == kNone &&
                           argument.start == kNone;
    shown_.fields.push_back(shown_field(argument));
    shown_values_ += shown_.fields.back().values();
  }
}

// A foreign event may have fields of such names by chance: only what fits together is a helper.
bool Presentation::serves_well(uint32_t index) const {
  const auto& fields = recorded_.fields;
  const auto helper = parse_helper_name(fields[index].name);
  if (!helper) return false;
  const Field& field = fields[index];
  if (helper->role == Role::Start ? !is_bytes(field) : !is_number(field)) return false;
  return std::all_of(helper->serves.begin(), helper->serves.end(), [&](uint32_t served) {
    if (served >= fields.size() || served == index) return false;
    switch (helper->role) {
      case Role::Length:
      case Role::Limit:
      case Role::Pointer:
        return is_bytes(fields[served]);
      case Role::Sign:
        return is_number(fields[served]);
      case Role::Start:
        return fields[served].kind == Field::Kind::String && fields[served].count == 0;
      case Role::Via:
      case Role::Place:
        return true;
    }
    return false;
  });
}

void Presentation::add_helper(uint32_t index, const std::vector<bool>& is_helper) {
  const auto helper = parse_helper_name(recorded_.fields[index].name);
  if (helper->role == Role::Place) place_ = index;
  for (uint32_t served : helper->serves) {
    if (is_helper[served]) continue;
    auto found = std::find_if(arguments_.begin(), arguments_.end(),
                              [served](const Argument& argument) { return argument.field == served; });
    switch (helper->role) {
      case Role::Length:
        found->length = index;
        break;
      case Role::Limit:
        found->limit = index;
        break;
      case Role::Sign:
        found->sign = index;
        break;
      case Role::Pointer:
        found->pointer = index;
        note_pointer(index);
        break;
      case Role::Start:
        found->start = index;
        break;
      case Role::Via:
        found->via.push_back(index);
        note_pointer(index);
        break;
      case Role::Place:
        break;
    }
  }
}

void Presentation::note_pointer(uint32_t index) {
  if (std::find(pointers_.begin(), pointers_.end(), index) == pointers_.end()) pointers_.push_back(index);
}

Field Presentation::shown_field(const Argument& argument) const {
  Field field = recorded_.fields[argument.field];
  if (argument.length != kNone || argument.limit != kNone) {
    field.kind = Field::Kind::String;
    field.size = 4;
    field.count = 0;
  } else if (argument.sign != kNone) {
    field.kind = Field::Kind::Signed;
  }
  return field;
}

bool Presentation::is_fault(const Argument& argument) const {
  return std::any_of(argument.via.begin(), argument.via.end(),
                     [this](uint32_t field) { return !was_followable(number(field)); });
}

Value Presentation::text_of(const Argument& argument, std::span<const uint8_t> record) const {
  const auto bytes = bytes_of(recorded_.fields[argument.field], record);
  const bool bounded = argument.limit != kNone;
  const uint64_t length = number(bounded ? argument.limit : argument.length);
  const auto there = bytes.first(std::min<uint64_t>(length, bytes.size()));
  if (bounded) {
    const size_t end = until_nul(there);
    return text_value(there.first(end), end == bytes.size() && length > bytes.size());
  }
  if (length > 0 && argument.pointer != kNone && !was_followable(number(argument.pointer)))
    return fault_value();
  return text_value(there, length > bytes.size());
}

// The kernel gives up on strings of 4096 bytes and more as if they could not be read; what their beginning
// holds shows that they could.
Value Presentation::start_of(const Argument& argument, std::span<const uint8_t> record) const {
  const auto bytes = bytes_of(recorded_.fields[argument.start], record);
  const size_t end = until_nul(bytes);
  return end == 0 ? fault_value() : text_value(bytes.first(end), true);
}

// A string that got less room than it needed, because others of its event took theirs, ends before its own
// NUL.
bool Presentation::goes_on(const Argument& argument, size_t length, std::span<const uint8_t> record) const {
  const auto start = bytes_of(recorded_.fields[argument.start], record);
  return length < start.size() && start[length] != 0;
}

bool Presentation::is_cut_short(const Argument& argument, std::span<const uint8_t> record) const {
  const uint32_t location = static_cast<uint32_t>(stored_number(recorded_.fields[argument.field], record));
  const size_t offset = location & 0xffff;
  const size_t length = location >> 16;
  if (offset > record.size() || length > record.size() - offset) return false;
  return goes_on(argument, until_nul(record.subspan(offset, length)), record);
}

// Writes as many values as the shown field has; gives back the end.
Value* Presentation::present(const Argument& argument, std::span<const uint8_t> record, Value* out) const {
  const bool fault = !argument.via.empty() && is_fault(argument);
  if (argument.length != kNone || argument.limit != kNone) {
    *out = fault ? fault_value() : text_of(argument, record);
    return out + 1;
  }
  const Value* const values = raw_.values.data() + argument.first_value;
  if (fault) return std::fill_n(out, argument.values, fault_value());
  if (argument.as_recorded) return std::copy_n(values, argument.values, out);
  for (uint32_t i = 0; i < argument.values; ++i) {
    Value value = values[i];
    if (argument.sign != kNone) value.bits = with_sign(value.bits, number(argument.sign));
    if (argument.start != kNone && value.fault) value = start_of(argument, record);
    if (argument.start != kNone && !value.fault && goes_on(argument, value.text.size(), record))
      value.cut = true;
    *out++ = value;
  }
  return out;
}

DecodeStatus Presentation::decode(std::span<const uint8_t> record, Event& out) {
  if (plain_) {
    out.place = kUnknownPlace;
    const DecodeStatus status = decode_record(recorded_, record, out);
    out.schema = &shown_;
    return status;
  }
  const DecodeStatus status = decode_record(recorded_, record, raw_);
  out.schema = &shown_;
  if (status == DecodeStatus::RecordShorterThanHeader) {
    out.values.clear();
    return status;
  }
  out.tid = raw_.tid;
  out.flags = raw_.flags;
  out.preempt_count = raw_.preempt_count;
  out.ip = raw_.ip;
  out.return_ip = raw_.return_ip;
  out.place = place_ == kNone ? kUnknownPlace : static_cast<uint32_t>(number(place_));
  out.values.resize(shown_values_);
  Value* next = out.values.data();
  for (const Argument& argument : arguments_) next = present(argument, record, next);
  return status;
}

void Presentation::tidy(std::span<uint8_t> record) const {
  const auto& fields = recorded_.fields;
  for (const Field& field : fields) {
    if (field.offset > record.size() || field.byte_size() > record.size() - field.offset) return;
  }
  auto mark_pointer = [&](uint32_t index) {
    const Field& field = fields[index];
    const uint64_t mark = is_followable(stored_number(field, record)) ? kCheckedPointer : 0;
    std::memset(record.data() + field.offset, 0, field.byte_size());
    record[field.offset] = static_cast<uint8_t>(mark);
  };
  auto clear_behind = [&](const Field& field, size_t kept) {
    if (kept < field.byte_size())
      std::memset(record.data() + field.offset + kept, 0, field.byte_size() - kept);
  };
  for (const Argument& argument : arguments_) {
    const Field& field = fields[argument.field];
    const auto bytes = bytes_of(field, record);
    if (argument.length != kNone) {
      clear_behind(field, std::min<uint64_t>(stored_number(fields[argument.length], record), bytes.size()));
    } else if (argument.limit != kNone) {
      const uint64_t limit = std::min<uint64_t>(stored_number(fields[argument.limit], record), bytes.size());
      clear_behind(field, until_nul(bytes.first(limit)));
    }
    if (argument.start != kNone) {
      // Length 0 in the string's descriptor is a fault.
      const bool read = (load_little_endian<uint32_t>(bytes.data()) >> 16) != 0;
      const bool reached = std::all_of(argument.via.begin(), argument.via.end(), [&](uint32_t via) {
        return is_followable(stored_number(fields[via], record));
      });
      const Field& start = fields[argument.start];
      const bool kept = !reached ? false : !read || is_cut_short(argument, record);
      clear_behind(start, kept ? until_nul(bytes_of(start, record)) : 0);
    }
  }
  // Last, and once each: one pointer may lead to several arguments.
  for (uint32_t pointer : pointers_) mark_pointer(pointer);
}

}  // namespace uproar
