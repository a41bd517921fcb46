#include "definition/argument_parser.h"

#include "definition/kernel_number.h"

namespace uproar {

using std::string_view;
constexpr size_t npos = string_view::npos;

size_t find_type_separator(string_view word, size_t begin) {
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
