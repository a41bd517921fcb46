#include "lower/bpf/bpf_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/excerpt.h"
#include "lower/bpf/register_offsets.h"
#include "lower/tracefs/argument_traits.h"

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;
using Operations = std::vector<FetchOperation>;

// Helpers tell by their names which fields they serve (event/helper_fields.h).
constexpr size_t kMostArguments = 128;
// A record goes through the kernel's form, which has 16 bits for where a string stands.
constexpr size_t kMostBytes = 32768;
constexpr size_t kMostElements = 4096;

class Check {
 public:
  Check(const ProbePlan& plan, std::string_view machine) : plan_(plan), machine_(machine) {}

  Result<void> run() const {
    if (!machine_registers(machine_)) {
      return Error{fmt::format("no programs are made for machines of type {}", machine_),
                   {},
                   "record with --via tracefs",
                   0};
    }
    const auto& arguments = plan_.arguments();
    if (arguments.size() > kMostArguments) {
      return fault({arguments[kMostArguments].source.argument.begin, arguments.back().source.argument.end},
                   fmt::format("an event has at most {} arguments", kMostArguments),
                   "spread them over two events at one place");
    }
    size_t bytes = 0;
    for (size_t index = 0; index < arguments.size(); ++index) {
      if (auto error = unfetchable(index)) return std::move(*error);
      bytes += has_length(arguments[index].type) ? 8 : stored_bytes(arguments[index].type);
      if (bytes <= kMostBytes) continue;
      return fault(arguments[index].source.argument,
                   fmt::format("the arguments take more than {} bytes in the record", kMostBytes),
                   "fetch shorter arrays, or spread the arguments over two events");
    }
    return {};
  }

  // Why no value of such an argument can be fetched.
  std::optional<Error> unfetchable(size_t index) const {
    for (const auto& set : plan_.argument_sets) {
      const FetchArgument& argument = set[index];
      const ArgumentSource& source = argument.source;
      if (argument.type.kind == ValueType::Kind::Symbol)
        return fault(source.type, "the kernel has no type symbol for user probes",
                     "record the address with x64");
      if (argument.type.array_count > kMostElements) {
        return fault(source.type.empty() ? source.fetch : source.type,
                     fmt::format("an array has 1 to {} elements", kMostElements),
                     "choose elements, or a part of it");
      }
      std::optional<Error> found;
      for_each_operations(argument, [&](const Operations& operations) {
        if (found || operations.empty()) return;
        const Span place = &operations == &argument.length ? source.length : source.leaf;
        found = unreadable(operations.front(), written(argument, place), place);
      });
      if (found) return found;
      const bool is_array_of_strings = is_string(argument.type) && argument.type.array_count != 0;
      if (is_array_of_strings && !is_memory(argument.operations)) {
        return fault(source.type, "an array of strings is an array of pointers in memory",
                     "fetch it behind its address, as +0(…)");
      }
      if (argument.type.array_count != 0 && !is_array_of_strings && !is_memory(argument.operations))
        return fault(source.type, "an array is in memory, and this is a value",
                     "fetch it behind its address, as +0(…)");
    }
    return std::nullopt;
  }

 private:
  Error fault(Span place, std::string_view message, std::string_view hint) const {
    return Error{fit_for_message(message), underline(plan_.definition, place.begin, place.end),
                 fit_for_message(hint), 0};
  }

  // What the user calls an argument: its text, or the name of a variable in a list.
  std::string written(const FetchArgument& argument, Span place) const {
    const bool inside = place.begin < place.end && place.end <= plan_.definition.size();
    if (argument.source.listed || !inside) return argument.name;
    return plan_.definition.substr(place.begin, place.end - place.begin);
  }

  std::optional<Error> unreadable(const FetchOperation& first, const std::string& what, Span place) const {
    if (first.kind != Kind::Register) return std::nullopt;
    if (first.register_class == FetchOperation::RegisterClass::Vector) {
      return fault(place,
                   fmt::format("{} is in {}: programs in the kernel cannot read vector registers, which are "
                               "the processor's alone while the task runs",
                               what, first.name),
                   "probe another place, such as a line of the function (FUNC:LINE), where it is in memory");
    }
    for (const std::string& name : {first.name, first.index}) {
      if (name.empty() || register_offset(machine_, name)) continue;
      return fault(place, fmt::format("{} has no register {}", machine_, name),
                   "name one of its general registers");
    }
    return std::nullopt;
  }

  const ProbePlan& plan_;
  std::string_view machine_;
};

}  // namespace

Result<void> check_for_bpf(const ProbePlan& plan, std::string_view machine) {
  return Check(plan, machine).run();
}

Result<Hazards> fit_to_bpf(ProbePlan& plan, std::string_view machine) {
  Hazards hazards;
  for (size_t index = plan.arguments().size(); index-- > 0;) {
    if (!plan.arguments()[index].source.listed) continue;
    std::optional<Error> why = Check(plan, machine).unfetchable(index);
    if (!why) continue;
    hazards.push_back({Hazard::Level::Note, std::move(why->message), {}});
    for (auto& set : plan.argument_sets) set.erase(set.begin() + static_cast<std::ptrdiff_t>(index));
  }
  std::reverse(hazards.begin(), hazards.end());
  TRY(check_for_bpf(plan, machine));
  return hazards;
}

}  // namespace uproar
