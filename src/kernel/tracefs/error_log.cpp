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

// Words between blanks; a stretch in quotes is part of its word, blanks and all, if `quotes` count.
std::vector<Word> split(std::string_view text, bool quotes) {
  std::vector<Word> words;
  bool inside = false;
  char quote = '\0';  // the one that is open
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_quote = quotes && (text[i] == '"' || text[i] == '\'');
    if (is_quote && quote == '\0') {
      quote = text[i];
    } else if (is_quote && quote == text[i]) {
      quote = '\0';
    }
    if (is_blank(text[i]) && quote == '\0') {
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
  for (Word word : split(line, false)) {
    if (!out.empty()) out += ' ';
    out += text_of(line, word);
  }
  return out;
}

// A definition in words: how it is named, where it is, what it fetches.
struct Parts {
  std::optional<Word> head;
  std::optional<Word> place;
  std::vector<Word> arguments;
};

// "p", "r", "p3", "p:NAME", ":NAME"; p and the colon may be left out together, and then the place comes
// first.
bool looks_like_head(std::string_view word) {
  size_t i = 0;
  if (i < word.size() && (word[i] == 'p' || word[i] == 'r')) ++i;
  while (i < word.size() && word[i] >= '0' && word[i] <= '9') ++i;
  return i == word.size() || word[i] == ':';
}

Parts parts_of(std::string_view text, bool users) {
  Parts parts;
  std::vector<Word> words = split(text, users);
  size_t next = 0;
  // "p:main" alone, or with an argument after it, is the place `main` of a program called p.
  bool place_follows = words.size() > 1 && text_of(text, words[1]).find(':') != std::string_view::npos;
  if (!words.empty() && (!users || (looks_like_head(text_of(text, words[0])) && place_follows))) {
    parts.head = words[next++];
  }
  if (next < words.size()) parts.place = words[next++];
  parts.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(next), words.end());
  return parts;
}

// GROUP/EVENT, or EVENT, of "p:GROUP/EVENT".
std::string_view name_in_head(std::string_view head) {
  size_t colon = head.find(':');
  return colon == std::string_view::npos ? std::string_view() : head.substr(colon + 1);
}

