#include "replay/columns/column_program.h"

#include <algorithm>
#include <optional>

#include "event/helper_fields.h"
#include "event/stored_values.h"
#include "event/text/text_value.h"
#include "replay/value_text.h"

namespace uproar {
namespace {

// kernel: include/linux/trace_events.h struct trace_entry, kernel/trace/trace_uprobe.c struct
// uprobe_trace_entry_head
constexpr uint32_t kTaskOffset = 4, kAddressOffset = 8, kReturnOffset = 16;

// How a step writes a number of a kind. Strings have steps of their own.
std::optional<ColumnStep::Value> number_value(Field::Kind kind) {
  switch (kind) {
    case Field::Kind::Unsigned:
      return ColumnStep::Value::Unsigned;
    case Field::Kind::Signed:
      return ColumnStep::Value::Signed;
    case Field::Kind::Hex:
      return ColumnStep::Value::Hex;
    case Field::Kind::Char:
      return ColumnStep::Value::Char;
    case Field::Kind::String:
    case Field::Kind::FixedString:
      break;
  }
  return std::nullopt;
}

class Compiler {
 public:
  Compiler(const ColumnEvent& event, GroupFacts& facts, TextStore& store, std::vector<ColumnStep>& steps)
      : event_(event), group_(facts.group()), facts_(facts), store_(store), steps_(steps) {}

  bool run(std::vector<TextStore::Text>& places) {
    if (!has_whole_records()) return false;
    pending_ = event_.head;
    if (event_.trace && !(add_address() && add_arguments() && add_symbol(places))) return false;
    pending_ += '\n';
    take_step(ColumnStep::Value::End, 0);
    return true;
  }

 private:
  // Whether every record has its task where the kernel puts it, and all fields of the schema.
  bool has_whole_records() const {
    const EventSchema& schema = *event_.recorded;
    const uint32_t header = schema.has_ip ? (schema.is_return ? 24 : 16) : 8;
    return part_at(kTaskOffset, RecordPart::Kind::Task, 4) != nullptr &&
           group_.layout.fixed_bytes >= header &&
           group_.layout.fixed_bytes >= event_.presentation->fields_end();
  }
  // The part that begins at `offset` of the record; null: there is none, or it is another's.
  const ColumnPart* part_at(uint32_t offset, RecordPart::Kind kind, uint32_t size) const {
    const auto& parts = group_.parts;
    const auto part = std::lower_bound(parts.begin(), parts.end(), offset,
                                       [](const ColumnPart& one, uint32_t at) { return one.at < at; });
    if (part == parts.end() || part->at != offset) return nullptr;
    return part->part.kind == kind && part->part.size == size ? &*part : nullptr;
  }
  // Of a helper.
  const ColumnPart* number_part(const Field& field) const {
    if (field.kind == Field::Kind::Signed) return nullptr;
    return part_at(field.offset, RecordPart::Kind::Number, field.size);
  }

  // A step that writes the text that has come together, then `value`.
  ColumnStep& take_step(ColumnStep::Value value, uint32_t room) {
    ColumnStep step;
    step.value = value;
    step.before = store_.add(pending_);
    step.room = room;
    pending_.clear();
    return steps_.emplace_back(step);
  }

  bool add_number(Field::Kind kind, uint32_t offset, uint8_t size, uint8_t sign_bits) {
    const ColumnPart* part = part_at(offset, RecordPart::Kind::Number, size);
    const std::optional<ColumnStep::Value> value = number_value(kind);
    if (part == nullptr || !value) return false;
    if (kind == Field::Kind::Hex) pending_ += "0x";
    if (kind == Field::Kind::Char) pending_ += '\'';
    add_bare_number(*value, *part, sign_bits);
    if (kind == Field::Kind::Char) pending_ += '\'';
    return true;
  }

  void add_bare_number(ColumnStep::Value value, const ColumnPart& part, uint8_t sign_bits) {
    const auto size = static_cast<uint8_t>(part.part.size);
    NumberPart one;
    ColumnStep known;
    ColumnStep& step = part.number.constant ? known : take_step(value, kLongestNumber);
    step.value = value;
    step.size = size;
    step.sign_bits = sign_bits;
    step.number = part.number.constant ? &one : &part.number;
    if (!part.number.constant) return;
    // The same for all rows is text like any other.
    one.bytes.resize(8);
    store_little_endian(one.bytes.data(), part.number.value);
    TextStore empty;
    empty.seal();
    char text[kLongestNumber + kTextChunk];
    pending_.append(text, write_steps({known}, empty, 0, text));
  }

