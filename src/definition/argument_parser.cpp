#include "definition/argument_parser.h"

#include <algorithm>
#include <iterator>

#include "definition/kernel_number.h"

namespace uproar {

using std::string_view;
constexpr size_t npos = string_view::npos;

namespace {

// Whether `text` begins with the name of a type, up to its end or what may follow one.
bool begins_type(string_view text) {
  const string_view name = text.substr(0, text.find_first_of("[(@/"));
  constexpr string_view kTexts[] = {"char", "string", "ustring", "symbol", "symstr"};
  if (std::find(std::begin(kTexts), std::end(kTexts), name) != std::end(kTexts)) return true;
  return name.size() > 1 && string_view("suxb").find(name[0]) != npos &&
         name.find_first_not_of("0123456789", 1) == npos;
}

// Whether `text` ends with a name such as main.c.
bool ends_in_file(string_view text) {
  constexpr string_view kSuffixes[] = {"c",   "cc",  "cpp", "cxx", "C",  "h", "hh",  "hpp", "hxx", "inc",
                                       "m",   "mm",  "rs",  "go",  "d",  "f", "F",   "for", "f90", "F90",
                                       "f95", "f03", "f08", "pas", "pp", "p", "adb", "ads", "s",   "S"};
  const size_t dot = text.rfind('.');
  if (dot == npos || dot == 0 || text[dot - 1] == '/') return false;
  return std::find(std::begin(kSuffixes), std::end(kSuffixes), text.substr(dot + 1)) != std::end(kSuffixes);
}

}  // namespace

size_t file_prefix(string_view text) {
  const size_t colon = text.find(':');
  if (colon == npos || text.find_first_of("()[]%$@\\\"&*=") < colon || !ends_in_file(text.substr(0, colon)))
    return 0;
  const string_view rest = text.substr(colon + 1);
  const bool is_name = !rest.empty() && looks_like_variable(rest) && rest[0] != ':' && !begins_type(rest);
  return is_name ? colon + 1 : 0;
}

size_t find_type_separator(string_view word, size_t begin) {
  // The file's ':' stands behind the brackets and stars that are opened before a variable.
  size_t name = begin;
  while (name < word.size() && (word[name] == '+' || word[name] == '-') && word.find('(', name) != npos)
    name = word.find('(', name) + 1;
  name = std::min(word.find_first_not_of('*', name), word.size());
  if (const size_t file = file_prefix(word.substr(name)); file != 0) begin = name + file;
  for (size_t at = word.find(':', begin); at != npos; at = word.find(':', at + 1)) {
    if (at + 1 == word.size() || word[at + 1] != ':') return at;
    ++at;
  }
  return npos;
}

bool parse_argument(ParseContext& context, const Piece& word, ast::Argument& argument) {
  string_view text = word.text();
  argument.span = word.span();
  size_t begin = 0;
  if (size_t equals = text.find('='); equals != npos) {
    begin = equals + 1;
    if (equals == 0) {
      return context.fail(word.span(0, 1), "no name before the '='", "write NAME=, or leave the '=' out");
    }
    if (text[0] == '\\') {
      return context.fail(word.span(0, begin), "what stands before the first '=' is the argument's name",
                          "give the argument a name: text=" + std::string(text.substr(0, 40)));
    }
    argument.name = ast::Name{std::string(text.substr(0, equals)), word.span(0, equals)};
  }
  size_t colon = find_type_separator(text, begin);
  size_t end = colon == npos ? text.size() : colon;
  if (begin == end) {
    return context.fail(
        {word.span(begin, end).begin, word.span(begin, end).begin}, "nothing to fetch",
        "write what to record, such as %di or +0(%si):string; if $arg1 or $retval stood there, the "
        "shell took it: put the definition in single quotes");
  }
  if (!parse_fetch(context, word, begin, end, argument.fetch)) return false;
  if (std::holds_alternative<ast::VariableList>(argument.fetch.form)) {
    if (argument.name) {
      return context.fail(argument.name->span, "this stands for several values, each with its own name",
                          "write " + std::string(text.substr(begin, end - begin)) + " alone");
    }
    if (colon != npos) {
      return context.fail(word.span(colon, text.size()),
                          "this stands for several values, each with its own type",
                          "write " + std::string(text.substr(begin, end - begin)) + " alone");
    }
  }
  if (colon == npos) return true;
  return parse_type(context, word, colon + 1, text.size(), argument.type.emplace());
}

}  // namespace uproar
