#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "event/text/text_value.h"
#include "event/text/trace_arguments.h"

namespace uproar {
namespace {

constexpr size_t kNowhere = std::string_view::npos;
// More strings than the kernel's 3072 bytes of arguments have room for; bounds the work for schemas out of
// files.
constexpr size_t kMaxSlots = 1024;

bool is_string(const Field& field) {
  return field.kind == Field::Kind::String || field.kind == Field::Kind::FixedString;
}

// One value in the text: a string, or the number or numbers of one field, which need no searching.
struct Slot {
  std::string prefix;  // what stands between the value before and this one, " name=", " name={" or ","
  const Field* field = nullptr;
  size_t value = 0;  // where it was found
  size_t end = 0;
};

// A number, or the fault that uproar's own text has where the pointer in front of a number could not be
// followed. The kernel writes none; such a line is read as what it is, and fits an event that has faults
// there.
std::optional<TextPiece> read_number_or_fault(std::string_view text, size_t position, const Field& field) {
  if (text.substr(std::min(position, text.size())).starts_with(kFaultText)) {
    TextPiece piece;
    piece.value.shape = TextValue::Shape::Fault;
    piece.end = position + kFaultText.size();
    return piece;
  }
  auto piece = read_number(text, position);
  if (piece && !value_fits(piece->value, field)) return std::nullopt;
  return piece;
}

// Position behind the number (or the array of them, closing brace included) at `position`.
size_t read_numbers(std::string_view text, size_t position, const Field& field, std::vector<TextValue>* out) {
  for (uint32_t i = 0; i < field.values(); ++i) {
    if (i > 0 && (position >= text.size() || text[position++] != ',')) return kNowhere;
    auto piece = read_number_or_fault(text, position, field);
    if (!piece) return kNowhere;
    position = piece->end;
    if (out != nullptr) out->push_back(std::move(piece->value));
  }
  if (field.count == 0) return position;
  return position < text.size() && text[position] == '}' ? position + 1 : kNowhere;
}

// Numbers can be read where they begin. A string ends at some quote that what follows it fits to, and may
// itself hold text that looks like what follows. So the positions from which the rest can be read are found
// from the right first: what a string must leave over is then known, and the work stays linear in the text
// for each value.
class Splitter {
 public:
  Splitter(std::string_view text, const EventSchema& schema) : text_(text) {
    std::string open;  // braces of string arrays that the next prefix has to close
    for (const Field& field : schema.fields) {
      std::string first = open;
      first.append(" ").append(field.name).append(field.count > 0 && has_braces(field) ? "={" : "=");
      const uint32_t parts = is_string(field) ? field.values() : 1;
      for (uint32_t i = 0; i < parts && slots_.size() <= kMaxSlots; ++i) {
        slots_.push_back({i == 0 ? first : ",", &field, 0, 0});
      }
      open.clear();
      if (field.kind == Field::Kind::String && field.count > 0) open.push_back('}');
    }
    tail_ = open;
  }

  SplitStatus split() {
    if (slots_.size() > kMaxSlots) return SplitStatus::Mismatch;
    size_t position = 0;
    size_t next = 0;
    for (; next < slots_.size(); ++next) {
      Slot& slot = slots_[next];
      if (!text_.substr(position).starts_with(slot.prefix)) return SplitStatus::Mismatch;
      slot.value = position + slot.prefix.size();
      if (opens_string(slot, slot.value)) return find_strings(next, position);
      slot.end = position = fixed_end(slot, slot.value);
      if (position == kNowhere) return SplitStatus::Mismatch;
    }
    return text_.substr(position) == tail_ ? SplitStatus::Complete : SplitStatus::Mismatch;
  }

  std::vector<TextArgument> arguments() const {
    std::vector<TextArgument> out;
    const Field* field = nullptr;
    for (const Slot& slot : slots_) {
      if (slot.field != field) {
        field = slot.field;
        out.push_back({field->name, field->count > 0 && has_braces(*field), {}});
      }
      append_values(slot, out.back().values);
    }
    return out;
  }

 private:
  static bool has_braces(const Field& field) { return field.kind != Field::Kind::FixedString; }

  bool opens_string(const Slot& slot, size_t value) const {
    return is_string(*slot.field) && value < text_.size() && text_[value] == '"';
  }

