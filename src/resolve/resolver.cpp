#include "resolve/resolver.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/near_texts.h"
#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "binary/elf/language.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/symbols.h"
#include "definition/argument_name.h"
#include "definition/check.h"
#include "definition/parser.h"
#include "resolve/arguments/arguments.h"
#include "resolve/arguments/usdt_fetch.h"
#include "resolve/event_name.h"
#include "resolve/hazards/hazards.h"
#include "resolve/hazards/seccomp.h"
#include "resolve/places/find_places.h"
#include "resolve/places/process_file.h"
#include "resolve/places/shared_code.h"
#include "resolve/site/instruction_check.h"
#include "resolve/site/site_choice.h"
#include "resolve/source_spans.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr const char* kDefaultGroup = "uprobes";
constexpr size_t kShownPlaces = 4;

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

Result<Architecture> architecture_of(const ElfFile& file, const TextSpan& where) {
  switch (file.machine()) {
    case EM_X86_64:
    case EM_386:  // its processes run with the registers of the 64-bit kernel
      return Architecture::X86_64;
    case EM_AARCH64:
      return Architecture::AArch64;
    default:
      return where.error(fmt::format("{} is made for {}", file.path(), machine_name(file.machine())),
                         "probe a program for x86-64 or AArch64");
  }
}

// Arguments of one event have different names: p->id q->id are id and id_2.
void make_names_unique(std::vector<FetchArgument>& arguments) {
  std::set<std::string> taken;
  for (FetchArgument& argument : arguments) {
    const std::string base = argument.name.substr(0, kLongestArgumentName);
    argument.name = base;
    for (int copy = 2; !taken.insert(argument.name).second; ++copy) {
      const std::string suffix = fmt::format("_{}", copy);
      argument.name = base.substr(0, kLongestArgumentName - suffix.size()) + suffix;
    }
  }
}

bool same_operations(const std::vector<FetchOperation>& a, const std::vector<FetchOperation>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const FetchOperation& x, const FetchOperation& y) {
                      return x.kind == y.kind && x.number == y.number && x.name == y.name && x.user == y.user;
                    });
}

bool same_conditions(const std::vector<FetchCondition>& a, const std::vector<FetchCondition>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const FetchCondition& x, const FetchCondition& y) {
        return x.low == y.low && x.high == y.high && same_operations(x.operations, y.operations);
      });
}

bool same_parts(const std::vector<ArrayPart>& a, const std::vector<ArrayPart>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const ArrayPart& x, const ArrayPart& y) {
    return x.role == y.role && x.dimension == y.dimension && x.bits == y.bits && x.is_signed == y.is_signed &&
           same_operations(x.operations, y.operations);
  });
}

bool same_arguments(const std::vector<FetchArgument>& a, const std::vector<FetchArgument>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const FetchArgument& x, const FetchArgument& y) {
        return x.type.bits == y.type.bits && x.type.kind == y.type.kind &&
               x.type.bit_width == y.type.bit_width && x.type.bit_offset == y.type.bit_offset &&
               x.type.is_signed == y.type.is_signed && x.type.shown == y.type.shown &&
               x.type.array_count == y.type.array_count && x.type.swapped_at == y.type.swapped_at &&
               x.type.swapped_bytes == y.type.swapped_bytes && same_operations(x.operations, y.operations) &&
               same_operations(x.length, y.length) && same_operations(x.object, y.object) &&
               same_conditions(x.conditions, y.conditions) && same_parts(x.array_parts, y.array_parts);
      });
}

// Numbers of any width and sign can be one field: see unify_types().
bool is_plain_number(const ValueType& type) {
  const bool is_number = type.kind == ValueType::Kind::Signed || type.kind == ValueType::Kind::Unsigned;
  return is_number && type.array_count == 0 && type.swapped_bytes == 0;
}

