#include "kernel/tracefs/error_log.h"

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/lines.h"
#include "base/number.h"
#include "definition/diagnostic.h"

namespace uproar {
namespace {

// "  Command: " and the blanks in front of the caret have the same width.
constexpr std::string_view kCommandPrefix = "  Command: ";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

struct Word {
  size_t begin = 0;
  size_t end = 0;
};

std::string_view text_of(std::string_view text, Word word) {
  return text.substr(word.begin, word.end - word.begin);
}

// Words between blanks.
std::vector<Word> split(std::string_view text) {
  std::vector<Word> words;
  bool inside = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_blank(text[i])) {
      inside = false;
      continue;
    }
    if (!inside) words.push_back(Word{i, i});
    inside = true;
    words.back().end = i + 1;
  }
  return words;
}

// As the kernel joins the words of a line again: single blanks, nothing from '#' on.
std::string joined(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::string out;
  for (Word word : split(line)) {
    if (!out.empty()) out += ' ';
    out += text_of(line, word);
  }
  return out;
}

// GROUP/EVENT, or EVENT, of "p:GROUP/EVENT".
std::string_view name_in_head(std::string_view head) {
  size_t colon = head.find(':');
  return colon == std::string_view::npos ? std::string_view() : head.substr(colon + 1);
}

Span to_span(size_t begin, size_t end) {
  return Span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
}

// From `column` on what belongs together: up to the bracket that closes an outer level, or to the type.
size_t end_of_item(std::string_view word, size_t column) {
  int depth = 0;
  for (size_t i = column; i < word.size(); ++i) {
    char c = word[i];
    if (c == '(' || c == '[') ++depth;
    if ((c == ')' || c == ']') && --depth < 0) return std::max(i, column + 1);
    if (c == ':' && depth == 0 && i > column) return i;
  }
  return word.size();
}

Span within(Span users, std::string_view word, size_t column) {
  if (column >= word.size()) return {users.end - 1, users.end};
  return to_span(users.begin + column, users.begin + end_of_item(word, column));
}

struct Found {
  Span span;
  std::string
      kernel_word;  // where the kernel's word is not the user's: what the kernel was given, else empty
};

Span whole(const LineSource& source) {
  return to_span(0, source.text.size());
}

std::string_view text_of(const LineSource& source, Span span) {
  return span.end <= source.text.size() ? source.text.substr(span.begin, span.end - span.begin)
                                        : std::string_view();
}

// The name in the head, with a temporary group in front of the user's own event name or not.
Span in_head(std::string_view kernel_head, size_t column, const LineSource& source) {
  if (source.head.empty()) return whole(source);
  if (source.name.empty()) return source.head;
  const std::string_view kernel_name = name_in_head(kernel_head);
  const std::string_view user_name = text_of(source, source.name);
  const size_t name_column = kernel_head.size() - user_name.size();
  if (!kernel_name.ends_with(user_name) || column < name_column) return source.name;
  return to_span(std::min<size_t>(source.name.begin + column - name_column, source.name.end - 1),
                 source.name.end);
}

Found locate(const KernelComplaint& complaint, const LineSource& source) {
  const std::string_view command = complaint.command;
  const std::vector<Word> words = split(command);
  const auto found = std::find_if(words.begin(), words.end(), [&](Word word) {
    return complaint.column >= word.begin && complaint.column <= word.end;
  });
  if (found == words.end()) return {whole(source), {}};
  const std::string_view word = text_of(command, *found);
  const auto index = static_cast<size_t>(found - words.begin());
  if (index == 0) return {in_head(word, complaint.column, source), {}};
  Span users = source.place;
  if (index > 1) users = index - 2 < source.arguments.size() ? source.arguments[index - 2] : Span{};
  if (users.empty()) return {whole(source), std::string(word)};
  if (text_of(source, users) == word) return {within(users, word, complaint.column - found->begin), {}};
  return {users, std::string(word)};
}

struct Advice {
  std::string_view message;  // the kernel's, or how it begins
  std::string_view remedy;
};

