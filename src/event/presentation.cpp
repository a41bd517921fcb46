#include "event/presentation.h"

#include <algorithm>
#include <cstring>

#include "event/helper_fields.h"
#include "event/little_endian.h"
#include "event/stored_values.h"

namespace uproar {
namespace {

using Role = HelperField::Role;

// Fortran has no arrays of more.
constexpr unsigned kMostDimensions = 15;

bool is_number(const Field& field) {
  return field.count == 0 && field.kind != Field::Kind::String && field.kind != Field::Kind::FixedString;
}

bool is_bytes(const Field& field) {
  return field.count != 0 && field.kind != Field::Kind::String && field.kind != Field::Kind::FixedString;
}

// Of Faults and Cuts.
bool is_bit_set(const Field& field) {
  return field.size == 8 && (is_number(field) || is_bytes(field));
}

// Whether there can be a text of a length in it.
bool holds_text(const Field& field) {
  return is_bytes(field) || (field.kind == Field::Kind::String && field.count == 0);
}

Field shown_field(const ServedField& argument) {
  Field field = argument.field;
  field.kind = argument.shown_kind();
  if (argument.is_sized_text()) {
    field.size = 4;
    field.count = 0;
  }
  if (argument.is_array() && argument.array.is_one_element()) field.count = 0;
  return field;
}

}  // namespace

Presentation::Presentation(const EventSchema& recorded) : recorded_(recorded), shown_(recorded) {
  const auto& fields = recorded_.fields;
  std::vector<bool> is_helper(fields.size());
  for (uint32_t i = 0; i < fields.size(); ++i) is_helper[i] = serves_well(i);
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (is_helper[i]) continue;
    ServedField argument;
    argument.index = i;
    argument.parts = {i};
    argument.field = fields[i];
    arguments_.push_back(std::move(argument));
  }
  for (uint32_t i = 0; i < fields.size(); ++i) {
    if (is_helper[i]) add_helper(i, is_helper);
    fields_end_ = std::max(fields_end_, end_of(fields[i]));
  }
  shown_.fields.clear();
  converted_.resize(arguments_.size());
  for (uint32_t i = 0; i < arguments_.size(); ++i) {
    const ServedField& argument = arguments_[i];
    if (argument.is_sized_text() || argument.is_array() || argument.start || !argument.tags.empty())
      tidied_.push_back(i);
    shown_.fields.push_back(shown_field(arguments_[i]));
    shown_values_ += shown_.fields.back().values();
  }
}

// A foreign event may have fields of such names by chance: only what fits together is a helper.
bool Presentation::serves_well(uint32_t index) const {
  const auto& fields = recorded_.fields;
  const auto helper = parse_helper_name(fields[index].name);
  if (!helper) return false;
  const Field& field = fields[index];
  if (helper->role == Role::Faults || helper->role == Role::Cuts) return is_bit_set(field);
  const bool holds_bytes = helper->role == Role::Start || helper->role == Role::Object;
  if (holds_bytes ? !is_bytes(field) : !is_number(field)) return false;
  return std::all_of(helper->serves.begin(), helper->serves.end(), [&](uint32_t served) {
    if (served >= fields.size() || served == index) return false;
    switch (helper->role) {
      case Role::Length:
      case Role::Limit:
      case Role::Pointer:
      case Role::Object:
      case Role::Text:
      case Role::First:
      case Role::Last:
      case Role::Step:
      case Role::Span:
      case Role::Index:
      case Role::At:
      case Role::Skip:
        return holds_text(fields[served]);
      case Role::Sign:
      case Role::Bits:
      case Role::Hex:
      case Role::Char:
        return is_number(fields[served]) || is_bytes(fields[served]);
      case Role::Start:
        return fields[served].kind == Field::Kind::String && fields[served].count == 0;
      case Role::Via:
      case Role::Tag:
      case Role::Low:
      case Role::High:
      case Role::Place:
      case Role::Faults:
      case Role::Cuts:
        return true;
    }
    return false;
  });
}

