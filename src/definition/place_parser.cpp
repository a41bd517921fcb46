#include "definition/place_parser.h"

#include <algorithm>
#include <array>

#include "definition/kernel_number.h"
#include "definition/source_line.h"

namespace uproar {
namespace {

using std::string_view;
constexpr size_t npos = string_view::npos;

size_t digits_at(string_view text, size_t from) {
  size_t at = from;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - from;
}

// OFFSET, %return and (REF) in the kernel's order and nothing else.
bool is_kernel_offset(string_view text) {
  if (text.ends_with(')')) {
    size_t open = text.find('(');
    if (open == npos || !parse_kernel_unsigned(text.substr(open + 1, text.size() - open - 2))) return false;
    text = text.substr(0, open);
  }
  if (text.ends_with("%return")) text.remove_suffix(7);
  return parse_c_unsigned(text).has_value();
}

// The ':' before a SITE that can only be one of uproar's own.
size_t marked_separator(string_view word) {
  size_t first = npos;
  for (string_view mark : {":%", ":'", ":\"", ":va:"}) first = std::min(first, word.find(mark));
  return first;
}

// pid:PID, at whose end stands a ':' or '/'; 0 if the word is no such thing.
size_t process_length(string_view word) {
  if (!word.starts_with("pid:")) return 0;
  size_t end = 4 + digits_at(word, 4);
  bool whole = end > 4 && (end == word.size() || word[end] == ':' || word[end] == '/');
  return whole ? end : 0;
}

bool parse_target(ParseContext& context, const Piece& piece, ast::Target& target) {
  target.span = piece.span();
  if (piece.empty()) {
    return context.fail(piece.span(), "no PATH before the ':'",
                        "write the file to probe first: /bin/bash:0x1234, bash:readline");
  }
  string_view text = piece.text();
  size_t process = process_length(text);
  if (process == 0) {
    target.form = text[0] == '/' ? ast::Target::Form::AbsolutePath : ast::Target::Form::Name;
    target.text = text;
    return true;
  }
  auto pid = parse_decimal(text.substr(4, process - 4));
  if (!pid || *pid == 0 || *pid > INT32_MAX) {
    return context.fail(piece.span(4, process), "no such process id can exist",
                        "write the number of a process: pid:1234:SITE");
  }
  target.form = ast::Target::Form::Process;
  target.pid = static_cast<int32_t>(*pid);
  if (process == text.size()) return true;
  target.text = text.substr(process + 1);
  if (!target.text.empty()) return true;
  return context.fail(piece.span(process, text.size()), "no library after pid:PID/",
                      "pid:" + std::to_string(*pid) + ":SITE means the program itself, pid:" +
                          std::to_string(*pid) + "/libc.so.6:SITE a library of it");
}

// The kernel's reading of the line is kept where a person may have meant uproar's.
void warn_of_kernel_reading(ParseContext& context, string_view word, uint32_t begin, size_t separator) {
  string_view path = word.substr(0, separator);
  string_view offset = word.substr(separator + 1);
  Span where{begin, begin + static_cast<uint32_t>(word.size())};
  if (path.find(':') != npos && offset[0] != '0') {
    context.warn(
        where, "read as the kernel does: offset " + std::string(offset) + " in a file whose name holds a ':'",
        "for SYMBOL+0xN write the '+'; for a line of the source put the file in double quotes: "
        "\"FILE\":NAME:LINE");
  }
}

}  // namespace

bool is_kernel_place(string_view word) {
  size_t colon = word.rfind(':');
  if (colon == npos || colon + 1 >= word.size() || !is_digit(word[colon + 1])) return false;
  if (word[0] == '"' || process_length(word) > 0 || word.find('/') > word.find(':')) return false;
  // va:0xADDR is uproar's own; a file whose name ends in ":va" must be probed under another name.
  if (word.substr(0, colon).ends_with(":va")) return false;
  // So is NAME:LINE: no file is called "/bin/sh:main.c".
  if (find_line_separator(word)) return false;
  bool own_quotes = word.find(":\"") != npos || word.find(":'") != npos;
  return !own_quotes || is_kernel_offset(word.substr(colon + 1));
}

std::optional<size_t> find_separator(string_view word) {
  if (is_kernel_place(word)) return word.rfind(':');
  size_t found = npos;
  if (size_t process = process_length(word); process > 0) {
    found = process < word.size() ? first_separator(word, process) : npos;
  } else if (word.find('/') < word.find(':')) {
    if (auto line = find_line_separator(word)) return line;
    found = marked_separator(word);
    if (found == npos) found = find_file_separator(word).value_or(npos);
    if (found == npos) found = last_separator(word);
  } else {
    found = first_separator(word, 0);
  }
  return found == npos ? std::nullopt : std::optional(found);
}

bool parse_place(ParseContext& context, Lexer& lexer, ast::Probe& probe) {
  Piece path;
  bool kernel_form = false;
  if (lexer.peek() == '"') {
    if (!lexer.quoted(context, false, path)) return false;
    if (lexer.peek() != ':') {
      Span gap{lexer.position(), lexer.position()};
      return context.fail(gap, "no ':' and SITE after the quoted PATH",
                          "join them without a blank: \"my app\":main");
    }
  } else {
    string_view word = lexer.peek_word();
    auto separator = find_separator(word);
    uint32_t begin = lexer.position();
    if (!separator) {
      Span whole{begin, begin + static_cast<uint32_t>(word.size())};
      return context.fail(
          whole, "no SITE: a place is PATH:SITE",
          "say where in the file: " + std::string(word.substr(0, 60)) + ":SYMBOL or :0xOFFSET");
    }
    kernel_form = is_kernel_place(word);
    if (kernel_form) warn_of_kernel_reading(context, word, begin, *separator);
    path = Piece(word.substr(0, *separator), begin);
    lexer.move_to(begin + static_cast<uint32_t>(*separator));
  }
  if (!parse_target(context, path, probe.target)) return false;
  lexer.move_to(lexer.position() + 1);

  Piece site;
  if (lexer.peek() == '"' && !kernel_form) {
    if (!lexer.quoted(context, true, site)) return false;
  } else if (lexer.peek() == '\'' && !kernel_form) {
    if (!lexer.pattern(context, site)) return false;
  } else {
    uint32_t begin = lexer.position();
    site = Piece(lexer.word(), begin);
  }
  if (!parse_site(context, site, probe)) return false;
  bool number =
      probe.site.form == ast::Site::Form::FileOffset || probe.site.form == ast::Site::Form::VirtualAddress;
  if (!number && lexer.peek() == '#') {
    context.warn({lexer.position(), lexer.position() + 1}, "the rest of the line from '#' on is a comment",
                 "put the SITE in double quotes if the '#' belongs to it");
  }
  return true;
}

}  // namespace uproar
