#include "replay/columns/column_steps.h"

#include <algorithm>
#include <cstring>

#include "event/stored_values.h"
#include "replay/digits.h"

namespace uproar {
namespace {

uint64_t load(const ColumnStep& step, size_t row) {
  return load_number(step.number->bytes.data() + row * step.size, step.size, false);
}

uint64_t load_signed(const ColumnStep& step, size_t row) {
  return with_sign(load_number(step.number->bytes.data() + row * step.size, step.size, true), step.sign_bits);
}

char* write_quoted(std::string_view text, size_t zeros, bool cut, char* out) {
  *out++ = '"';
  out = write_text(text, out);
  std::memset(out, 0, zeros);
  out += zeros;
  *out++ = '"';
  return cut ? write_text("...", out) : out;
}

// `column` has the bytes without the zeros at their end.
char* write_sized(const ColumnStep& step, size_t row, char* out) {
  const std::string_view bytes = step.column->text(row);
  const uint64_t length = number_at(*step.length, step.length_size, row);
  const size_t there = std::min<uint64_t>(length, step.field_bytes);
  const std::string_view text = bytes.substr(0, there);
  if (step.value == ColumnStep::Value::SizedText)
    return write_quoted(text, there - text.size(), length > step.field_bytes, out);
  const std::string_view until = text.substr(0, text.find('\0'));
  return write_quoted(until, 0, until.size() == step.field_bytes && length > step.field_bytes, out);
}

}  // namespace

uint64_t number_at(const NumberPart& number, uint8_t size, size_t row) {
  return number.constant ? number.value : load_number(number.bytes.data() + row * size, size, false);
}

char* write_steps(const std::vector<ColumnStep>& steps, const TextStore& store, size_t row, char* out) {
  for (const ColumnStep& step : steps) {
    out = write_chunks(store.at(step.before), step.before.size, out);
    switch (step.value) {
      case ColumnStep::Value::End:
        break;
      case ColumnStep::Value::Unsigned:
        out = write_decimal(load(step, row), out);
        break;
      case ColumnStep::Value::Signed:
        out = write_signed(static_cast<int64_t>(load_signed(step, row)), out);
        break;
      case ColumnStep::Value::Hex:
        out = write_hex(load(step, row), out);
        break;
      case ColumnStep::Value::Char:
        *out++ = static_cast<char>(load(step, row));
        break;
      case ColumnStep::Value::Text: {
        const TextStore::Text& text = (*step.texts)[step.choice[row]];
        out = write_chunks(store.at(text), text.size, out);
        break;
      }
      case ColumnStep::Value::NumberedText: {
        const TextStore::Text& text = (*step.texts)[load(step, row)];
        out = write_chunks(store.at(text), text.size, out);
        break;
      }
      case ColumnStep::Value::SizedText:
      case ColumnStep::Value::BoundedText:
        out = write_sized(step, row, out);
        break;
    }
  }
  return out;
}

}  // namespace uproar