  // End of a value that says itself where it ends: numbers, "(fault)".
  size_t fixed_end(const Slot& slot, size_t value) const {
    if (!is_string(*slot.field)) return read_numbers(text_, value, *slot.field, nullptr);
    return text_.substr(std::min(value, text_.size())).starts_with(kFaultText) ? value + kFaultText.size()
                                                                               : kNowhere;
  }

  // The earliest end of the string opened at `value` among `ends`.
  size_t string_end(size_t value, const std::vector<size_t>& ends) const {
    for (auto end = std::lower_bound(ends.begin(), ends.end(), value + 2); end != ends.end(); ++end) {
      if (text_[*end - 1] == '"') return *end;
    }
    return kNowhere;
  }

  // Ascending positions at which this slot's prefix and value can stand so that the rest, which can begin at
  // `ends`, can be read too.
  std::vector<size_t> starts_of(const Slot& slot, size_t from, const std::vector<size_t>& ends) const {
    size_t last_quoted = 0;
    for (const size_t end : ends) {
      if (end > 0 && text_[end - 1] == '"') last_quoted = end;
    }
    std::vector<size_t> starts;
    for (size_t at = text_.find(slot.prefix, from); at != kNowhere; at = text_.find(slot.prefix, at + 1)) {
      const size_t value = at + slot.prefix.size();
      const bool fits = opens_string(slot, value)
                            ? value + 2 <= last_quoted
                            : std::binary_search(ends.begin(), ends.end(), fixed_end(slot, value));
      if (fits) starts.push_back(at);
    }
    return starts;
  }

  // From the first slot that is a string in quotes; its prefix stands at `position`.
  SplitStatus find_strings(size_t first, size_t position) {
    std::vector<std::vector<size_t>> starts(slots_.size() + 1);
    if (!text_.ends_with(tail_)) return SplitStatus::InsideString;
    starts.back().push_back(text_.size() - tail_.size());
    for (size_t i = slots_.size(); i-- > first + 1;)
      starts[i] = starts_of(slots_[i], position, starts[i + 1]);
    for (size_t i = first; i < slots_.size(); ++i) {
      Slot& slot = slots_[i];
      slot.value = position + slot.prefix.size();
      slot.end = opens_string(slot, slot.value) ? string_end(slot.value, starts[i + 1])
                                                : fixed_end(slot, slot.value);
      if (slot.end == kNowhere) return SplitStatus::InsideString;
      position = slot.end;
    }
    return SplitStatus::Complete;
  }

  void append_values(const Slot& slot, std::vector<TextValue>& out) const {
    if (!is_string(*slot.field)) {
      read_numbers(text_, slot.value, *slot.field, &out);
      return;
    }
    TextValue value;
    value.shape = TextValue::Shape::Fault;
    if (text_[slot.value] == '"') {
      value.shape = TextValue::Shape::String;
      value.text = text_.substr(slot.value + 1, slot.end - slot.value - 2);
    }
    out.push_back(std::move(value));
  }

  std::string_view text_;
  std::vector<Slot> slots_;
  std::string tail_;  // what stands behind the last value
};

}  // namespace

bool value_fits(const TextValue& value, const Field& field) {
  using Shape = TextValue::Shape;
  const unsigned width = field.size * 8U;
  const uint64_t most = width >= 64 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << width) - 1;
  switch (field.kind) {
    case Field::Kind::Unsigned:
      return value.shape == Shape::Decimal && value.bits <= most;
    case Field::Kind::Signed:
      if (value.shape == Shape::NegativeDecimal) return ~value.bits <= most >> 1;
      return value.shape == Shape::Decimal && value.bits <= most >> 1;
    case Field::Kind::Hex:
      return value.shape == Shape::Hex && value.bits <= most;
    case Field::Kind::Char:
      return value.shape == Shape::Char;
    case Field::Kind::String:
      return value.shape == Shape::String || value.shape == Shape::Fault;
    case Field::Kind::FixedString:
      return value.shape == Shape::String && value.text.size() <= field.count &&
             value.text.find('\0') == std::string::npos;
  }
  return false;
}

SplitStatus split_by_schema(std::string_view text, const EventSchema& schema,
                            std::vector<TextArgument>& out) {
  Splitter splitter(text, schema);
  const SplitStatus status = splitter.split();
  if (status == SplitStatus::Complete) out = splitter.arguments();
  return status;
}

}  // namespace uproar
