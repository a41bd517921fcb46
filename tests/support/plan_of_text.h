// A definition as a plan without its target: every place is taken to be the entry of a function, and only
// what needs no lookup in the file can be fetched ($argN can, variables and symbols cannot).
#pragma once

#include <algorithm>
#include <iterator>
#include <string>

#include "definition/check.h"
#include "definition/parser.h"
#include "plan/probe_plan.h"
#include "resolve/arguments/arguments.h"
#include "resolve/source_spans.h"

namespace uproar {

// Error: what parser, check and the resolving of arguments say.
inline Result<ProbePlan> plan_of_text(const std::string& text) {
  TRY_ASSIGN(ParsedProbe parsed, parse_probe(text));
  const ast::Probe& probe = parsed.probe;
  TRY(check(probe, text, Architecture::X86_64));
  TRY_ASSIGN(ProbedFile file, ProbedFile::open("/proc/self/exe"));
  FoundPlace place;
  place.is_function_entry = true;
  const ArgumentContext context{text,
                                file,
                                file.elf().segments().front(),
                                place,
                                probe.is_return,
                                probe.site.form == ast::Site::Form::FileOffset};
  ProbePlan plan;
  plan.definition = text;
  plan.is_return = probe.is_return;
  plan.source = source_of(probe, text);
  plan.group = probe.group ? probe.group->text : "uprobes";
  plan.event = probe.event ? probe.event->text : "e";
  plan.sites.push_back({probe.target.text, probe.site.offset});
  for (size_t i = 0; i < probe.arguments.size(); ++i) {
    TRY_ASSIGN(std::vector<FetchArgument> made, resolve_argument(probe.arguments[i], i, context));
    std::move(made.begin(), made.end(), std::back_inserter(plan.argument_sets.front()));
  }
  return plan;
}

}  // namespace uproar
