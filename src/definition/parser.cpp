#include "definition/parser.h"

#include "definition/argument_parser.h"
#include "definition/kernel_number.h"
#include "definition/lexer.h"
#include "definition/place_parser.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

// Sixteen times what the kernel takes in one line: longer text is no definition.
constexpr size_t kLongest = 65536;

Span span_of(uint32_t begin, size_t size) {
  return {begin, begin + static_cast<uint32_t>(size)};
}

// The second word when the first one could be a prefix.
string_view word_after(Lexer lexer) {
  lexer.word();
  lexer.skip_blanks();
  return lexer.at_end() ? string_view() : lexer.peek_word();
}

bool starts_a_fetch(string_view word) {
  return word.empty() || string_view("$%@+-\\").find(word[0]) != npos;
}

// p3, r10:name: what kprobe_events knows as "maxactive".
bool is_numbered_kind(string_view word) {
  size_t at = 1;
  while (at < word.size() && is_digit(word[at])) ++at;
  return at > 1 && (at == word.size() || word[at] == ':');
}

bool is_prefix(string_view word, string_view next) {
  if (word[0] == ':') return true;
  if (word[0] != 'p' && word[0] != 'r') return false;
  if (word.size() == 1 || word[1] == ':') return true;
  // Any other word in p or r is a prefix only before the kernel's own form of a place: "perl:main %di" is a
  // place.
  if (starts_a_fetch(next)) return false;
  return is_kernel_place(next) || (is_numbered_kind(word) && next.find('=') == npos && find_separator(next));
}

bool parse_name(ParseContext& context, string_view name, uint32_t begin, std::optional<ast::Name>& group,
                ast::Name& event) {
  size_t slash = name.find('/');
  if (slash == npos) slash = name.find('.');
  if (slash == 0)
    return context.fail(span_of(begin, 1), "no group before the '" + std::string(1, name[0]) + "'",
                        "write GROUP/EVENT, or EVENT alone");
  if (slash != npos) {
    group = ast::Name{std::string(name.substr(0, slash)), span_of(begin, slash)};
    begin += static_cast<uint32_t>(slash + 1);
    name.remove_prefix(slash + 1);
  }
  event = ast::Name{std::string(name), span_of(begin, name.size())};
  return true;
}

bool parse_prefix(ParseContext& context, Lexer& lexer, ast::Probe& probe) {
  uint32_t begin = lexer.position();
  string_view word = lexer.word();
  probe.is_return = word[0] == 'r';
  size_t colon = word[0] == ':' ? 0 : 1;
  if (colon == word.size()) return true;
  if (word[colon] != ':') {
    size_t named = word.find(':');
    context.warn(span_of(begin + 1, word.size() - 1),
                 "the kernel ignores this: the event gets no name and goes to the default group",
                 named == npos ? "write " + std::string(1, word[0]) + ", or " + std::string(1, word[0]) +
                                     ":NAME to name the event"
                               : "write " + std::string(1, word[0]) + std::string(word.substr(named)) +
                                     " to name the event");
    return true;
  }
  auto name_begin = begin + static_cast<uint32_t>(colon + 1);
  ast::Name event;
  if (!parse_name(context, word.substr(colon + 1), name_begin, probe.group, event)) return false;
  if (!event.text.empty()) {
    probe.event = std::move(event);
  } else if (!probe.group) {
    return context.fail({name_begin, name_begin}, "no event name after the ':'",
                        "write a name, or leave the ':' out");
  }
  return true;
}

bool parse_probe_line(ParseContext& context, Lexer& lexer, ast::Probe& probe) {
  string_view first = lexer.peek_word();
  string_view second = word_after(lexer);
  if (is_prefix(first, second)) {
    uint32_t begin = lexer.position();
    if (!parse_prefix(context, lexer, probe)) return false;
    lexer.skip_blanks();
    if (lexer.at_end()) {
      size_t path = first.find(":/");
      bool joined = path != npos && path > 1;
      return context.fail(
          span_of(begin, first.size()), "no place: PATH:SITE is missing",
          joined ? "put a blank between the name and the path: " + std::string(first.substr(0, path)) + " " +
                       std::string(first.substr(path + 1, 60))
                 : "say where to probe: bash:readline or /bin/bash:0x1234");
    }
  } else if ((first.size() == 1 || first[1] == ':') && is_kernel_alpha(first[0]) && is_kernel_place(second)) {
    return context.fail(span_of(lexer.position(), 1), "unknown kind of probe",
                        "write p for a place in the code, r for the return of a function");
  }
  if (!parse_place(context, lexer, probe)) return false;
  for (lexer.skip_blanks(); !lexer.at_end(); lexer.skip_blanks()) {
    uint32_t begin = lexer.position();
    Piece word(lexer.word(), begin);
    if (!parse_argument(context, word, probe.arguments.emplace_back())) return false;
  }
  return true;
}