void Presentation::add_helper(uint32_t index, const std::vector<bool>& is_helper) {
  const auto helper = parse_helper_name(recorded_.fields[index].name);
  const Field& field = recorded_.fields[index];
  if (helper->role == Role::Place) place_ = field;
  for (ServedField& argument : arguments_) {
    if (helper->role == Role::Faults) argument.faults = field;
    if (helper->role == Role::Cuts) argument.cuts = field;
  }
  for (uint32_t served : helper->serves) {
    if (is_helper[served]) continue;
    auto found = std::find_if(arguments_.begin(), arguments_.end(),
                              [served](const ServedField& argument) { return argument.index == served; });
    found->parts.push_back(index);
    switch (helper->role) {
      case Role::Length:
        found->length = field;
        break;
      case Role::Limit:
        found->limit = field;
        break;
      case Role::Sign:
        found->sign = field;
        break;
      case Role::Bits:
        found->bits = field;
        break;
      case Role::Hex:
        found->hex = field;
        break;
      case Role::Char:
        found->character = field;
        break;
      case Role::Text:
        found->text = field;
        break;
      case Role::Object:
        found->object = field;
        break;
      case Role::Tag:
        found->tags.push_back(field);
        break;
      case Role::Low:
        found->lows.push_back(field);
        break;
      case Role::High:
        found->highs.push_back(field);
        break;
      case Role::Pointer:
        found->pointer = field;
        note_pointer(index);
        break;
      case Role::Start:
        found->start = field;
        break;
      case Role::Via:
        found->via.push_back(field);
        note_pointer(index);
        break;
      case Role::First:
      case Role::Last:
      case Role::Step:
      case Role::Span:
      case Role::Index:
      case Role::At:
        add_to_array(*helper, field, found->array);
        break;
      case Role::Skip:
        found->array.skip = field;
        break;
      case Role::Place:
      case Role::Faults:
      case Role::Cuts:
        break;
    }
  }
}

// As far as all dimensions before it are told, too.
void Presentation::add_to_array(const HelperField& helper, const Field& field, ArrayFields& array) {
  if (helper.number > kMostDimensions) return;
  if (array.dimensions.size() < helper.number) array.dimensions.resize(helper.number);
  ArrayDimensionFields& dimension = array.dimensions[helper.number - 1];
  switch (helper.role) {
    case Role::First:
      dimension.first = field;
      break;
    case Role::Last:
      dimension.last = field;
      break;
    case Role::Step:
      dimension.step = field;
      break;
    case Role::Span:
      dimension.span = field;
      break;
    case Role::Index:
      dimension.index = field;
      break;
    default:
      dimension.at = field;
      break;
  }
}

void Presentation::note_pointer(uint32_t index) {
  if (std::find(pointers_.begin(), pointers_.end(), index) == pointers_.end()) pointers_.push_back(index);
}

DecodeStatus Presentation::decode(std::span<const uint8_t> record, Event& out) {
  out.schema = &shown_;
  out.place = kUnknownPlace;
  if (!read_event_header(recorded_, record, out)) {
    out.values.clear();
    return DecodeStatus::RecordShorterThanHeader;
  }
  if (place_) out.place = static_cast<uint32_t>(number_of(*place_, record));
  if (out.values.size() != shown_values_) out.values.resize(shown_values_);
  bool inside = true;
  Value* next = out.values.data();
  for (size_t i = 0; i < arguments_.size(); ++i)
    next = read_argument(arguments_[i], record, next, inside, converted_[i]);
  // Which of its faults comes first is for the fields as they were recorded to say.
  if (record.size() < fields_end_) return decode_record(recorded_, record, short_);
  return inside ? DecodeStatus::Ok : DecodeStatus::StringOutsideRecord;
}

