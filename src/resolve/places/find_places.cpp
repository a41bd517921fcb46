#include "resolve/places/find_places.h"

#include <fmt/format.h>

#include <algorithm>

#include "binary/elf/address.h"
#include "resolve/places/find_functions.h"
#include "resolve/places/find_lines.h"
#include "resolve/places/find_usdt.h"
#include "resolve/site/site.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

Result<FoundPlaces> by_number(const ast::Site& site, std::string_view text, ProbedFile& file,
                              Hazards& hazards) {
  TRY_ASSIGN(ProbeSite resolved, resolve_site(site, text, file.elf(), hazards));
  FoundPlace place;
  place.vaddr = vaddr_of(file.elf().segments(), resolved.file_offset).value_or(0);
  place.symbol = resolved.symbol;
  place.symbol_offset = resolved.symbol_offset;
  place.ref_counter = resolved.ref_counter;
  if (!place.symbol.empty()) place.function_vaddr = place.vaddr - place.symbol_offset;
  place.is_function_entry = !place.symbol.empty() && place.symbol_offset == 0;
  return FoundPlaces{std::move(place)};
}

Result<FoundPlaces> by_form(const ast::Site& site, std::string_view text, ProbedFile& file, bool is_return,
                            const ResolveOptions& options, Hazards& hazards) {
  switch (site.form) {
    case ast::Site::Form::FileOffset:
    case ast::Site::Form::VirtualAddress:
      return by_number(site, text, file, hazards);
    case ast::Site::Form::Symbol:
    case ast::Site::Form::Glob:
      return find_functions(site, text, file, is_return, options, hazards);
    case ast::Site::Form::SourceLine:
    case ast::Site::Form::FunctionLine:
      return find_lines(site, text, file, hazards);
    case ast::Site::Form::Usdt:
      return find_usdt(site, text, file, hazards);
  }
  return FoundPlaces{};
}

bool is_passed_value(const ast::Fetch& fetch) {
  const ast::Fetch& leaf = leaf_of(fetch);
  return std::holds_alternative<ast::ArgumentNumber>(leaf.form) ||
         std::holds_alternative<ast::Register>(leaf.form) ||
         std::holds_alternative<ast::StackSlot>(leaf.form) ||
         std::holds_alternative<ast::StackPointer>(leaf.form);
}

// Whether an argument stands for a register or a place on the stack: a clone may have its parameters
// elsewhere.
bool reads_passed_values(const ast::Probe& probe) {
  return std::any_of(probe.arguments.begin(), probe.arguments.end(), [](const ast::Argument& argument) {
    const bool in_length = argument.type && argument.type->length && is_passed_value(*argument.type->length);
    return in_length || is_passed_value(argument.fetch);
  });
}

Result<void> without_inlined(const ast::Site& site, std::string_view text, FoundPlaces& places,
                             Hazards& hazards) {
  const size_t before = places.size();
  auto inlined = [](const FoundPlace& place) { return place.is_inlined; };
  places.erase(std::remove_if(places.begin(), places.end(), inlined), places.end());
  if (places.size() == before) return {};
  if (places.empty()) {
    return TextSpan{site.span, text}.error(
        fmt::format("every call of {} is inlined, and an inlined call has no return", site.symbol),
        "probe where it begins, with p, or a line behind it: FILE:LINE");
  }
  hazards.push_back({Hazard::Level::Note,
                     fmt::format("{} of {} calls are inlined and have no return: only the others are seen",
                                 before - places.size(), before),
                     "an entry probe (p) sees them all"});
  return {};
}

}  // namespace

Result<FoundPlaces> find_places(const ast::Probe& probe, std::string_view text, ProbedFile& file,
                                const ResolveOptions& options, Hazards& hazards) {
  ResolveOptions chosen = options;
  chosen.with_clones = options.all || !reads_passed_values(probe);
  TRY_ASSIGN(FoundPlaces places, by_form(probe.site, text, file, probe.is_return, chosen, hazards));
  if (probe.is_return) TRY(without_inlined(probe.site, text, places, hazards));
  if (probe.site.ref_counter) {
    for (FoundPlace& place : places) place.ref_counter = *probe.site.ref_counter;
  }
  return places;
}

}  // namespace uproar
