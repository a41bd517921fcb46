// Definition text to AST. Pure: looks nothing up.
#pragma once

#include <string_view>

#include "base/result.h"
#include "definition/ast.h"
#include "definition/diagnostic.h"

namespace uproar {

struct ParsedLine {
  ast::Line line;
  Diagnostics warnings;  // accepted, but not what it seems (p3:, say)
};

// One line of definition text: everything the kernel's uprobe_events accepts or prints, and uproar's own
// forms (formats/definition/grammar.ebnf). The error carries the underlined excerpt.
Result<ParsedLine> parse_line(std::string_view text);

// As parse_line, for a place where only a probe makes sense: empty lines and deletions are errors.
struct ParsedProbe {
  ast::Probe probe;
  Diagnostics warnings;
};
Result<ParsedProbe> parse_probe(std::string_view text);

}  // namespace uproar
