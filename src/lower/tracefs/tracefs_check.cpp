#include "lower/tracefs/tracefs_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/excerpt.h"
#include "lower/tracefs/argument_traits.h"
#include "lower/tracefs/tracefs_limits.h"

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;
using Operations = std::vector<FetchOperation>;
using Level = Hazard::Level;

// A string with a length that was written takes what it may have, and 8 bytes for how many it has.
constexpr size_t kStringWithLength = kLongestSizedString + 8;

bool is_vector(const Operations& operations) {
  return !operations.empty() && operations.front().register_class == FetchOperation::RegisterClass::Vector;
}

bool is_sum(const Operations& operations) {
  return !operations.empty() && !operations.front().index.empty();
}

bool begins_with(const FetchArgument& argument, Kind kind) {
  return !argument.operations.empty() && argument.operations.front().kind == kind;
}

// Fetch instructions that make the value, without those that its type adds.
size_t steps_of(const Operations& operations) {
  size_t steps = operations.size();
  if (!operations.empty() &&
      (operations.front().kind == Kind::Address || operations.front().kind == Kind::FileOffset))
    ++steps;
  return steps;
}

// The instructions that the kernel adds for storing, shifting and looping (kernel: kernel/trace/trace_probe.c
// finalize_fetch_insn).
size_t added_steps(const FetchArgument& argument) {
  const bool memory = is_memory(argument.operations);
  const bool text = begins_with(argument, Kind::TaskName) || begins_with(argument, Kind::ImmediateString);
  const bool constant = begins_with(argument, Kind::Immediate) && !memory;
  const bool string = is_string(argument.type);
  const bool array = argument.type.array_count != 0 || has_length(argument.type);
  const bool keeps_address = string && (constant || text || array);
  return (keeps_address || (!memory && !string) ? 1U : 0U) + (array ? 1U : 0U) +
         (argument.type.kind == ValueType::Kind::Bitfield ? 1U : 0U);
}

class Check {
 public:
  explicit Check(ProbePlan& plan) : plan_(plan) {}

  Result<Hazards> run() {
    leave_out();
    TRY(check_line());
    TRY(check_name(plan_.group, plan_.source.group, "the group's"));
    TRY(check_name(plan_.event, plan_.source.event, "the event's"));
    TRY(check_arguments());
    check_size();
    add_immediate_strings();
    explain_strings();
    return std::move(hazards_);
  }

 private:
  Error fault(Span where, std::string_view message, std::string_view hint) const {
    return Error{fit_for_message(message), underline(plan_.definition, where.begin, where.end),
                 fit_for_message(hint), 0};
  }

  // What the user calls an argument: its text, or the name of a variable in a list.
  std::string written(const FetchArgument& argument, Span where) const {
    const bool inside = where.begin < where.end && where.end <= plan_.definition.size();
    if (argument.source.listed || !inside) return argument.name;
    return plan_.definition.substr(where.begin, where.end - where.begin);
  }

  // Why no value of such an argument can be fetched at all.
  std::optional<Error> unfetchable(size_t index) const {
    for (const auto& set : plan_.argument_sets) {
      const FetchArgument& argument = set[index];
      const ArgumentSource& source = argument.source;
      std::optional<Error> refusal;
      for_each_operations(argument, [&](const Operations& operations) {
        if (refusal) return;
        const Span where = &operations == &argument.length ? source.length : source.leaf;
        if (is_sum(operations)) {
          refusal = fault(
              where,
              fmt::format("the address of {} is the sum of two registers, and the kernel's fetches know "
                          "one register and a displacement",
                          written(argument, where)),
              "programs of BPF can (--via bpf)");
        }
        if (!is_vector(operations)) return;
        refusal = fault(where,
                        fmt::format("{} is in {}, which the kernel's fetches cannot read",
                                    written(argument, where), operations.front().name),
                        "probe another place, such as a line of the function (FUNC:LINE)");
      });
      if (refusal) return refusal;
      const size_t count = argument.type.array_count;
      if (count <= kMostElements || !source.type.empty()) continue;
      const std::string name = written(argument, source.fetch);
      return fault(source.fetch,
                   fmt::format("{} has {} elements ({}): the kernel records arrays of up to {}", name, count,
                               argument.type.source_name, kMostElements),
                   fmt::format("choose elements, {}[0] to {}[{}]", name, name, count - 1));
    }
    return std::nullopt;
  }

  void leave_out() {
    for (size_t index = plan_.arguments().size(); index-- > 0;) {
      if (!plan_.arguments()[index].source.listed) continue;
      std::optional<Error> why = unfetchable(index);
      if (!why) continue;
      hazards_.push_back({Level::Note, std::move(why->message), {}});
      for (auto& set : plan_.argument_sets) set.erase(set.begin() + static_cast<std::ptrdiff_t>(index));
    }
    std::reverse(hazards_.begin(), hazards_.end());
  }

  // What follows the last argument is a comment, which the kernel counts and which can be left out.
  Result<void> check_line() const {
    const auto& arguments = plan_.arguments();
    const Span last = arguments.empty() ? plan_.source.place : arguments.back().source.argument;
    if (last.end <= kLongestCommand) return {};
    return fault({kLongestCommand, last.end},
                 fmt::format("the definition is longer than the {} bytes that the kernel takes in one line",
                             kLongestCommand),
                 "use shorter names, or spread the arguments over two events");
  }

  Result<void> check_name(const std::string& name, Span where, const char* whose) const {
    if (name.size() <= kLongestEventName) return {};
    return fault(where, fmt::format("{} name is longer than {} bytes", whose, kLongestEventName),
                 "shorten it");
  }