std::string_view argument_name(std::string_view argument) {
  size_t equals = argument.find('=');
  return equals == std::string_view::npos ? std::string_view() : argument.substr(0, equals);
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

Span within(Word users, std::string_view word, size_t column) {
  if (column >= word.size()) return to_span(users.end - 1, users.end);
  return to_span(users.begin + column, users.begin + end_of_item(word, column));
}

// The user's word of the kernel's argument number `index`: by position, or by name if one of the user's words
// became several.
std::optional<Word> matching_argument(std::string_view command, const Parts& kernel, size_t index,
                                      std::string_view user_text, const Parts& user) {
  if (kernel.arguments.size() == user.arguments.size()) return user.arguments[index];
  std::string_view wanted = argument_name(text_of(command, kernel.arguments[index]));
  for (Word word : user.arguments) {
    std::string_view text = text_of(user_text, word);
    if (!wanted.empty() && (argument_name(text) == wanted || text == wanted)) return word;
  }
  return std::nullopt;
}

struct Found {
  Span span;
  std::string
      kernel_word;  // where the kernel's word is not the user's: what the kernel was given, else empty
};

Span whole(std::string_view text) {
  return to_span(0, text.size());
}

// The name in the head, with a temporary group in front of the user's own event name or not.
Span in_head(std::string_view kernel_head, size_t column, std::string_view user_text, Word users) {
  std::string_view kernel_name = name_in_head(kernel_head);
  std::string_view user_name = name_in_head(text_of(user_text, users));
  size_t name_begin = users.end - user_name.size();
  if (user_name.empty()) return to_span(users.begin, users.end);
  if (kernel_name.ends_with(user_name)) {
    size_t shift = kernel_name.size() - user_name.size();
    size_t name_column = kernel_head.size() - kernel_name.size() + shift;
    if (column >= name_column)
      return to_span(std::min(name_begin + column - name_column, users.end - 1), users.end);
  }
  return to_span(name_begin, users.end);
}

Found locate(const KernelComplaint& complaint, std::string_view user_text) {
  const std::string& command = complaint.command;
  const Parts kernel = parts_of(command, false);
  const Parts user = parts_of(user_text, true);
  auto holds = [&](Word word) { return complaint.column >= word.begin && complaint.column <= word.end; };

  if (kernel.head && holds(*kernel.head)) {
    if (!user.head) return {whole(user_text), {}};
    return {in_head(text_of(command, *kernel.head), complaint.column, user_text, *user.head), {}};
  }
  std::optional<Word> theirs;
  std::optional<Word> users;
  if (kernel.place && holds(*kernel.place)) {
    theirs = kernel.place;
    users = user.place;
  }
  for (size_t i = 0; i < kernel.arguments.size() && !theirs; ++i) {
    if (!holds(kernel.arguments[i])) continue;
    theirs = kernel.arguments[i];
    users = matching_argument(command, kernel, i, user_text, user);
  }
  if (!theirs) return {whole(user_text), {}};
  std::string_view word = text_of(command, *theirs);
  if (!users) return {whole(user_text), std::string(word)};
  if (text_of(user_text, *users) == word) return {within(*users, word, complaint.column - theirs->begin), {}};
  return {to_span(users->begin, users->end), std::string(word)};
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

Error at(std::string message, std::string_view user_text, Span span, std::string remedy,
         int errno_value = 0) {
  if (user_text.empty()) return Error{std::move(message), {}, std::move(remedy), errno_value};
  return Error{std::move(message), underline(user_text, span), std::move(remedy), errno_value};
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

Error explain_complaint(const KernelComplaint& complaint, std::string_view user_text) {
  const Found found = locate(complaint, user_text);
  for (const NameClash& clash : kClashes) {
    if (!complaint.message.starts_with(clash.message)) continue;
    std::string event = event_of(complaint.command);
    return at("event " + event + " " + std::string(clash.what), user_text, found.span,
              clash.ours_to_remove ? remove_or_rename(event) : "use another name", EEXIST);
  }
  std::string message = "the kernel refuses this: " + complaint.message;
  if (!found.kernel_word.empty()) message += " (it was given " + found.kernel_word + ")";
  const auto* advice = std::find_if(std::begin(kAdvice), std::end(kAdvice), [&](const Advice& candidate) {
    return complaint.message.starts_with(candidate.message);
  });
  return at(std::move(message), user_text, found.span,
            advice == std::end(kAdvice) ? std::string() : std::string(advice->remedy));
}

namespace {

// EINVAL without an entry: the line was not recognised as a uprobe's, or its reference counter contradicts
// another event's.
Error explain_invalid(std::string_view line, std::string_view user_text) {
  const Parts kernel = parts_of(line, false);
  const Parts user = parts_of(user_text, true);
  const Span place = user.place ? to_span(user.place->begin, user.place->end) : whole(user_text);
  std::string_view head = kernel.head ? text_of(line, *kernel.head) : std::string_view();
  if (head.empty() || (head[0] != 'p' && head[0] != 'r')) {
    return at("the kernel does not know this kind of probe", user_text, whole(user_text),
              "begin with p: (entry) or r: (return)", EINVAL);
  }
  std::string_view where = kernel.place ? text_of(line, *kernel.place) : std::string_view();
  size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) {
    return at("the kernel finds no place in this definition", user_text, place, "write PATH:OFFSET", EINVAL);
  }
  if (where[0] != '/') {
    return at("the kernel takes absolute paths only", user_text, place, "begin the path with /", EINVAL);
  }
  std::string_view offset = where.substr(colon + 1);
  if (offset.empty() || offset[0] < '0' || offset[0] > '9' ||
      !parse_c_unsigned(offset.substr(0, offset.find_first_of("(%")))) {
    return at("the kernel takes file offsets only: \"" + std::string(offset) + "\" is none", user_text, place,
              "write PATH:0xOFFSET", EINVAL);
  }
  return at("another event uses this place with another reference counter", user_text, place,
            "uproar events shows it; remove it, or give the same reference counter", EINVAL);
}

}  // namespace

Error explain_refusal(int errno_value, std::string_view line, std::string_view user_text) {
  const std::string command = joined(line);
  const std::string event = event_of(command);
  const Span all = whole(user_text);
  switch (errno_value) {
    case EINVAL:
      return explain_invalid(command, user_text);
    case EEXIST:
      return at("event " + event + " is already defined", user_text, all, remove_or_rename(event),
                errno_value);
    case ENOENT:
      return at("the kernel does not find the file of this probe", user_text, all,
                "check the path; it is looked up in this mount namespace", errno_value);
    case E2BIG:
      return at("the kernel finds too many or too long arguments in this definition", user_text, all,
                "an event has at most 128 arguments of 63 bytes, 3,072 bytes of values together",
                errno_value);
    case EBUSY:
      return at("event " + event + " is in use, so that its definition cannot change", user_text, all,
                "disable it first, or use another name", errno_value);
    case EACCES:
    case EPERM:
      return Error{"this user may not define events", {}, "run it as root: sudo uproar …", errno_value};
    case ENOMEM:
      return Error{
          "the kernel has no memory for this event", {}, "free memory, or define fewer events", errno_value};
    default: {
      Error error = system_error("the kernel refuses this definition", errno_value);
      if (!user_text.empty()) error.excerpt = underline(user_text, all);
      return error;
    }
  }
}

}  // namespace uproar
