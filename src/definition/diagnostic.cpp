#include "definition/diagnostic.h"

#include "base/excerpt.h"

namespace uproar {

std::string underline(std::string_view text, Span span) {
  return underline(text, span.begin, span.end);
}

Error to_error(const Diagnostic& diagnostic, std::string_view text) {
  return Error{fit_for_message(diagnostic.message), underline(text, diagnostic.span),
               fit_for_message(diagnostic.hint), 0};
}

std::string render_warning(const Diagnostic& diagnostic, std::string_view text) {
  std::string out =
      "warning: " + fit_for_message(diagnostic.message) + "\n" + underline(text, diagnostic.span) + "\n";
  if (!diagnostic.hint.empty()) out += "  help: " + fit_for_message(diagnostic.hint) + "\n";
  return out;
}

}  // namespace uproar