// Whether the values of an argument at two places can be one field of an event: numbers of any width, anything
// else only of the same kind.
bool can_be_one_field(const FetchArgument& a, const FetchArgument& b) {
  auto text_kind = [](const ValueType& type) {
    using Kind = ValueType::Kind;
    const bool is_text = type.kind == Kind::String || type.kind == Kind::UserString ||
                         type.kind == Kind::SizedString || type.kind == Kind::BoundedString ||
                         type.kind == Kind::SmallString;
    return is_text ? type.kind : Kind::Unsigned;
  };
  const bool same_tests =
      std::equal(a.conditions.begin(), a.conditions.end(), b.conditions.begin(), b.conditions.end(),
                 [](const FetchCondition& x, const FetchCondition& y) {
                   return x.type.kind == y.type.kind && x.type.bits == y.type.bits &&
                          x.type.bit_width == y.type.bit_width && x.type.bit_offset == y.type.bit_offset;
                 });
  const bool same_layout = std::equal(
      a.array_parts.begin(), a.array_parts.end(), b.array_parts.begin(), b.array_parts.end(),
      [](const ArrayPart& x, const ArrayPart& y) { return x.role == y.role && x.dimension == y.dimension; });
  const bool both_numbers = is_plain_number(a.type) && is_plain_number(b.type);
  const bool same_numbers = both_numbers || text_kind(a.type) != ValueType::Kind::Unsigned ||
                            (a.type.kind == b.type.kind && a.type.bits == b.type.bits &&
                             a.type.swapped_bytes == b.type.swapped_bytes && a.type.shown == b.type.shown);
  return same_numbers && text_kind(a.type) == text_kind(b.type) && a.type.array_count == b.type.array_count &&
         a.type.character_bytes == b.type.character_bytes && same_tests && same_layout;
}

// One definition on its way from text to plan.
class Resolver {
 public:
  Resolver(std::string_view text, const ResolveOptions& options) : text_(text), options_(options) {}

  Result<Resolved> run(const PathEnvironment& environment) {
    TRY_ASSIGN(ParsedProbe parsed, parse_probe(text_));
    resolved_.warnings = std::move(parsed.warnings);
    probe_ = std::move(parsed.probe);
    const TextSpan target_span{probe_.target.span, text_};
    TRY_ASSIGN(TargetFile target, resolve_target(probe_.target, text_, environment));
    TRY_ASSIGN(target, file_in_process(probe_, text_, std::move(target), environment, resolved_.hazards));
    auto opened = ProbedFile::open(target.path);
    if (!opened.ok()) return target_span.error(opened.error());
    file_ = &*opened;
    FileCode code(file_->elf());
    code_ = &code;
    TRY_ASSIGN(Architecture architecture, architecture_of(file_->elf(), target_span));
    TRY(check(probe_, text_, architecture));

    ProbePlan& plan = resolved_.plan;
    plan.definition = std::string(text_);
    plan.source = source_of(probe_, text_);
    plan.file = {file_->elf().device(), file_->elf().inode(), file_->elf().build_id()};
    plan.is_return = probe_.is_return;
    TRY_ASSIGN(FoundPlaces places, find_places(probe_, text_, *file_, options_, resolved_.hazards));
    TRY(probe_returns_at_exits(places));
    TRY(add_places(places, target));
    plan.group = probe_.group ? probe_.group->text : kDefaultGroup;
    plan.event = probe_.event ? probe_.event->text
                              : default_event_name(probe_.site, plan.sites.front().file_offset, target.shown);
    TRY(agree_on_types());
    const bool may_be_stopped = plan.is_return && filters_stop_returns(options_.kernel_release);
    for (Hazard& hazard :
         find_hazards({.plan = plan,
         .code = code,
         .places = kept_,
         .kernel_release = options_.kernel_release,
         .returns_by_exits = at_exits_,
         .filtered_process = may_be_stopped ? process_with_filter(environment.proc, plan.file.inode) : 0}))
      resolved_.hazards.push_back(std::move(hazard));
    return std::move(resolved_);
  }

