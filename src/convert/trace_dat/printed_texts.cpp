#include "convert/trace_dat/printed_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/lines.h"
#include "base/number.h"
#include "convert/trace_dat/binary_printf.h"
#include "event/event_format.h"
#include "event/little_endian.h"

namespace uproar::trace_dat {

namespace {

constexpr size_t kCommonSize = 8;
constexpr uint32_t kTextAt = 20;
constexpr size_t kLongestFormat = 8192;  // of the kernel; longer ones are cut
constexpr size_t kLongestText = 60000;   // a record and its strings have 16-bit lengths

// As the kernel writes them into printk_formats (t_show in kernel/trace/trace_printk.c): \n, \t, \\ and \".
std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return out;
}

// The kernel's lines end where the text does, whether that had a newline or not.
void strip_line_end(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
}

std::string format_of_text(const EventSchema& schema) {
  return fmt::format(
      "name: {}\nID: {}\nformat:\n"
      "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
      "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
      "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
      "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
      "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
      "\tfield:__data_loc char[] buf;\toffset:16;\tsize:4;\tsigned:1;\n\n"
      "print fmt: \"ip=0x%lx buf=\\\"%s\\\"\", REC->ip, __get_str(buf)\n",
      schema.name, schema.kernel_type);
}

}  // namespace

std::map<uint64_t, std::string> parse_printk_formats(std::string_view text) {
  std::map<uint64_t, std::string> formats;
  for (std::string_view line : Lines(text)) {
    const size_t colon = line.find(" : \"");
    const size_t close = line.rfind('"');
    if (!line.starts_with("0x") || colon == std::string_view::npos || close < colon + 4) continue;
    const auto address = parse_hex_digits(line.substr(2, colon - 2));
    const std::string_view escaped = line.substr(colon + 4, close - colon - 4);
    if (address) formats.try_emplace(*address, unescaped(escaped.substr(0, kLongestFormat)));
  }
  return formats;
}

bool PrintedTexts::take(EventSchema& schema) {
  if (schema.group != "ftrace") return false;
  Layout layout;
  if (schema.name == "bprint") {
    layout.kind = Kind::Format;
  } else if (schema.name == "bputs") {
    layout.kind = Kind::Address;
  } else if (schema.name != "print") {
    return false;
  }
  uint32_t end = kCommonSize;
  for (const Field& field : schema.fields) {
    if (field.name == "ip") layout.ip = field.offset;
    if (field.name == "fmt" || field.name == "str") layout.pointer = field.offset;
    // The array at the end has no size, unless some kernel gave it one.
    if (field.name != "buf") end = std::max(end, field.offset + field.byte_size());
  }
  layout.text = end;
  if (layout.ip == 0 || (layout.kind != Kind::Print && layout.pointer == 0)) return false;
  EventSchema made;
  made.group = schema.group;
  made.name = schema.name;
  made.kernel_type = schema.kernel_type;
  auto parsed = parse_event_format(format_of_text(made), made.group);
  if (!parsed.ok()) return false;
  schema = std::move(*parsed);
  layouts_[schema.kernel_type] = layout;
  return true;
}

std::span<const uint8_t> PrintedTexts::text_record(uint16_t type, std::span<const uint8_t> record) {
  const Layout& layout = layouts_.at(type);
  const auto word = [&](uint32_t at) {
    return long_bytes_ == 4 ? load_little_endian<uint32_t>(record.data() + at)
                            : load_little_endian<uint64_t>(record.data() + at);
  };
  if (record.size() < std::max({layout.text, layout.ip + long_bytes_, layout.pointer + long_bytes_}))
    return {};
  ip_ = word(layout.ip);
  std::string text = text_of(layout, record);
  strip_line_end(text);
  if (text.size() > kLongestText) text.resize(kLongestText);
  made_.assign(record.begin(), record.begin() + kCommonSize);
  made_.resize(kTextAt + text.size() + 1);
  store_little_endian(made_.data() + kCommonSize, ip_);
  store_little_endian(made_.data() + kCommonSize + 8,
                      static_cast<uint32_t>((text.size() + 1) << 16 | kTextAt));
  std::copy(text.begin(), text.end(), made_.begin() + kTextAt);
  return made_;
}

std::string PrintedTexts::text_of(const Layout& layout, std::span<const uint8_t> record) const {
  const auto behind = record.subspan(layout.text);
  if (layout.kind == Kind::Print) {
    const auto end = std::find(behind.begin(), behind.end(), uint8_t{0});
    return {behind.begin(), end};
  }
  const uint64_t address = long_bytes_ == 4 ? load_little_endian<uint32_t>(record.data() + layout.pointer)
                                            : load_little_endian<uint64_t>(record.data() + layout.pointer);
  const auto format = formats_.find(address);
  if (format == formats_.end()) return fmt::format("(the file has no text of address 0x{:x})", address);
  return layout.kind == Kind::Format ? print_binary(format->second, behind, long_bytes_) : format->second;
}

}  // namespace uproar::trace_dat
