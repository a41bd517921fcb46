#include "convert/text/stack_lines.h"

#include <algorithm>

#include "base/number.h"

namespace uproar {

namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kUnknown = "[unknown]";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// "name+0x12" and "name+0x12/0x80" to the name and the offset.
void take_symbol(std::string_view text, TextFrame& out) {
  if (text.empty() || text == kUnknown || text == "??") return;
  out.symbol = text;
  const size_t plus = text.rfind("+0x");
  if (plus == std::string_view::npos || plus == 0) return;
  const std::string_view digits = text.substr(plus + 3);
  const auto offset = parse_hex_digits(digits.substr(0, digits.find('/')));
  if (!offset) return;
  out.symbol = text.substr(0, plus);
  out.symbol_offset = *offset;
}

std::optional<uint64_t> read_address(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return parse_hex_digits(text);
}

}  // namespace

bool TextFrame::is_kernel() const {
  constexpr std::string_view kOfProcesses[] = {kUnknown, "[vdso]",  "[vsyscall]",
                                               "[heap]", "[stack]", "[uprobes]"};
  const bool told =
      std::find(std::begin(kOfProcesses), std::end(kOfProcesses), file) == std::end(kOfProcesses);
  if (file.starts_with('[') && told) return true;
  if (file.ends_with("vmlinux") || file.find(".ko") != std::string_view::npos) return true;
  return file != "[vsyscall]" && address.value_or(0) >> 63 != 0;
}

std::optional<TextFrame> parse_perf_frame(std::string_view line) {
  constexpr std::string_view kInlined = "inlined";
  line = trimmed(line);
  const size_t blank = line.find_first_of(kBlanks);
  if (blank == std::string_view::npos || blank > 16 || !line.ends_with(')')) return std::nullopt;
  TextFrame frame;
  frame.address = parse_hex_digits(line.substr(0, blank));
  if (!frame.address) return std::nullopt;
  // Files and symbols may hold parentheses: those of the file are the last that open behind a blank.
  const std::string_view rest = trimmed(line.substr(blank));
  size_t open = rest.rfind(" (");
  if (open == std::string_view::npos) {
    if (!rest.starts_with('(')) return std::nullopt;
    frame.file = rest.substr(1, rest.size() - 2);
    return frame;
  }
  frame.file = rest.substr(open + 2, rest.size() - open - 3);
  if (frame.file == kInlined) {
    frame.inlined = true;
    frame.file = {};
  }
  take_symbol(trimmed(rest.substr(0, open)), frame);
  return frame;
}

std::optional<TextFrame> parse_arrow_frame(std::string_view line) {
  constexpr std::string_view kArrow = "=>";
  line = trimmed(line);
  if (!line.starts_with(kArrow)) return std::nullopt;
  line = trimmed(line.substr(kArrow.size()));
  TextFrame frame;
  const char close = line.empty() ? '\0' : line.back();
  const size_t open = close == '>'   ? line.rfind('<')
                      : close == ')' ? line.rfind('(')
                                     : std::string_view::npos;
  if (open != std::string_view::npos) {
    frame.address = read_address(line.substr(open + 1, line.size() - open - 2));
    if (frame.address) line = trimmed(line.substr(0, open));
  }
  if (!frame.address) frame.address = read_address(line);
  if (frame.address && read_address(line)) return frame;
  // Of user space the kernel tells the file and where in it: "/lib/libc.so.6[+0x1234]".
  if (const size_t bracket = line.find("[+0x"); bracket != std::string_view::npos && line.ends_with(']')) {
    frame.file = line.substr(0, bracket);
    return frame;
  }
  take_symbol(line, frame);
  return frame;
}

}  // namespace uproar
