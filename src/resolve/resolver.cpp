#include "resolve/resolver.h"

#include <elf.h>
#include <fmt/format.h>

#include "binary/address.h"
#include "binary/elf_file.h"
#include "binary/symbols.h"
#include "definition/check.h"
#include "definition/parser.h"
#include "resolve/arguments.h"
#include "resolve/event_name.h"
#include "resolve/find_functions.h"
#include "resolve/hazards.h"
#include "resolve/instruction_check.h"
#include "resolve/place.h"
#include "resolve/site.h"

namespace uproar {
namespace {

constexpr const char* kDefaultGroup = "uprobes";

std::string machine_name(uint16_t machine) {
  switch (machine) {
    case EM_ARM:
      return "32-bit ARM";
    case EM_RISCV:
      return "RISC-V";
    case EM_PPC64:
      return "PowerPC";
    case EM_S390:
      return "IBM Z";
    case EM_MIPS:
      return "MIPS";
    default:
      return fmt::format("the machine with ELF number {}", machine);
  }
}

Result<Architecture> architecture_of(const ElfFile& file, const Place& place) {
  switch (file.machine()) {
    case EM_X86_64:
    case EM_386:  // its processes run with the registers of the 64-bit kernel
      return Architecture::X86_64;
    case EM_AARCH64:
      return Architecture::AArch64;
    default:
      return place.error(fmt::format("{} is made for {}", file.path(), machine_name(file.machine())),
                         "probe a program for x86-64 or AArch64");
  }
}

void name_event(const ast::Probe& probe, const TargetFile& target, ProbePlan& plan) {
  plan.group = probe.group ? probe.group->text : kDefaultGroup;
  const bool by_symbol = probe.site.form == ast::Site::Form::Symbol;
  plan.event =
      probe.event ? probe.event->text : default_event_name(plan.sites.front(), by_symbol, target.shown);
}

bool is_by_name(const ast::Site& site) {
  return site.form == ast::Site::Form::Symbol || site.form == ast::Site::Form::Glob;
}

ProbeSite site_of(const FoundPlace& place, const ElfFile& file, const LoadSegment*& code) {
  ProbeSite site;
  site.file_offset = file_offset_of(file.segments(), place.vaddr).value_or(0);
  if (!code) code = segment_at(file.segments(), site.file_offset);
  site.ref_counter = place.ref_counter;
  site.symbol = place.symbol;
  site.symbol_offset = place.symbol_offset;
  site.offset_given = place.offset_given;
  return site;
}

}  // namespace

Result<Resolved> resolve_definition(std::string_view text, const PathEnvironment& environment) {
  TRY_ASSIGN(ParsedProbe parsed, parse_probe(text));
  const ast::Probe& probe = parsed.probe;
  const Place target_place{probe.target.span, text};

  TRY_ASSIGN(TargetFile target, resolve_target(probe.target, text, environment));
  auto opened = ProbedFile::open(target.path);
  if (!opened.ok()) return target_place.error(opened.error());
  ElfFile& file = opened->elf();
  TRY_ASSIGN(Architecture architecture, architecture_of(file, target_place));
  TRY(check(probe, text, architecture));

  Resolved resolved;
  resolved.warnings = std::move(parsed.warnings);
  ProbePlan& plan = resolved.plan;
  plan.is_return = probe.is_return;
  plan.definition = std::string(text);
  plan.file = {file.device(), file.inode(), file.build_id()};

  const LoadSegment* code = nullptr;
  FoundPlaces places;
  if (is_by_name(probe.site)) {
    TRY_ASSIGN(places, find_functions(probe.site, text, *opened, probe.is_return, {}, resolved.hazards));
    for (const FoundPlace& place : places) plan.sites.push_back(site_of(place, file, code));
  } else {
    TRY_ASSIGN(ResolvedSite site, resolve_site(probe.site, text, file, resolved.hazards));
    code = site.code;
    plan.sites.push_back(std::move(site.site));
  }
  for (ProbeSite& site : plan.sites) {
    site.path = target.path;
    TRY(check_instruction(probe, text, file, site, resolved.hazards));
  }
  name_event(probe, target, plan);

  const FoundPlace place = places.empty() ? FoundPlace{} : places.front();
  const ArgumentContext context{text, *opened, *code, place, probe.is_return};
  for (size_t i = 0; i < probe.arguments.size(); ++i) {
    TRY_ASSIGN(std::vector<FetchArgument> made, resolve_argument(probe.arguments[i], i, context));
    std::move(made.begin(), made.end(), std::back_inserter(plan.argument_sets.front()));
  }
  add_hazards(plan, file, resolved.hazards);
  return resolved;
}

std::string symbol_at(const std::string& path, uint64_t file_offset) {
  auto file = ElfFile::open(path);
  if (!file.ok()) return {};
  auto symbols = (*file)->symbols();
  auto vaddr = vaddr_of((*file)->segments(), file_offset);
  if (!symbols.ok() || !vaddr) return {};
  const ElfSymbol* function = function_at(**symbols, *vaddr);
  if (!function) return {};
  if (*vaddr == function->vaddr) return function->name;
  return fmt::format("{}+0x{:x}", function->name, *vaddr - function->vaddr);
}

}  // namespace uproar