bool parse_deletion(ParseContext& context, Lexer& lexer, ast::Deletion& deletion) {
  uint32_t begin = lexer.position();
  string_view word = lexer.word();
  if (!word.starts_with("-:")) {
    return context.fail(span_of(begin, word.size()),
                        "a '-' at the beginning deletes an event and needs its name", "write -:GROUP/EVENT");
  }
  string_view name = word.substr(2);
  auto name_begin = begin + 2;
  if (name.empty())
    return context.fail({name_begin, name_begin}, "no event name after the ':'", "write -:GROUP/EVENT");
  if (size_t dot = name.find('.'); dot != npos && name.find('/') == npos) {
    return context.fail(span_of(name_begin + static_cast<uint32_t>(dot), 1),
                        "a '.' does not separate group and event here", "write -:GROUP/EVENT with a '/'");
  }
  if (!parse_name(context, name, name_begin, deletion.group, deletion.event)) return false;
  if (deletion.event.text.empty()) {
    context.warn(span_of(begin, word.size()), "this deletes every event of the group",
                 "write -:GROUP/EVENT for one");
  } else if (!deletion.group) {
    context.warn(span_of(begin, word.size()), "this deletes the events of that name in every group",
                 "write -:GROUP/EVENT for one");
  }
  lexer.skip_blanks();
  for (; !lexer.at_end(); lexer.skip_blanks()) {
    if (!deletion.place.empty()) deletion.place += ' ';
    deletion.place += lexer.word();
  }
  return true;
}

bool check_bytes(ParseContext& context) {
  string_view text = context.text;
  if (text.size() > kLongest) {
    context.text = text.substr(0, kLongest);
    return context.fail(span_of(kLongest, 0), "the definition is longer than 65536 bytes",
                        "the kernel takes lines of at most 4094 bytes");
  }
  if (size_t nul = text.find('\0'); nul != npos) {
    return context.fail(span_of(static_cast<uint32_t>(nul), 1), "a definition cannot hold a NUL byte");
  }
  size_t first = text.find_first_not_of(" \t\r\n\v\f");
  size_t last = text.find_last_not_of(" \t\r\n\v\f");
  if (first == npos) return true;
  if (size_t newline = text.substr(first, last - first).find('\n'); newline != npos) {
    return context.fail(span_of(static_cast<uint32_t>(first + newline), 1), "a definition is one line",
                        "give each line by itself");
  }
  return true;
}

bool parse(ParseContext& context, ast::Line& line) {
  if (!check_bytes(context)) return false;
  Lexer lexer(context.text);
  lexer.skip_blanks();
  if (lexer.at_end()) {
    line = ast::Empty{};
    return true;
  }
  if (lexer.peek() == '-') return parse_deletion(context, lexer, line.emplace<ast::Deletion>());
  return parse_probe_line(context, lexer, line.emplace<ast::Probe>());
}

}  // namespace

Result<ParsedLine> parse_line(string_view text) {
  ParseContext context{text, {}, {}};
  ParsedLine parsed;
  if (!parse(context, parsed.line)) return to_error(*context.error, context.text);
  parsed.warnings = std::move(context.warnings);
  return parsed;
}

Result<ParsedProbe> parse_probe(string_view text) {
  TRY_ASSIGN(ParsedLine parsed, parse_line(text));
  if (auto* probe = std::get_if<ast::Probe>(&parsed.line)) {
    return ParsedProbe{std::move(*probe), std::move(parsed.warnings)};
  }
  Diagnostic fault;
  bool empty = std::holds_alternative<ast::Empty>(parsed.line);
  fault.message = empty ? "there is no definition here" : "a deletion is no definition";
  fault.hint = empty ? "write [p|r][:[GROUP/]EVENT] PATH:SITE [ARGUMENT …]"
                     : "remove events with uproar remove GROUP:EVENT";
  if (!empty) fault.span = {static_cast<uint32_t>(text.find('-')), static_cast<uint32_t>(text.find('-') + 2)};
  return to_error(fault, text);
}

}  // namespace uproar