  Result<void> check_arguments() const {
    const auto& arguments = plan_.arguments();
    std::vector<Span> named;
    for (const FetchArgument& argument : arguments) {
      if (!argument.source.listed) named.push_back(argument.source.argument);
    }
    if (named.size() > kMostArguments) {
      return fault({named[kMostArguments].begin, named.back().end},
                   fmt::format("an event has at most {} arguments", kMostArguments),
                   "spread them over two events at one place");
    }
    size_t bytes = 0;
    for (size_t index = 0; index < arguments.size(); ++index) {
      TRY(check_argument(index));
      bytes += written_bytes(arguments[index]);
      if (bytes <= kLargestEvent) continue;
      return fault(arguments[index].source.argument,
                   fmt::format("the arguments take more than {} bytes in the record", kLargestEvent),
                   "fetch shorter arrays, or spread the arguments over two events");
    }
    return {};
  }

  // What the definition itself says of the argument's size; what is looked up counts as one value. All of it
  // is added up by kernel_arguments().
  static size_t written_bytes(const FetchArgument& argument) {
    if (!argument.source.as_written && argument.source.type.empty()) return 8;
    return has_length(argument.type) ? kStringWithLength : stored_bytes(argument.type);
  }

  Result<void> check_argument(size_t index) const {
    const FetchArgument& argument = plan_.arguments()[index];
    const ArgumentSource& source = argument.source;
    // What is looked up becomes numbers: only the kernel's own forms can be measured in the user's text.
    const Span expression{source.fetch.begin, source.argument.end};
    if (source.as_written && !has_length(argument.type) &&
        expression.end - expression.begin > kLongestExpression) {
      return fault(
          expression,
          fmt::format("the expression is longer than the {} bytes that the kernel takes", kLongestExpression),
          "write numbers shorter (+0x10 as +16), or fetch in two steps");
    }
    if (argument.type.kind == ValueType::Kind::Symbol) {
      return fault(source.type, "the kernel has no type symbol for user probes",
                   "record the address with x64");
    }
    TRY(check_array(argument));
    if (auto error = unfetchable(index)) return std::move(*error);
    return check_steps(index);
  }

  Result<void> check_array(const FetchArgument& argument) const {
    const ArgumentSource& source = argument.source;
    if (argument.type.array_count == 0 || source.type.empty()) return {};
    if (argument.type.array_count > kMostElements) {
      return fault(source.type, fmt::format("an array has 1 to {} elements", kMostElements),
                   fmt::format("write at most {}, and fetch the rest as a second argument", kMostElements));
    }
    if (argument.operations.back().user && !is_string(argument.type)) {
      return fault(source.type, "the kernel takes no array behind +u",
                   "leave the u out: it changes nothing in user probes");
    }
    return {};
  }

  Result<void> check_steps(size_t index) const {
    for (const auto& set : plan_.argument_sets) {
      const FetchArgument& argument = set[index];
      const bool parts_fit =
          std::all_of(argument.array_parts.begin(), argument.array_parts.end(),
                      [](const ArrayPart& part) { return steps_of(part.operations) <= kMostSteps; });
      if (!parts_fit) {
        return fault(argument.source.fetch, "dereferences are nested too deeply", "record a nearer value");
      }
      if (steps_of(argument.length) > kMostSteps) {
        return fault(argument.source.length, "dereferences are nested too deeply", "at most 14 of them");
      }
      if (steps_of(argument.operations) + added_steps(argument) <= kMostSteps) continue;
      return fault(argument.source.fetch, "dereferences are nested too deeply",
                   "the kernel takes 14 of them, fewer behind @ or with an array or bitfield");
    }
    return {};
  }

  void add_immediate_strings() {
    std::string first;
    size_t others = 0;
    for (const FetchArgument& argument : plan_.arguments()) {
      if (!begins_with(argument, Kind::ImmediateString)) continue;
      if (first.empty()) {
        first = argument.name;
      } else {
        ++others;
      }
    }
    if (first.empty()) return;
    hazards_.push_back(
        {Level::Note,
         fmt::format("argument {} will always be (fault): the kernel reads the text of a uprobe's immediate "
                     "string as if it were in the process{}",
                     first, others == 0 ? "" : fmt::format(" (and {} more like it)", others)),
         "leave it out", HazardKind::ImmediateString});
  }

  void check_size() {
    size_t size = 0;
    for (const FetchArgument& argument : plan_.arguments()) {
      if (!has_length(argument.type)) size += stored_bytes(argument.type);
    }
    if (size <= kLargestEvent) return;
    hazards_.push_back(
        {Level::Refused,
         fmt::format("the arguments take {} bytes of each event: the kernel accepts {}", size, kLargestEvent),
         "record fewer of them, or shorter arrays", HazardKind::EventTooLarge});
  }

  void explain_strings() {
    std::string strings;
    for (const FetchArgument& argument : plan_.arguments()) {
      if (!is_string(argument.type) || begins_with(argument, Kind::TaskName)) continue;
      strings += (strings.empty() ? "" : ", ") + argument.name;
    }
    if (strings.empty()) return;
    hazards_.push_back(
        {Level::Detail,
         fmt::format("{}: of a string of more than {} bytes record keeps the beginning; an event of more "
                     "than {} bytes, all its strings together, is lost, and only the count of hits tells",
                     strings, kLongestString - 1, kLongestRingRecord),
         {},
         HazardKind::StringLimits});
  }

  ProbePlan& plan_;
  Hazards hazards_;
};

}  // namespace

Result<Hazards> fit_to_tracefs(ProbePlan& plan) {
  return Check(plan).run();
}

}  // namespace uproar