namespace {

// A string of which less was recorded than there is; a fault is none.
bool is_cut_short(const ServedField& argument, std::span<const uint8_t> record) {
  const uint32_t location = load_little_endian<uint32_t>(record.data() + argument.field.offset);
  const size_t offset = location & 0xffff;
  const size_t length = location >> 16;
  if (offset > record.size() || length > record.size() - offset) return false;
  return goes_on(*argument.start, until_nul(record.data() + offset, length), record);
}

void clear_behind(const Field& field, size_t kept, std::span<uint8_t> record) {
  if (kept < field.byte_size()) std::memset(record.data() + field.offset + kept, 0, field.byte_size() - kept);
}

// What lies between and behind the elements of an array.
void keep_elements(const ServedField& argument, std::span<uint8_t> record) {
  const Field& field = argument.field;
  const ArrayElements elements = array_elements(argument.array, field, record);
  std::vector<uint8_t> kept(field.byte_size());
  for (const uint32_t offset : elements.offsets)
    std::memcpy(kept.data() + offset, record.data() + field.offset + offset, field.size);
  std::memcpy(record.data() + field.offset, kept.data(), kept.size());
}

// Of an object that has its text elsewhere nothing is needed but how long it is, and whether it can be read.
void tidy_object(const Field& object, const TextForm& form, bool is_text_inside, size_t length,
                 std::span<uint8_t> record) {
  const auto bytes = record.subspan(object.offset, object.byte_size());
  if (is_text_inside) {
    // The byte behind the text, or the last, has the length.
    const size_t end = form.layout == TextForm::Layout::LengthFirst ? form.character_bytes + length : length;
    const size_t last = form.layout == TextForm::Layout::LengthFirst ? bytes.size() : bytes.size() - 1;
    if (end < last) std::memset(bytes.data() + end, 0, last - end);
    return;
  }
  const auto pointer = bytes.subspan(long_pointer_at(form), 8);
  const bool followable = was_followable(load_little_endian<uint64_t>(pointer.data()));
  std::memset(pointer.data(), 0, 8);
  pointer[0] = followable ? kCheckedPointer : 0;
  // What is left is the capacity, with the mark in its lowest or highest bit.
  if (form.layout == TextForm::Layout::LengthFirst) {
    std::memset(bytes.data(), 0, 8);
    bytes[0] = 1;
  } else {
    std::memset(bytes.data() + 16, 0, 8);
    bytes[bytes.size() - 1] = 0x80;
  }
}

}  // namespace

void Presentation::tidy(const ServedField& argument, std::span<uint8_t> record) {
  const auto bytes = bytes_of(argument.field, record);
  if (!has_value(argument, record)) {
    // A string in the record has its reference for whoever takes the bytes behind the fields apart.
    if (argument.field.kind != Field::Kind::String) clear_behind(argument.field, 0, record);
    if (argument.object) clear_behind(*argument.object, 0, record);
    if (argument.start) clear_behind(*argument.start, 0, record);
    return;
  }
  if (argument.is_array()) return keep_elements(argument, record);
  if (argument.is_sized_text()) {
    const StoredText text = stored_text(argument, record);
    const size_t length = text.bytes.size();
    if (argument.field.kind != Field::Kind::String)
      clear_behind(argument.field, text.in_object ? 0 : length, record);
    if (argument.object && !text.fault)
      tidy_object(*argument.object, text_form(argument, record), text.in_object, length, record);
  }
  if (!argument.start) return;
  const auto start = bytes_of(*argument.start, record);
  // What can be read is shown from the string itself, unless that is cut: length 0 in its descriptor is a
  // fault.
  const bool read = (load_little_endian<uint32_t>(bytes.data()) >> 16) != 0;
  const bool reached = std::all_of(argument.via.begin(), argument.via.end(),
                                   [&](const Field& via) { return is_followable(number_of(via, record)); });
  const bool kept = reached && (!read || is_cut_short(argument, record));
  clear_behind(*argument.start, kept ? until_nul(start.data(), start.size()) : 0, record);
}

void Presentation::tidy(std::span<uint8_t> record) const {
  if (record.size() < fields_end_) return;
  for (const uint32_t index : tidied_) tidy(arguments_[index], record);
  // Last, and once each: one pointer may lead to several arguments.
  for (uint32_t pointer : pointers_) {
    const Field& field = recorded_.fields[pointer];
    const uint64_t mark = is_followable(number_of(field, record)) ? kCheckedPointer : 0;
    clear_behind(field, 0, record);
    record[field.offset] = static_cast<uint8_t>(mark);
  }
}

}  // namespace uproar
