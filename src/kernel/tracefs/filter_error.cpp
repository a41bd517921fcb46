#include "kernel/tracefs/filter_error.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "definition/diagnostic.h"

namespace uproar {
namespace {

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

Span make_span(size_t begin, size_t end) {
  return Span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

// The kernel's caret stands behind an unknown field, and on the first byte of most other faults.
Span span_of(std::string_view filter, size_t column, bool field) {
  column = std::min(column, filter.size());
  size_t end = column;
  if (field) {
    while (end > 0 && !is_word(filter[end - 1])) --end;
    size_t begin = end;
    while (begin > 0 && is_word(filter[begin - 1])) --begin;
    if (begin < end) return make_span(begin, end);
  }
  size_t begin = column < filter.size() || column == 0 ? column : column - 1;
  return make_span(begin, begin < filter.size() ? begin + 1 : begin);
}

struct Advice {
  std::string_view message;
  std::string_view remedy;
};

constexpr Advice kAdvice[] = {
    {"Invalid value", "compare with a number, or with a text in double quotes"},
    {"Expecting numeric field",
     "a number is written without quotes; a string with a length is none to the kernel: choose with script "
     "--filter"},
    {"Expecting a number",
     "a number is written without quotes; a string with a length is none to the kernel: choose with script "
     "--filter"},
    {"Illegal integer value", "the kernel takes this field without a sign: choose with script --filter"},
    {"Missing matching quote", "close the quote"},
    {"Too many '('", "close the bracket"},
    {"Too many ')'", "open the bracket"},
    {"Invalid operator", "operators are == != < <= > >= & for numbers, == != ~ for texts"},
    {"Illegal operation for field type", "operators are == != < <= > >= & for numbers, == != ~ for texts"},
    {"Operand too long", "a text has at most 255 bytes"},
};

}  // namespace

std::optional<KernelComplaint> parse_filter_complaint(std::string_view filter_file) {
  constexpr std::string_view mark = "\nparse_error: ";
  size_t at = filter_file.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view message = filter_file.substr(at + mark.size());
  message = message.substr(0, message.find('\n'));
  std::string_view above = filter_file.substr(0, at);
  // The expression may hold newlines; the caret's line is the last one above the message.
  size_t caret_line = above.rfind('\n');
  if (caret_line == std::string_view::npos) return std::nullopt;
  std::string_view caret = above.substr(caret_line + 1);
  std::string_view command = above.substr(0, caret_line);
  size_t column = caret.find('^');
  if (column == std::string_view::npos) return std::nullopt;
  return KernelComplaint{std::string(message), std::string(command), std::min(column, command.size())};
}

std::vector<std::string> filter_fields(std::string_view format_file) {
  std::vector<std::string> fields;
  constexpr std::string_view mark = "\tfield:";
  for (size_t at = format_file.find(mark); at != std::string_view::npos;
       at = format_file.find(mark, at + 1)) {
    std::string_view declaration = format_file.substr(at + mark.size());
    declaration = declaration.substr(0, declaration.find(';'));
    // "u8 a[8]", but "__data_loc char[] s": brackets behind the name only.
    std::string_view name = declaration.substr(declaration.rfind(' ') + 1);
    name = name.substr(0, name.find('['));
    if (name.starts_with("common_") || name.starts_with("__probe_")) continue;
    fields.emplace_back(name);
  }
  for (const char* name : {"__probe_ip", "__probe_func", "__probe_ret_ip"}) {
    if (format_file.find(std::string(" ") + name + ";") != std::string_view::npos) fields.emplace_back(name);
  }
  for (const char* name : {"common_pid", "comm", "cpu"}) fields.emplace_back(name);
  return fields;
}

Error explain_filter_complaint(const KernelComplaint& complaint, std::string_view filter,
                               const std::vector<std::string>& fields) {
  // The kernel strips the blanks in front.
  size_t stripped = 0;
  while (stripped < filter.size() && is_blank(filter[stripped])) ++stripped;
  const bool unknown_field = complaint.message == "Field not found";
  const Span where = span_of(filter, stripped + complaint.column, unknown_field);
  Error error{"the kernel refuses this filter: " + complaint.message, underline(filter, where), {}, EINVAL};
  if (unknown_field) {
    for (const std::string& field : fields) {
      error.remedy.append(error.remedy.empty() ? "fields are " : ", ").append(field);
    }
    return error;
  }
  for (const Advice& advice : kAdvice) {
    if (complaint.message.starts_with(advice.message)) error.remedy = advice.remedy;
  }
  return error;
}

}  // namespace uproar
