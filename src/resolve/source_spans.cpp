#include "resolve/source_spans.h"

#include <algorithm>

namespace uproar {

DefinitionSource source_of(const ast::Probe& probe, std::string_view text) {
  DefinitionSource source;
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::string_view before = text.substr(0, probe.target.span.begin);
  if (const size_t begin = before.find_first_not_of(kBlanks); begin != std::string_view::npos) {
    const size_t end = std::min(before.find_first_of(kBlanks, begin), before.size());
    source.head = {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  if (probe.group) source.group = probe.group->span;
  if (probe.event) source.event = probe.event->span;
  source.place = {probe.target.span.begin, probe.site.span.end};
  return source;
}

ArgumentSource source_of(const ast::Argument& argument) {
  const ast::Fetch& leaf = leaf_of(argument.fetch);
  ArgumentSource source;
  source.argument = argument.span;
  source.fetch = argument.fetch.span;
  source.leaf = leaf.span;
  if (argument.type) source.type = argument.type->span;
  if (argument.type && argument.type->length) source.length = argument.type->length->span;
  source.as_written = !is_own_form(leaf) && !std::holds_alternative<ast::DataSymbol>(leaf.form);
  return source;
}

ArgumentSource source_of_listed(Span span) {
  ArgumentSource source;
  source.argument = source.fetch = source.leaf = span;
  source.listed = true;
  return source;
}

}  // namespace uproar