// What to type instead. The texts are matched by their beginning, because their ends differ between kernels.
constexpr Advice kAdvice[] = {
    {"Invalid register name", "x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15"},
    {"String accepts only memory argument", "read memory through the value: +0(VALUE):TYPE"},
    {"$retval is not available", "use r: for a return probe"},
    {"$arg* can be used only on function entry",
     "name the register that holds the argument: %di is the first"},
    {"Symbol is not available with uprobe", "give the address: @0xADDR, or @+0xOFFSET"},
    {"Failed to find the given file", "check the path; it is looked up in this mount namespace"},
    {"Not a regular file", "name a program or a library"},
    {"Array number is too big", "an array has at most 64 elements"},
    {"Invalid array size", "an array has 1 to 64 elements"},
    {"Invalid bitfield", "a bitfield is bWIDTH@OFFSET/CONTAINER, container 8, 16, 32 or 64 bits"},
    {"Unknown type",
     "types are u8 … u64, s8 … s64, x8 … x64, char, string, ustring, bW@O/C and arrays TYPE[N]"},
    {"Argument name is too long", "a name has at most 32 bytes"},
    {"Argument expression is too long", "an argument has at most 63 bytes"},
    {"This argument name is already used", "give each argument a name of its own; common_… names are taken"},
    {"Too many arguments", "an event has at most 128 arguments"},
    {"Event too big", "the arguments have at most 3,072 bytes together: fetch fewer, or shorter arrays"},
    {"Dereference is too much nested", "at most 14 levels of +N(…)"},
    {"Group name is too long", "a group name has at most 63 bytes"},
    {"Event name is too long", "an event name has at most 63 bytes"},
    {"Event name must follow", "use letters, digits and _ only, a letter first"},
    {"Group name must follow", "use letters, digits, _ and - only, a letter first"},
    {"Argument name must follow", "use letters, digits and _ only, a letter first"},
    {"$comm and immediate-string", "leave the type out, or use :string"},
    {"$comm can not be dereferenced", "write $comm without +N(…)"},
};

struct NameClash {
  std::string_view message;
  std::string_view what;  // after "event GROUP/EVENT "
  bool ours_to_remove;
};

constexpr NameClash kClashes[] = {
    {"There is already the exact same probe event", "is already defined", true},
    {"Probe type is different from existing probe", "is already defined as the other kind of probe (p or r)",
     true},
    {"Argument type or name is different from existing probe", "is already defined with other arguments",
     true},
    {"Given group/event name is already used by another event", "exists and is not a uprobe event", false},
};

std::string event_of(std::string_view command) {
  std::string_view name = name_in_head(command.substr(0, command.find(' ')));
  // Without a group the kernel takes "uprobes".
  if (!name.empty() && name.find('/') == std::string_view::npos) return "uprobes/" + std::string(name);
  return name.empty() ? "of this name" : std::string(name);
}

std::string remove_or_rename(const std::string& event) {
  return "remove it (uproar remove " + event + ") or use another name";
}

Error at(std::string message, const LineSource& source, Span span, std::string remedy, int errno_value = 0) {
  if (source.text.empty()) return Error{std::move(message), {}, std::move(remedy), errno_value};
  return Error{std::move(message), underline(source.text, span), std::move(remedy), errno_value};
}

}  // namespace

std::optional<KernelComplaint> find_complaint(std::string_view error_log, std::string_view line) {
  const std::string wanted = joined(line);
  std::optional<KernelComplaint> newest;
  std::string message;
  while (!error_log.empty()) {
    std::string_view text = take_line(error_log);
    if (text.starts_with('[')) {
      constexpr std::string_view mark = ": error: ";
      size_t begin = text.find(mark);
      message =
          begin == std::string_view::npos ? std::string() : std::string(text.substr(begin + mark.size()));
      continue;
    }
    if (!text.starts_with(kCommandPrefix) || message.empty()) continue;
    std::string_view command = text.substr(kCommandPrefix.size());
    if (joined(command) != wanted) continue;
    size_t caret = take_line(error_log).find('^');
    size_t column =
        caret == std::string_view::npos || caret < kCommandPrefix.size() ? 0 : caret - kCommandPrefix.size();
    newest = KernelComplaint{message, std::string(command), std::min(column, command.size())};
  }
  return newest;
}

