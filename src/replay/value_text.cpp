#include "replay/value_text.h"

#include <algorithm>

namespace uproar {
namespace {

void append_text_value(std::string_view text, Escape escape, std::string& out) {
  out += '"';
  append_escaped(text, escape, out);
  out += '"';
}

void append_char(uint64_t bits, Escape escape, std::string& out) {
  const char byte = static_cast<char>(bits);
  out += '\'';
  append_escaped({&byte, 1}, escape, out);
  out += '\'';
}

void append_value(const Value& value, Field::Kind kind, Escape escape, std::string& out) {
  if (value.fault) {
    out += "(fault)";
    return;
  }
  switch (kind) {
    case Field::Kind::Unsigned:
      append_decimal(value.bits, out);
      break;
    case Field::Kind::Signed:
      append_signed(static_cast<int64_t>(value.bits), out);
      break;
    case Field::Kind::Hex:
      out += "0x";
      append_hex(value.bits, out);
      break;
    case Field::Kind::Char:
      append_char(value.bits, escape, out);
      break;
    case Field::Kind::String:
    case Field::Kind::FixedString:
      append_text_value(value.text, escape, out);
      if (value.cut) out += "...";
      break;
  }
}

}  // namespace

void append_hex_upper(uint64_t number, std::string& out) {
  const size_t start = out.size();
  append_hex(number, out);
  for (size_t i = start; i < out.size(); ++i) {
    if (out[i] >= 'a') out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
}

void append_right(std::string_view text, size_t width, std::string& out) {
  if (text.size() < width) out.append(width - text.size(), ' ');
  out.append(text);
}

void append_right(int32_t number, size_t width, std::string& out) {
  char text[kLongestNumber];
  const char* end = std::to_chars(text, text + sizeof text, number).ptr;
  append_right(std::string_view(text, static_cast<size_t>(end - text)), width, out);
}

void append_left(int32_t number, size_t width, std::string& out) {
  const size_t start = out.size();
  append_signed(number, out);
  const size_t written = out.size() - start;
  if (written < width) out.append(width - written, ' ');
}

void append_cpu(uint32_t cpu, std::string& out) {
  const int64_t number = static_cast<int32_t>(cpu);
  const uint64_t magnitude = static_cast<uint64_t>(number < 0 ? -number : number);
  if (number < 0) out += '-';
  if (magnitude < 100 && number >= 0) out += '0';
  if (magnitude < 10) out += '0';
  append_decimal(magnitude, out);
}

void append_time(uint64_t seconds, uint32_t fraction, unsigned digits, std::string& out) {
  constexpr size_t kSecondsWidth = 5;
  char text[kLongestNumber + 1 + 9];
  char* cursor = std::to_chars(text, text + kLongestNumber, seconds).ptr;
  const auto written = static_cast<size_t>(cursor - text);
  if (written < kSecondsWidth) out.append(kSecondsWidth - written, ' ');
  *cursor = '.';
  for (unsigned i = digits; i > 0; --i, fraction /= 10) cursor[i] = static_cast<char>('0' + fraction % 10);
  out.append(text, cursor + 1 + digits);
}

size_t printable_ascii_prefix(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && text[length] >= 0x20 && text[length] < 0x7f) ++length;
  return length;
}

void append_escaped_right(std::string_view text, size_t width, Escape escape, std::string& out) {
  if (escape == Escape::None || printable_ascii_prefix(text) == text.size()) {
    append_right(text, width, out);
    return;
  }
  const size_t start = out.size();
  append_escaped(text, escape, out);
  const size_t written = out.size() - start;
  if (written < width) out.insert(start, width - written, ' ');
}

void append_symbol(std::string_view symbol, Escape escape, std::string& out) {
  if (symbol.empty()) return;
  out += " symbol=";
  append_escaped(symbol, escape, out);
}

ArgumentText::ArgumentText(const EventSchema& schema, Escape escape) : escape_(escape) {
  steps_.reserve(schema.fields.size());
  for (const Field& field : schema.fields) {
    std::string name = steps_.empty() && !schema.has_ip ? "" : " ";
    append_escaped(field.name, escape, name);
    name += '=';
    const bool array = field.kind != Field::Kind::FixedString && field.count != 0;
    steps_.push_back({std::move(name), field.kind, array, field.values()});
  }
}

void ArgumentText::append(const std::vector<Value>& values, std::string& out) const {
  size_t next = 0;
  for (const Step& step : steps_) {
    if (next == values.size()) return;
    out += step.name;
    if (!step.array) {
      append_value(values[next++], step.kind, escape_, out);
      continue;
    }
    const size_t end = std::min<size_t>(next + step.values, values.size());
    char separator = '{';
    for (; next < end; ++next) {
      out += separator;
      append_value(values[next], step.kind, escape_, out);
      separator = ',';
    }
    out += '}';
  }
}

}  // namespace uproar