  // The print fmt of a return probe names the function first: see PerfScriptPrinter.
  bool add_address() {
    const EventSchema& schema = *event_.recorded;
    if (!schema.has_ip) return true;
    const ColumnPart* address = part_at(kAddressOffset, RecordPart::Kind::Number, 8);
    const ColumnPart* back = schema.is_return ? part_at(kReturnOffset, RecordPart::Kind::Number, 8) : nullptr;
    if (address == nullptr || (schema.is_return && back == nullptr)) return false;
    pending_ += '(';
    add_bare_number(ColumnStep::Value::Hex, *address, 0);
    if (schema.is_return) {
      pending_ += " <- ";
      add_bare_number(ColumnStep::Value::Hex, *back, 0);
    }
    pending_ += ')';
    return true;
  }

  bool add_arguments() {
    const auto& arguments = event_.presentation->arguments();
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (i > 0 || event_.recorded->has_ip) pending_ += ' ';
      pending_ += arguments[i].field.name;
      pending_ += '=';
      if (!add_argument(arguments[i])) return false;
    }
    return true;
  }

  // Whether what the helper says of its pointer lets the value be believed in every row; nothing: that
  // differs.
  std::optional<bool> reached(const std::vector<Field>& pointers) const {
    bool all = true;
    for (const Field& field : pointers) {
      const ColumnPart* part = number_part(field);
      if (part == nullptr) return std::nullopt;
      const GroupFacts::Followable found = facts_.followable(*part);
      if (found == GroupFacts::Followable::Mixed) return std::nullopt;
      all = all && found == GroupFacts::Followable::Everywhere;
    }
    return all;
  }

  // Whether no row has such a bit.
  bool has_no_bits(const std::optional<Field>& bits) const {
    if (!bits) return true;
    if (const ColumnPart* whole = part_at(bits->offset, RecordPart::Kind::Bytes, bits->byte_size()))
      return facts_.has_no_bytes(*whole);
    for (uint32_t i = 0; i < bits->values(); ++i) {
      const ColumnPart* part = part_at(bits->offset + 8 * i, RecordPart::Kind::Number, 8);
      if (part == nullptr || !part->number.constant || part->number.value != 0) return false;
    }
    return true;
  }

  bool add_argument(const ServedField& argument) {
    const Field& field = argument.field;
    // Values that are made of several columns, or converted, are for the printer of events.
    if (argument.bits || argument.text || argument.object || !argument.tags.empty()) return false;
    const std::optional<bool> is_reached = reached(argument.via);
    if (!is_reached || argument.is_array()) return false;
    if (argument.is_sized_text()) return *is_reached ? add_sized_text(argument) : add_fault();
    const bool array = field.kind != Field::Kind::FixedString && field.count != 0;
    for (uint32_t i = 0; i < field.values(); ++i) {
      if (array) pending_ += i == 0 ? '{' : ',';
      if (!(*is_reached ? add_element(argument, i) : add_fault())) return false;
    }
    if (array) pending_ += '}';
    return true;
  }

  bool add_fault() {
    pending_ += kFaultText;
    return true;
  }

  bool add_element(const ServedField& argument, uint32_t index) {
    const Field& field = argument.field;
    if (field.kind == Field::Kind::FixedString && (field.size != 1 || field.count == 0)) return false;
    if (field.kind == Field::Kind::FixedString)
      return add_text(part_at(field.offset, RecordPart::Kind::Bytes, field.byte_size()), false);
    if (field.kind == Field::Kind::String)
      return is_empty_everywhere(argument.start) &&
             add_text(part_at(field.offset + 4 * index, RecordPart::Kind::Dynamic, 4), true);
    uint8_t sign_bits = 0;
    if (argument.sign) {
      const ColumnPart* bits = number_part(*argument.sign);
      if (bits == nullptr || !bits->number.constant) return false;
      sign_bits = bits->number.value < 64 ? static_cast<uint8_t>(bits->number.value) : 0;
    }
    const Field::Kind kind = argument.shown_kind();
    // A number without a sign is not made one by its size: see read_argument.
    if (argument.sign && field.kind != Field::Kind::Signed && field.size < 8 &&
        (sign_bits == 0 || sign_bits > 8 * field.size))
      return false;
    return add_number(kind, field.offset + index * field.size, field.size, sign_bits);
  }

  // Beginnings of strings are kept only where they are shown.
  bool is_empty_everywhere(const std::optional<Field>& start) const {
    if (!start) return true;
    const ColumnPart* part = part_at(start->offset, RecordPart::Kind::Bytes, start->byte_size());
    return part != nullptr && facts_.has_no_bytes(*part);
  }

  bool add_text(const ColumnPart* part, bool dynamic) {
    if (part == nullptr) return false;
    const auto& column = facts_.texts(*part, dynamic);
    ColumnStep& step = take_step(ColumnStep::Value::Text, column.longest);
    step.choice = part->text.choice.data();
    step.texts = &column.texts;
    return true;
  }

