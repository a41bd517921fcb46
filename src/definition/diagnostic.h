// A complaint about the user's text: the span underlined, the cause, what to type instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/span.h"

namespace uproar {

struct Diagnostic {
  enum class Severity { Error, Warning };
  Severity severity = Severity::Error;
  std::string message;  // the cause, one line
  Span span;            // within the definition's text
  std::string hint;     // what to type instead, or empty
};

using Diagnostics = std::vector<Diagnostic>;

// The text (one line; control bytes shown as ^X, tabs as blanks) and below it a caret run `^~~~` under
// `span`. Both lines are indented by two blanks; columns are counted in UTF-8 code points. An over-long text
// is shown around the span, with "…" where it was cut.
std::string underline(std::string_view text, Span span);

// The diagnostic as an Error that carries its excerpt. Control bytes quoted in message and hint are shown as
// in the excerpt.
Error to_error(const Diagnostic& diagnostic, std::string_view text);

// "warning: …" in the layout of render(Error).
std::string render_warning(const Diagnostic& diagnostic, std::string_view text);

}  // namespace uproar
