#include "convert/kernel_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/lines.h"
#include "event/little_endian.h"

namespace uproar {

namespace {

constexpr uint32_t kCommonBytes = 8;
constexpr size_t kMaxRecord = 0xffff;

std::string identifier(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  if (out.empty() || std::isdigit(static_cast<unsigned char>(out[0]))) out.insert(out.begin(), '_');
  return out;
}

// "u32", "s8"; x32 and char are spelled as unsigned, too.
std::string number_type(const Field& field) {
  const char* sign = "u";
  switch (field.kind) {
    case Field::Kind::Signed:
      sign = "s";
      break;
    case Field::Kind::Unsigned:
    case Field::Kind::Hex:
    case Field::Kind::Char:
    case Field::Kind::String:
    case Field::Kind::FixedString:
      break;
  }
  return sign + std::to_string(unsigned{field.size} * 8);
}

const char* conversion(const Field& field) {
  const bool wide = field.size == 8;
  switch (field.kind) {
    case Field::Kind::Unsigned:
      return wide ? "%Lu" : "%u";
    case Field::Kind::Signed:
      return wide ? "%Ld" : "%d";
    case Field::Kind::Hex:
      return wide ? "0x%Lx" : "0x%x";
    case Field::Kind::Char:
      return "'%c'";
    case Field::Kind::String:
    case Field::Kind::FixedString:
      return "\\\"%s\\\"";
  }
  return "%u";
}

bool is_array(const Field& field) {
  return field.kind != Field::Kind::FixedString && field.count != 0;
}

std::string field_line(std::string_view declaration, uint32_t offset, uint32_t size, bool is_signed) {
  return fmt::format("\tfield:{};\toffset:{};\tsize:{};\tsigned:{};\n", declaration, offset, size,
                     is_signed ? 1 : 0);
}

std::string declaration(const Field& field) {
  if (field.kind == Field::Kind::FixedString) return fmt::format("char {}[{}]", field.name, field.count);
  if (field.kind == Field::Kind::String) {
    return is_array(field) ? fmt::format("__data_loc char[][{}] {}", field.count, field.name)
                           : fmt::format("__data_loc char[] {}", field.name);
  }
  return is_array(field) ? fmt::format("{} {}[{}]", number_type(field), field.name, field.count)
                         : fmt::format("{} {}", number_type(field), field.name);
}

// " n=%u" and ", REC->n", each element of an array.
void append_print(const Field& field, std::string& format, std::string& arguments) {
  const bool string = field.kind == Field::Kind::String;
  auto argument = [&](std::string_view index) {
    arguments += string ? fmt::format(", __get_str({}{})", field.name, index)
                        : fmt::format(", REC->{}{}", field.name, index);
  };
  if (!format.empty()) format += ' ';
  format += field.name;
  format += '=';
  if (!is_array(field)) {
    format += conversion(field);
    return argument("");
  }
  char separator = '{';
  for (uint32_t i = 0; i < field.count; ++i) {
    format += separator;
    format += conversion(field);
    argument(fmt::format("[{}]", i));
    separator = ',';
  }
  format += '}';
}

bool store_string(const Value& value, size_t at, std::vector<uint8_t>& out) {
  const size_t offset = out.size();
  size_t length = 0;
  if (!value.fault) {
    out.insert(out.end(), value.text.begin(), value.text.end());
    out.push_back(0);
    length = out.size() - offset;
  }
  if (out.size() > kMaxRecord) return false;
  store_little_endian(out.data() + at, static_cast<uint32_t>(length << 16 | offset));
  return true;
}

void store_number(uint64_t bits, uint8_t size, uint8_t* out) {
  for (uint8_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(bits >> (8 * i));
}

}  // namespace

EventSchema packed_schema(const EventSchema& shown) {
  EventSchema packed = shown;
  packed.name = identifier(shown.name);
  packed.format.clear();
  uint32_t offset = kCommonBytes + (packed.has_ip ? (packed.is_return ? 16 : 8) : 0);
  for (Field& field : packed.fields) {
    field.name = identifier(field.name);
    if (field.kind == Field::Kind::String) field.size = 4;
    field.offset = offset;
    offset += field.byte_size();
  }
  return packed;
}

std::string format_text(const EventSchema& packed) {
  std::string text = fmt::format("name: {}\nID: {}\nformat:\n", packed.name, packed.kernel_type);
  text += field_line("unsigned short common_type", 0, 2, false);
  text += field_line("unsigned char common_flags", 2, 1, false);
  text += field_line("unsigned char common_preempt_count", 3, 1, false);
  text += field_line("int common_pid", 4, 4, true) + "\n";
  std::string format;
  std::string arguments;
  if (packed.has_ip && packed.is_return) {
    text += field_line("unsigned long __probe_func", 8, 8, false);
    text += field_line("unsigned long __probe_ret_ip", 16, 8, false);
    format = "(%lx <- %lx)";
    arguments = ", REC->__probe_func, REC->__probe_ret_ip";
  } else if (packed.has_ip) {
    text += field_line("unsigned long __probe_ip", 8, 8, false);
    format = "(%lx)";
    arguments = ", REC->__probe_ip";
  }
  for (const Field& field : packed.fields) {
    const bool is_signed = field.kind == Field::Kind::Signed || field.kind == Field::Kind::String ||
                           field.kind == Field::Kind::FixedString;
    text += field_line(declaration(field), field.offset, field.byte_size(), is_signed);
    append_print(field, format, arguments);
  }
  return text + "\nprint fmt: \"" + format + "\"" + arguments + "\n";
}

std::string renamed_format(std::string_view text, std::string_view name, uint16_t type) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("print fmt:")) return out += text;
    const std::string_view line = take_line(text);
    if (line.starts_with("name:")) {
      out += fmt::format("name: {}", name);
    } else if (line.starts_with("ID:")) {
      out += fmt::format("ID: {}", type);
    } else {
      out += line;
    }
    out += '\n';
  }
  return out;
}

std::optional<std::vector<uint8_t>> record_of(const Event& event, const EventSchema& packed) {
  uint32_t fixed = kCommonBytes + (packed.has_ip ? (packed.is_return ? 16 : 8) : 0);
  for (const Field& field : packed.fields) fixed = std::max(fixed, field.offset + field.byte_size());
  if (fixed > kMaxRecord) return std::nullopt;
  std::vector<uint8_t> out(fixed);
  store_little_endian(out.data(), packed.kernel_type);
  out[2] = event.flags;
  out[3] = event.preempt_count;
  store_little_endian(out.data() + 4, static_cast<uint32_t>(event.tid));
  if (packed.has_ip) store_little_endian(out.data() + 8, event.ip);
  if (packed.has_ip && packed.is_return) store_little_endian(out.data() + 16, event.return_ip);
  size_t next = 0;
  for (const Field& field : packed.fields) {
    size_t at = field.offset;
    for (uint32_t i = 0; i < field.values() && next < event.values.size(); ++i, at += field.size) {
      const Value& value = event.values[next++];
      if (field.kind == Field::Kind::String) {
        if (!store_string(value, at, out)) return std::nullopt;
      } else if (field.kind == Field::Kind::FixedString) {
        std::copy_n(value.text.begin(), std::min<size_t>(value.text.size(), field.count),
                    out.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        store_number(value.bits, field.size, out.data() + at);
      }
    }
  }
  return out;
}

}  // namespace uproar
