#include "replay/value_text.h"

#include <algorithm>
#include <cstring>

namespace uproar {
namespace {

// Names of arguments are short: so many bytes are copied whatever their length, which needs no call.
constexpr size_t kCopied = 16;
constexpr size_t kLongestValue =
    kLongestNumber + 8;  // of what is no text: "(fault)", 0x and digits, quotes, "..."

char* write_value(const Value& value, Field::Kind kind, Escape escape, char* out) {
  if (value.fault) return write_text("(fault)", out);
  switch (kind) {
    case Field::Kind::Unsigned:
      return write_decimal(value.bits, out);
    case Field::Kind::Signed:
      return write_signed(static_cast<int64_t>(value.bits), out);
    case Field::Kind::Hex:
      return write_hex(value.bits, write_text("0x", out));
    case Field::Kind::Char: {
      const char byte = static_cast<char>(value.bits);
      *out++ = '\'';
      out = write_escaped({&byte, 1}, escape, out);
      *out++ = '\'';
      return out;
    }
    case Field::Kind::String:
    case Field::Kind::FixedString:
      *out++ = '"';
      out = write_escaped(value.text, escape, out);
      *out++ = '"';
      return value.cut ? write_text("...", out) : out;
  }
  return out;
}

}  // namespace

void append_right(std::string_view text, size_t width, std::string& out) {
  if (text.size() < width) out.append(width - text.size(), ' ');
  out.append(text);
}

void append_right(int32_t number, size_t width, std::string& out) {
  char text[kLongestNumber];
  const char* end = write_signed(number, text);
  append_right(std::string_view(text, static_cast<size_t>(end - text)), width, out);
}

void append_left(int32_t number, size_t width, std::string& out) {
  const size_t start = out.size();
  append_signed(number, out);
  const size_t written = out.size() - start;
  if (written < width) out.append(width - written, ' ');
}

void append_cpu(uint32_t cpu, std::string& out) {
  char text[kLongestNumber + 2];
  out.append(text, write_cpu(cpu, text));
}

void append_time(uint64_t seconds, uint32_t fraction, unsigned digits, std::string& out) {
  constexpr size_t kSecondsWidth = 5;
  char text[kLongestNumber + 1 + 9];
  char* cursor = write_decimal(seconds, text);
  const auto written = static_cast<size_t>(cursor - text);
  if (written < kSecondsWidth) out.append(kSecondsWidth - written, ' ');
  *cursor = '.';
  for (unsigned i = digits; i > 0; --i, fraction /= 10) cursor[i] = static_cast<char>('0' + fraction % 10);
  out.append(text, cursor + 1 + digits);
}

void append_symbol(std::string_view symbol, Escape escape, std::string& out) {
  if (symbol.empty()) return;
  out += " symbol=";
  append_escaped(symbol, escape, out);
}

ArgumentText::ArgumentText(const EventSchema& schema, Escape escape) : escape_(escape) {
  steps_.reserve(schema.fields.size());
  uint32_t next_value = 0;
  for (const Field& field : schema.fields) {
    const auto begin = static_cast<uint32_t>(names_.size());
    if (!steps_.empty() || schema.has_ip) names_ += ' ';
    append_escaped(field.name, escape, names_);
    names_ += '=';
    const bool array = field.kind != Field::Kind::FixedString && field.count != 0;
    const uint32_t values = field.values();
    steps_.push_back({begin, static_cast<uint32_t>(names_.size()) - begin, field.kind, array, values});
    fixed_room_ += kCopied + 2 + values * (kLongestValue + 1);
    if (field.kind == Field::Kind::String || field.kind == Field::Kind::FixedString) {
      for (uint32_t i = 0; i < values; ++i) texts_.push_back(next_value + i);
    }
    next_value += values;
  }
  fixed_room_ += names_.size();
  names_.append(kCopied, '\0');
}

size_t ArgumentText::room(const std::vector<Value>& values) const {
  size_t bytes = fixed_room_;
  for (const uint32_t text : texts_) {
    if (text >= values.size()) break;
    bytes += values[text].text.size() * (escape_ == Escape::None ? 1 : kEscapeGrowth);
  }
  return bytes;
}

char* ArgumentText::write(const std::vector<Value>& values, char* out) const {
  size_t next = 0;
  for (const Step& step : steps_) {
    if (next == values.size()) return out;
    const char* name = names_.data() + step.name_begin;
    std::memcpy(out, name, kCopied);
    if (step.name_size > kCopied) std::memcpy(out, name, step.name_size);
    out += step.name_size;
    if (!step.array) {
      out = write_value(values[next++], step.kind, escape_, out);
      continue;
    }
    const size_t end = std::min<size_t>(next + step.values, values.size());
    char separator = '{';
    for (; next < end && !values[next].absent; ++next) {
      *out++ = separator;
      out = write_value(values[next], step.kind, escape_, out);
      separator = ',';
    }
    if (separator == '{') *out++ = '{';
    *out++ = '}';
    next = end;
  }
  return out;
}

void ArgumentText::append(const std::vector<Value>& values, std::string& out) const {
  const size_t start = out.size();
  out.resize(start + room(values));
  char* const end = write(values, out.data() + start);
  out.resize(static_cast<size_t>(end - out.data()));
}

}  // namespace uproar