Error explain_complaint(const KernelComplaint& complaint, const LineSource& source) {
  const Found found = locate(complaint, source);
  for (const NameClash& clash : kClashes) {
    if (!complaint.message.starts_with(clash.message)) continue;
    std::string event = event_of(complaint.command);
    return at("event " + event + " " + std::string(clash.what), source, found.span,
              clash.ours_to_remove ? remove_or_rename(event) : "use another name", EEXIST);
  }
  std::string message = "the kernel refuses this: " + complaint.message;
  if (!found.kernel_word.empty()) message += " (it was given " + found.kernel_word + ")";
  const auto* advice = std::find_if(std::begin(kAdvice), std::end(kAdvice), [&](const Advice& candidate) {
    return complaint.message.starts_with(candidate.message);
  });
  return at(std::move(message), source, found.span,
            advice == std::end(kAdvice) ? std::string() : std::string(advice->remedy));
}

namespace {

// EINVAL without an entry: the line was not recognised as a uprobe's, or its reference counter contradicts
// another event's.
Error explain_invalid(std::string_view line, const LineSource& source) {
  const std::vector<Word> words = split(line);
  const Span place = source.place.empty() ? whole(source) : source.place;
  const std::string_view head = words.empty() ? std::string_view() : text_of(line, words[0]);
  if (head.empty() || (head[0] != 'p' && head[0] != 'r')) {
    return at("the kernel does not know this kind of probe", source, whole(source),
              "begin with p: (entry) or r: (return)", EINVAL);
  }
  const std::string_view where = words.size() < 2 ? std::string_view() : text_of(line, words[1]);
  size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) {
    return at("the kernel finds no place in this definition", source, place, "write PATH:OFFSET", EINVAL);
  }
  if (where[0] != '/') {
    return at("the kernel takes absolute paths only", source, place, "begin the path with /", EINVAL);
  }
  std::string_view offset = where.substr(colon + 1);
  if (offset.empty() || offset[0] < '0' || offset[0] > '9' ||
      !parse_c_unsigned(offset.substr(0, offset.find_first_of("(%")))) {
    return at("the kernel takes file offsets only: \"" + std::string(offset) + "\" is none", source, place,
              "write PATH:0xOFFSET", EINVAL);
  }
  return at("another event uses this place with another reference counter", source, place,
            "uproar events shows it; remove it, or give the same reference counter", EINVAL);
}

}  // namespace

Error explain_refusal(int errno_value, std::string_view line, const LineSource& source) {
  const std::string command = joined(line);
  const std::string event = event_of(command);
  const Span all = whole(source);
  switch (errno_value) {
    case EINVAL:
      return explain_invalid(command, source);
    case EEXIST:
      return at("event " + event + " is already defined", source, all, remove_or_rename(event), errno_value);
    case ENOENT:
      return at("the kernel does not find the file of this probe", source, all,
                "check the path; it is looked up in this mount namespace", errno_value);
    case E2BIG:
      return at("the kernel finds too many or too long arguments in this definition", source, all,
                "an event has at most 128 arguments of 63 bytes, 3,072 bytes of values together",
                errno_value);
    case EBUSY:
      return at("event " + event + " is in use, so that its definition cannot change", source, all,
                "disable it first, or use another name", errno_value);
    case EACCES:
    case EPERM:
      return Error{"this user may not define events", {}, "run it as root: sudo uproar …", errno_value};
    case ENOMEM:
      return Error{
          "the kernel has no memory for this event", {}, "free memory, or define fewer events", errno_value};
    default: {
      Error error = system_error("the kernel refuses this definition", errno_value);
      if (!source.text.empty()) error.excerpt = underline(source.text, all);
      return error;
    }
  }
}

}  // namespace uproar