  bool add_sized_text(const ServedField& argument) {
    const Field& field = argument.field;
    const Field& length = argument.limit ? *argument.limit : *argument.length;
    const ColumnPart* bytes = part_at(field.offset, RecordPart::Kind::Bytes, field.byte_size());
    const ColumnPart* lengths = number_part(length);
    if (bytes == nullptr || lengths == nullptr || length.kind == Field::Kind::Signed) return false;
    if (!argument.array.dimensions.empty()) return false;
    if (argument.pointer && !argument.limit) {
      const std::optional<bool> is_reached = reached({*argument.pointer});
      if (!is_reached || !*is_reached) return false;
    }
    ColumnStep& step =
        take_step(argument.limit ? ColumnStep::Value::BoundedText : ColumnStep::Value::SizedText,
                  field.byte_size() + 8);
    step.column = &bytes->text;
    step.length = &lengths->number;
    step.length_size = length.size;
    step.field_bytes = field.byte_size();
    return true;
  }

  // The events of several functions name the one that was hit.
  bool add_symbol(std::vector<TextStore::Text>& places) {
    if (!event_.symbols->differ()) return true;
    const auto& place = event_.presentation->place();
    const ColumnPart* part = place ? number_part(*place) : nullptr;
    if (part == nullptr) return false;
    const uint64_t most = facts_.largest_number(*part);
    if (most >= event_.symbols->numbered()) return false;
    if (part->number.constant) {
      append_symbol_of(static_cast<uint32_t>(most), pending_);
      return true;
    }
    uint32_t longest = 0;
    for (uint32_t i = 0; i <= most; ++i) {
      std::string text;
      append_symbol_of(i, text);
      places.push_back(store_.add(text));
      longest = std::max(longest, static_cast<uint32_t>(text.size()));
    }
    ColumnStep& step = take_step(ColumnStep::Value::NumberedText, longest);
    step.number = &part->number;
    step.size = place->size;
    step.texts = &places;
    return true;
  }

  void append_symbol_of(uint32_t place, std::string& out) const {
    Event event;
    event.place = place;
    append_symbol(event_.symbols->of(event), Escape::None, out);
  }

  const ColumnEvent& event_;
  const ColumnGroup& group_;
  GroupFacts& facts_;
  TextStore& store_;
  std::vector<ColumnStep>& steps_;
  std::string pending_;
};

}  // namespace

const GroupFacts::Column& GroupFacts::texts(const ColumnPart& part, bool dynamic) {
  const auto [found, is_new] = texts_.try_emplace(index_of(part));
  Column& column = found->second;
  if (!is_new) return column;
  std::string shown;
  for (std::string_view text : part.text.distinct) {
    shown.clear();
    if (dynamic && text.empty()) {
      shown = kFaultText;
    } else {
      shown += '"';
      shown += text.substr(0, text.find('\0'));
      shown += '"';
    }
    column.texts.push_back(store_.add(shown));
    column.longest = std::max(column.longest, static_cast<uint32_t>(shown.size()));
  }
  return column;
}

GroupFacts::Followable GroupFacts::followable(const ColumnPart& part) {
  const auto [found, is_new] = followable_.try_emplace(index_of(part), Followable::Mixed);
  if (!is_new) return found->second;
  const auto size = static_cast<uint8_t>(part.part.size);
  const size_t rows = part.number.constant ? 1 : group_.rows.size();
  size_t good = 0;
  for (size_t row = 0; row < rows; ++row) good += was_followable(number_at(part.number, size, row));
  if (good == rows) found->second = Followable::Everywhere;
  if (good == 0) found->second = Followable::Nowhere;
  return found->second;
}

uint64_t GroupFacts::largest_number(const ColumnPart& part) {
  const auto [found, is_new] = largest_.try_emplace(index_of(part), 0);
  if (!is_new) return found->second;
  const auto size = static_cast<uint8_t>(part.part.size);
  const size_t rows = part.number.constant ? 1 : group_.rows.size();
  for (size_t row = 0; row < rows; ++row)
    found->second = std::max(found->second, number_at(part.number, size, row));
  return found->second;
}

bool GroupFacts::has_no_bytes(const ColumnPart& part) {
  const auto [found, is_new] = empty_.try_emplace(index_of(part), true);
  if (!is_new) return found->second;
  for (std::string_view text : part.text.distinct) found->second = found->second && text.empty();
  return found->second;
}

bool compile_columns(const ColumnEvent& event, GroupFacts& facts, TextStore& store,
                     std::vector<TextStore::Text>& places, std::vector<ColumnStep>& steps) {
  return Compiler(event, facts, store, steps).run(places);
}

}  // namespace uproar