 private:
  // Go moves stacks while it runs, and would not know the address that a return probe puts there: the RET
  // instructions of the function are probed instead.
  Result<void> probe_returns_at_exits(FoundPlaces& places) {
    if (!probe_.is_return) return {};
    const auto go = go_program(file_->elf());
    const bool is_go = std::all_of(places.begin(), places.end(), [&](const FoundPlace& place) {
      return language_of_function(go, place.symbol, place.vaddr) == Language::Go;
    });
    if (!go || !is_go) return {};
    at_exits_ = true;
    resolved_.plan.is_return = false;
    FoundPlaces exits;
    for (const FoundPlace& place : places) {
      auto found = function_exits(*code_, place);
      if (!found.ok()) return TextSpan{probe_.site.span, text_}.error(found.error());
      for (uint64_t vaddr : found->returns) {
        exits.push_back(place);
        exits.back().vaddr = vaddr;
        exits.back().is_function_entry = false;
      }
    }
    if (exits.empty()) {
      return TextSpan{probe_.site.span, text_}.error("the function has no RET instruction: it never returns",
                                                     "probe its entry, with p");
    }
    places = std::move(exits);
    return {};
  }

  Result<void> add_places(const FoundPlaces& places, const TargetFile& target) {
    ProbePlan& plan = resolved_.plan;
    plan.argument_sets.clear();
    std::optional<Error> first_error;
    std::vector<std::string> left_out;
    for (const FoundPlace& place : places) {
      auto added = add_place(place, target);
      if (added.ok()) continue;
      if (!first_error) first_error = added.error();
      left_out.push_back(place.symbol.empty() ? fmt::format("0x{:x}", place.vaddr) : place.symbol);
    }
    if (plan.sites.empty()) return *first_error;
    SharedCode shared(*file_, kept_.size());
    for (const FoundPlace& place : kept_) shared.add(place);
    if (auto note = shared.note()) resolved_.hazards.push_back(*std::move(note));
    if (!left_out.empty()) {
      resolved_.hazards.push_back(
          {Hazard::Level::Note,
           fmt::format("{} of {} places are left out ({}): {}", left_out.size(), places.size(),
                       short_list(left_out, kShownPlaces), first_error->message),
           first_error->remedy});
    }
    return {};
  }

  Result<void> add_place(const FoundPlace& place, const TargetFile& target) {
    ProbePlan& plan = resolved_.plan;
    auto offset = file_offset_of(file_->elf().segments(), place.vaddr);
    const LoadSegment* code = offset ? segment_at(file_->elf().segments(), *offset) : nullptr;
    if (!code) return TextSpan{probe_.site.span, text_}.error("its code is not in the file", "");
    TRY_ASSIGN(std::vector<FetchArgument> arguments, resolve_arguments(place, *code));

    ProbeSite site;
    site.path = target.path;
    site.ref_counter = place.ref_counter;
    site.symbol = place.symbol;
    site.symbol_offset = place.symbol_offset;
    site.offset_given = place.offset_given;
    if (may_slide(place)) {
      SiteChoice choice = choose_site(*code_, place, arguments, plan.is_return);
      site.slid_by = choice.slid_by;
      site.choice_reason = std::move(choice.reason);
      arguments = std::move(choice.arguments);
    }
    site.file_offset = *offset + site.slid_by;
    Hazards notes;
    TRY(check_instruction(probe_, text_, *code_, place, site, notes));
    for (Hazard& note : notes) add_once(std::move(note));
    site.argument_set = set_of(std::move(arguments));
    plan.sites.push_back(std::move(site));
    kept_.push_back(place);
    return {};
  }

  bool may_slide(const FoundPlace& place) const {
    const bool by_name =
        probe_.site.form == ast::Site::Form::Symbol || probe_.site.form == ast::Site::Form::Glob;
    return by_name && !options_.exact_site && place.is_function_entry && !place.offset_given;
  }

  Result<std::vector<FetchArgument>> resolve_arguments(const FoundPlace& place, const LoadSegment& code) {
    Hazards notes;
    const bool is_kernels_place = probe_.site.form == ast::Site::Form::FileOffset;
    const ArgumentContext context{text_,     *file_, code, place, probe_.is_return, is_kernels_place,
                                  at_exits_, &notes};
    std::vector<FetchArgument> arguments;
    for (size_t i = 0; i < probe_.arguments.size(); ++i) {
      TRY_ASSIGN(std::vector<FetchArgument> made, resolve_argument(probe_.arguments[i], i, context));
      std::move(made.begin(), made.end(), std::back_inserter(arguments));
    }
    for (Hazard& note : notes) add_once(std::move(note));
    make_names_unique(arguments);
    return arguments;
  }

