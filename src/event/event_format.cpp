#include "event/event_format.h"

#include <event-parse.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/lines.h"
#include "base/number.h"
#include "event/print_format.h"

namespace uproar {
namespace {

constexpr size_t kMaxText = size_t{1} << 20;
// A record is shorter than a 64 KiB sub-buffer could hold, and its __data_loc offsets have 16 bits.
constexpr int kMaxRecord = 0xffff;
constexpr size_t kMaxFields = 1024;
constexpr int kCommonSize = 8;

Error format_error(std::string_view group, std::string_view name, const std::string& cause) {
  std::string where =
      name.empty() ? "an event of group " + std::string(group) : std::string(group) + ":" + std::string(name);
  return Error{"cannot read the format of " + where + ": " + cause, {}, {}, 0};
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// "\tKEY:NUMBER;" at the front; moves `rest` behind it.
bool take_number(std::string_view& rest, std::string_view key) {
  rest = trimmed(rest);
  if (!rest.starts_with(key)) return false;
  const size_t end = rest.find(';');
  if (end == std::string_view::npos) return false;
  const auto number = parse_decimal(rest.substr(key.size(), end - key.size()));
  if (!number || *number > INT32_MAX) return false;
  rest.remove_prefix(end + 1);
  return true;
}

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// Words and asterisks, at least a type and a name, and behind any word brackets with at most one word in
// them, twice at the most: "const char *const * argv", "__data_loc char[] s", "u8 mac[6]".
bool is_declaration(std::string_view text) {
  int words = 0;
  int brackets = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (is_word_char(c)) {
      ++words;
      while (i < text.size() && is_word_char(text[i])) ++i;
      continue;
    }
    if (c == '[') {
      const size_t close = text.find(']', i);
      if (words == 0 || ++brackets > 2 || close == std::string_view::npos) return false;
      const std::string_view inside = text.substr(i + 1, close - i - 1);
      if (!std::all_of(inside.begin(), inside.end(), is_word_char)) return false;
      i = close;
    } else if (c != ' ' && (c != '*' || words == 0)) {
      return false;
    }
    ++i;
  }
  return words >= 2;
}

// "field:DECLARATION; offset:N; size:N; signed:N;" (old kernels have no "signed"). libtraceevent is shown
// nothing else: it takes what is no number for 0, leaks what it has read of a line that it cannot finish, and
// crashes on brackets that do not close.
bool is_field_line(std::string_view line) {
  const size_t end = line.find(';');
  constexpr size_t kKey = std::string_view("field:").size();
  if (end == std::string_view::npos || !is_declaration(line.substr(kKey, end - kKey))) return false;
  std::string_view rest = line.substr(end + 1);
  if (!take_number(rest, "offset:") || !take_number(rest, "size:")) return false;
  return trimmed(rest).empty() || (take_number(rest, "signed:") && trimmed(rest).empty());
}

// The format text taken apart, and put together again in words that libtraceevent understands. Names are not
// among them: events may be called what no C identifier is.
struct FormatText {
  std::string_view name;
  std::string_view id;
  std::string_view print_format;
  std::string common_fields;
  std::string fields;
  size_t field_count = 0;
  bool well_formed = true;
  std::vector<std::string> string_arrays;  // names of the fields declared char[][N]