  // What is true of a thousand places is said once.
  void add_once(Hazard hazard) {
    auto same = [&](const Hazard& each) { return each.message == hazard.message; };
    if (std::none_of(resolved_.hazards.begin(), resolved_.hazards.end(), same))
      resolved_.hazards.push_back(std::move(hazard));
  }

  uint32_t set_of(std::vector<FetchArgument> arguments) {
    auto& sets = resolved_.plan.argument_sets;
    auto known = std::find_if(sets.begin(), sets.end(),
                              [&](const auto& set) { return same_arguments(set, arguments); });
    if (known != sets.end()) return static_cast<uint32_t>(known - sets.begin());
    sets.push_back(std::move(arguments));
    return static_cast<uint32_t>(sets.size() - 1);
  }

  bool lists_variables() const {
    return std::any_of(probe_.arguments.begin(), probe_.arguments.end(), [](const ast::Argument& argument) {
      return std::holds_alternative<ast::VariableList>(argument.fetch.form);
    });
  }

  // $vars means what there is, which may be something else at every place: those that all places have.
  void keep_common_arguments() {
    auto& sets = resolved_.plan.argument_sets;
    auto has = [](const std::vector<FetchArgument>& set, const FetchArgument& wanted) {
      return std::any_of(set.begin(), set.end(), [&](const FetchArgument& each) {
        return each.name == wanted.name && can_be_one_field(each, wanted);
      });
    };
    std::set<std::string> dropped;
    for (const auto& set : sets) {
      for (const FetchArgument& argument : set) {
        const bool everywhere =
            std::all_of(sets.begin(), sets.end(), [&](const auto& other) { return has(other, argument); });
        if (!everywhere) dropped.insert(argument.name);
      }
    }
    if (dropped.empty()) return;
    for (auto& set : sets) {
      std::erase_if(set, [&](const FetchArgument& each) { return dropped.contains(each.name); });
      std::sort(set.begin(), set.end(),
                [](const FetchArgument& a, const FetchArgument& b) { return a.name < b.name; });
    }
    add_once({Hazard::Level::Note,
              fmt::format("left out, since not all places have them, or have them in the same type: {}",
                          fmt::join(dropped, ", ")),
              {}});
  }

  // The probes of one event have arguments of the same names and types.
  Result<void> agree_on_types() {
    auto& sets = resolved_.plan.argument_sets;
    if (lists_variables()) keep_common_arguments();
    for (const auto& set : sets) {
      const bool same = std::equal(set.begin(), set.end(), sets.front().begin(), sets.front().end(),
                                   [](const auto& a, const auto& b) { return a.name == b.name; });
      if (same) continue;
      return TextSpan{probe_.site.span, text_}.error("its places do not have the same variables",
                                                     "name the variables that you want");
    }
    for (size_t i = 0; i < sets.front().size(); ++i) {
      std::vector<FetchArgument*> same;
      for (auto& set : sets) {
        if (!can_be_one_field(set[i], sets.front()[i])) return of_several_types(sets.front()[i], set[i]);
        same.push_back(&set[i]);
      }
      if (auto agreed = unify_types(same); !agreed.ok())
        return TextSpan{probe_.site.span, text_}.error(agreed.error());
    }
    return {};
  }

  Error of_several_types(const FetchArgument& one, const FetchArgument& other) const {
    auto type_of = [](const FetchArgument& argument) {
      return argument.type.source_name.empty() ? "another type" : argument.type.source_name;
    };
    return TextSpan{probe_.site.span, text_}.error(
        fmt::format("{} is {} at one of its places and {} at another", one.name, type_of(one),
                    type_of(other)),
        "one event has one type for each argument: probe the places one by one");
  }

  std::string_view text_;
  const ResolveOptions& options_;
  ast::Probe probe_;
  ProbedFile* file_ = nullptr;
  FileCode* code_ = nullptr;
  FoundPlaces kept_;  // those of the plan's sites
  bool at_exits_ = false;
  Resolved resolved_;
};

}  // namespace

Result<Resolved> resolve_definition(std::string_view text, const PathEnvironment& environment,
                                    const ResolveOptions& options) {
  return Resolver(text, options).run(environment);
}

}  // namespace uproar