  std::string normalised() const {
    return "name: event\nID: " + std::string(id) + "\nformat:\n" + common_fields + "\n" + fields +
           "\nprint fmt: \"\"\n";
  }
};

// "field:__data_loc char[][4] list;…": libtraceevent stops at the second pair of brackets. Their number can
// be had from the size, so they are left out and only the fact is kept.
void add_field_line(std::string_view line, FormatText& out) {
  constexpr std::string_view kStringArray = "char[][";
  std::string copy(line);
  const size_t declared = line.find(';');
  const std::string_view declaration = line.substr(0, declared);
  if (const size_t at = declaration.find(kStringArray); at != std::string_view::npos) {
    const size_t open = at + kStringArray.size() - 1;
    const size_t close = declaration.find(']', open);
    if (close != std::string_view::npos) {
      out.string_arrays.emplace_back(trimmed(declaration.substr(close + 1)));
      copy.erase(open, close + 1 - open);
    }
  }
  // A blank line parts the common fields from the event's own; libtraceevent wants it exactly there.
  const bool common = out.fields.empty() && declaration.find(" common_") != std::string_view::npos;
  (common ? out.common_fields : out.fields) += "\t" + copy + "\n";
  ++out.field_count;
  out.well_formed &= is_field_line(copy);
}

FormatText take_apart(std::string_view text) {
  FormatText out;
  while (!text.empty()) {
    const std::string_view from_here = text;
    const std::string_view line = trimmed(take_line(text));
    if (line.starts_with("print fmt:")) {  // the last entry, to the end of the text
      out.print_format = trimmed(from_here.substr(from_here.find(':') + 1));
      break;
    }
    if (line.starts_with("name:")) out.name = trimmed(line.substr(5));
    if (line.starts_with("ID:")) out.id = trimmed(line.substr(3));
    if (line.starts_with("field:")) add_field_line(line, out);
  }
  return out;
}

bool is_number_size(int size) {
  return size == 1 || size == 2 || size == 4 || size == 8;
}

// Element size of a uprobe array: "u8 a[]" gives its total size only (trace_probe.c leaves the count out).
int element_size_by_type(std::string_view type) {
  if (type == "u8" || type == "s8") return 1;
  if (type == "u16" || type == "s16") return 2;
  if (type == "u32" || type == "s32") return 4;
  if (type == "u64" || type == "s64") return 8;
  return 0;
}

// "u8[]" and "u8" to "u8".
std::string_view base_type(const tep_format_field& field) {
  const std::string_view type = field.type == nullptr ? "" : field.type;
  return trimmed(type.substr(0, type.find('[')));
}

bool is_plain_char(std::string_view type) {
  return type == "char" || type == "const char";
}

Field::Kind number_kind(const tep_format_field& field, char conversion, int size) {
  if (conversion == 'x' || conversion == 'X' || conversion == 'p') return Field::Kind::Hex;
  if (conversion == 'c' && size == 1) return Field::Kind::Char;
  if (field.flags & TEP_FIELD_IS_POINTER) return Field::Kind::Hex;
  return field.flags & TEP_FIELD_IS_SIGNED ? Field::Kind::Signed : Field::Kind::Unsigned;
}

void set_numbers(const tep_format_field& field, char conversion, Field& out) {
  const bool array = (field.flags & TEP_FIELD_IS_ARRAY) != 0;
  int size = field.size;
  if (array) {
    size = field.arraylen != 0 && field.size % static_cast<int>(field.arraylen) == 0
               ? field.size / static_cast<int>(field.arraylen)
               : element_size_by_type(base_type(field));
  }
  if (is_number_size(size) && field.size % size == 0) {
    out.kind = number_kind(field, conversion, size);
    out.size = static_cast<uint8_t>(size);
    out.count = array ? static_cast<uint16_t>(field.size / size) : 0;
    return;
  }
  // A structure, or an array of them: its bytes.
  out.kind = Field::Kind::Unsigned;
  out.size = 1;
  out.count = static_cast<uint16_t>(field.size);
}

Field make_field(const tep_format_field& field, char conversion, bool string_array) {
  Field out;
  out.name = field.name;
  out.offset = static_cast<uint32_t>(field.offset);
  if (field.flags &
      TEP_FIELD_IS_RELATIVE) {  // __rel_loc counts from the field's own end: kept as the bare word
    out.kind = Field::Kind::Hex;
    out.size = 4;
  } else if (field.flags & TEP_FIELD_IS_DYNAMIC) {
    out.kind = Field::Kind::String;
    out.size = 4;
    out.count = string_array ? static_cast<uint16_t>(field.size / 4) : 0;
  } else if ((field.flags & TEP_FIELD_IS_ARRAY) && is_plain_char(base_type(field))) {
    out.kind = Field::Kind::FixedString;
    out.size = 1;
    out.count = static_cast<uint16_t>(field.size);
  } else {
    set_numbers(field, conversion, out);
  }
  return out;
}

// Why a field cannot be part of a record, or null.
const char* field_fault(const tep_format_field& field) {
  if (field.name == nullptr || *field.name == 0) return "a field has no name";
  if (field.size < 0 || field.offset < 0 || field.size > kMaxRecord ||
      field.offset > kMaxRecord - field.size) {
    return "a field lies outside any record";
  }
  if (field.offset < kCommonSize) return "a field lies in the common header";
  const bool located = (field.flags & (TEP_FIELD_IS_DYNAMIC | TEP_FIELD_IS_RELATIVE)) != 0;
  if (located && (field.size < 4 || field.size % 4 != 0)) return "a string field is not made of 4-byte words";
  return nullptr;
}

bool is_word_at(const tep_format_field* field, std::string_view name, int offset) {
  return field != nullptr && field->name == name && field->offset == offset && field->size == 8;
}

// Takes the instruction pointers of a uprobe record off the front of the fields. A 32-bit kernel's are 4
// bytes wide and stay what they are: ordinary fields.
const tep_format_field* take_probe_addresses(const tep_format_field* fields, EventSchema& schema) {
  schema.has_ip = true;
  schema.is_return = false;
  if (is_word_at(fields, "__probe_ip", 8)) return fields->next;
  if (is_word_at(fields, "__probe_func", 8) && is_word_at(fields->next, "__probe_ret_ip", 16)) {
    schema.is_return = true;
    return fields->next->next;
  }
  schema.has_ip = false;
  return fields;
}

struct TepDeleter {
  void operator()(tep_handle* tep) const { tep_free(tep); }
};

// libtraceevent prints its complaints to standard error unless told not to, for the whole process.
void silence_libtraceevent() {
  static std::once_flag once;
  std::call_once(once, [] { tep_set_loglevel(TEP_LOG_NONE); });
}

}  // namespace

Result<EventSchema> parse_event_format(std::string_view text, std::string_view group) {
  if (text.size() > kMaxText) return format_error(group, {}, "the text is longer than 1 MiB");
  if (text.find('\0') != std::string_view::npos) return format_error(group, {}, "the text holds a NUL byte");
  const FormatText parts = take_apart(text);
  if (parts.name.empty()) return format_error(group, {}, "there is no \"name:\" line");
  const std::optional<uint64_t> id = parse_decimal(parts.id);
  if (!id || *id > 0xffff)
    return format_error(group, parts.name, "there is no \"ID:\" line with a 16-bit number");
  if (parts.field_count > kMaxFields)
    return format_error(group, parts.name, "there are more than 1024 fields");

  constexpr const char* kMalformed = "its field lines are not in the form of the kernel's format files";
  if (!parts.well_formed) return format_error(group, parts.name, kMalformed);

  silence_libtraceevent();
  const std::unique_ptr<tep_handle, TepDeleter> tep(tep_alloc());
  if (!tep) return format_error(group, parts.name, "out of memory");
  tep_set_long_size(tep.get(), 8);
  const std::string normalised = parts.normalised();
  const tep_errno fault = tep_parse_event(tep.get(), normalised.c_str(), normalised.size(), "group");
  const tep_event* event = fault == 0 ? tep_find_event(tep.get(), static_cast<int>(*id)) : nullptr;
  // An unparsable field does not make the call fail; it only marks the event.
  if (event == nullptr || (event->flags & TEP_EVENT_FL_FAILED)) {
    return format_error(group, parts.name, kMalformed);
  }

  EventSchema schema;
  schema.group = group;
  schema.name = parts.name;
  schema.kernel_type = static_cast<uint16_t>(*id);
  schema.format = text;
  const std::vector<ShownField> shown = read_print_format(parts.print_format);
  for (const tep_format_field* field = take_probe_addresses(event->format.fields, schema); field != nullptr;
       field = field->next) {
    if (const char* cause = field_fault(*field)) return format_error(group, parts.name, cause);
    // A flexible array at the end of the record: no field of a known size. Kernels before 4.15 declare the one
    // of the tracer's own "print" as a plain "char buf".
    if (field->size == 0) continue;
    const std::string_view name = field->name;
    const auto at =
        std::find_if(shown.begin(), shown.end(), [&](const ShownField& s) { return s.name == name; });
    const bool string_array =
        std::find(parts.string_arrays.begin(), parts.string_arrays.end(), name) != parts.string_arrays.end();
    schema.fields.push_back(make_field(*field, at == shown.end() ? '\0' : at->conversion, string_array));
  }
  return schema;
}

}  // namespace uproar
