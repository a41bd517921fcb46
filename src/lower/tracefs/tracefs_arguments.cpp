// One builder, longer than most files: each kind of value asks it for helpers that it shares with the others of its
// event.
#include "lower/tracefs/tracefs_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "event/helper_fields.h"
#include "lower/tracefs/argument_text.h"
#include "lower/tracefs/argument_traits.h"
#include "lower/tracefs/tracefs_limits.h"

namespace uproar {
namespace {

using Operations = std::vector<FetchOperation>;
using Role = HelperField::Role;

// Of a long string so much is kept. Every byte is missing elsewhere: a record of more than 4,072 bytes is
// lost, and with it strings that are just short enough for the kernel.
constexpr size_t kStartBytes = 40;
// Of a string of libc++.
constexpr size_t kObjectBytes = 24;

ValueType number_type(ValueType::Kind kind, uint8_t bits, uint32_t count = 0) {
  ValueType type;
  type.kind = kind;
  type.bits = bits;
  type.array_count = count;
  return type;
}

Operations constant(int64_t number) {
  return {FetchOperation{FetchOperation::Kind::Immediate, number, {}, false}};
}

Role role_of(ArrayPart::Role role) {
  switch (role) {
    case ArrayPart::Role::First:
      return Role::First;
    case ArrayPart::Role::Last:
      return Role::Last;
    case ArrayPart::Role::Step:
      return Role::Step;
    case ArrayPart::Role::Span:
      return Role::Span;
    case ArrayPart::Role::Index:
      return Role::Index;
    case ArrayPart::Role::At:
      return Role::At;
    case ArrayPart::Role::Skip:
      break;
  }
  return Role::Skip;
}

// A pointer into the task's own stack, or one that is no address at all, need not be watched.
bool is_worth_watching(const FetchOperation& base) {
  if (base.kind == FetchOperation::Kind::StackPointer) return false;
  return base.kind != FetchOperation::Kind::Register || (base.name != "sp" && base.name != "ip");
}

// The pointers that are followed on the way to the value, from the first to the last.
std::vector<Operations> followed_pointers(const Operations& operations) {
  std::vector<Operations> pointers;
  for (size_t length = 1; length < operations.size(); ++length) {
    if (length == 1 && !is_worth_watching(operations.front())) continue;
    pointers.emplace_back(operations.begin(), operations.begin() + static_cast<std::ptrdiff_t>(length));
  }
  return pointers;
}

bool shows_hex(const ValueType& type) {
  const bool as_bits = type.kind == ValueType::Kind::Bitfield;
  return as_bits ? type.shown == ValueType::Kind::Hex
                 : type.swapped_bytes != 0 && type.kind == ValueType::Kind::Hex;
}

// Whoever shows the value puts its sign back.
bool has_sign(const ValueType& type) {
  return type.is_signed || (type.swapped_bytes != 0 && type.kind == ValueType::Kind::Signed);
}

// What the kernel is to record where it cannot make the value itself.
ValueType container_type(ValueType type) {
  if (type.swapped_bytes == 0) return type;
  type.kind = ValueType::Kind::Unsigned;
  return type;
}

PickedBits bits_of(const ValueType& type) {
  PickedBits picked{type.swapped_at, type.swapped_bytes, 0, static_cast<uint8_t>(type.swapped_bytes * 8)};
  if (type.kind == ValueType::Kind::Bitfield) {
    picked.offset = type.bit_offset;
    picked.width = type.bit_width;
  }
  if (type.swapped_bytes == 0 && picked.width == 0) picked.width = type.bits;
  return picked;
}

TextForm form_of(const ValueType& type) {
  TextForm form{type.character_bytes, TextForm::Layout::None};
  if (type.small_layout == ValueType::SmallLayout::LengthFirst) form.layout = TextForm::Layout::LengthFirst;
  if (type.small_layout == ValueType::SmallLayout::LengthLast) form.layout = TextForm::Layout::LengthLast;
  return form;
}

// The user's arguments, and behind them the helpers that serve them.
class KernelArgumentsBuilder {
 public:
  KernelArgumentsBuilder(const ProbePlan& plan, Helpers helpers) : plan_(plan), helpers_(helpers) {
    made_.sets.resize(plan.argument_sets.size());
  }

  Result<KernelArguments> run() {
    for (size_t i = 0; i < plan_.arguments().size(); ++i) add_argument(i);
    for (size_t i = 0; i < plan_.arguments().size(); ++i) add_needed_helpers(static_cast<uint32_t>(i));
    number_places();
    if (helpers_ != Helpers::Direct) TRY(check());
    if (helpers_ == Helpers::All) {
      add_guards();
      for (size_t i = 0; i < plan_.arguments().size(); ++i) add_start(static_cast<uint32_t>(i));
    }
    return std::move(made_);
  }

 private:
  void add_argument(size_t index) {
    for (size_t set = 0; set < made_.sets.size(); ++set) {
      FetchArgument argument = plan_.argument_sets[set][index];
      if (has_length(argument.type)) {
        argument.type =
            helpers_ == Helpers::Direct ? number_type(ValueType::Kind::String, 8) : bytes_type(index);
      } else {
        argument.type = container_type(argument.type);
      }
      argument.length.clear();
      argument.object.clear();
      argument.conditions.clear();
      argument.array_parts.clear();
      made_.sets[set].push_back(std::move(argument));
    }
  }

  // Room for the longest string that any place may have: lengths that are known bound it.
  ValueType bytes_type(size_t index) const {
    uint64_t longest = 0;
    for (const auto& set : plan_.argument_sets) {
      const Operations& length = set[index].length;
      const bool known = length.size() == 1 && length.front().kind == FetchOperation::Kind::Immediate &&
                         set[index].array_parts.empty();
      const uint64_t characters = known ? static_cast<uint64_t>(length.front().number) : UINT64_MAX;
      longest = std::max(
          longest, std::min<uint64_t>(characters, kLongestSizedString) * set[index].type.character_bytes);
    }
    const uint64_t bytes = std::clamp<uint64_t>(longest, 1, kLongestSizedString);
    return number_type(ValueType::Kind::Hex, 64, static_cast<uint32_t>((bytes + 7) / 8));
  }

  // `operations` makes the helper's value in each set.
  template <typename OperationsOf>
  void add_helper(Role role, std::vector<uint32_t> serves, const ValueType& type,
                  const OperationsOf& operations, unsigned number = 1) {
    for (size_t set = 0; set < made_.sets.size(); ++set) {
      FetchArgument helper;
      helper.name = helper_name(role, serves, number);
      helper.operations = operations(plan_.argument_sets[set]);
      helper.type = type;
      made_.sets[set].push_back(std::move(helper));
    }
  }

  void add_needed_helpers(uint32_t index) {
    const FetchArgument& argument = plan_.arguments()[index];
    if (argument.type.kind == ValueType::Kind::SmallString) {
      add_helper(Role::Object, {index}, number_type(ValueType::Kind::Hex, 64, kObjectBytes / 8),
                 [index](const auto& set) { return set[index].object; });
    } else if (has_length(argument.type)) {
      const bool sized = argument.type.kind == ValueType::Kind::SizedString;
      const auto kind = argument.array_parts.empty() ? ValueType::Kind::Unsigned : ValueType::Kind::Signed;
      add_helper(sized ? Role::Length : Role::Limit, {index}, number_type(kind, argument.length_bits),
                 [index](const auto& set) { return set[index].length; });
    }
    add_array_parts(index);
    if (has_length(argument.type)) add_text_form(index);
    if (any_set(index, [](const ValueType& type) { return type.swapped_bytes != 0; })) {
      add_helper(Role::Bits, {index}, number_type(ValueType::Kind::Unsigned, 32),
                 [index](const auto& set) { return constant(packed(bits_of(set[index].type))); });
    }
    add_conditions(index);
    if (any_set(index, shows_hex)) add_mark(Role::Hex, index);
    if (any_set(index, [](const ValueType& type) { return type.shown == ValueType::Kind::Char; }))
      add_mark(Role::Char, index);
    if (!any_set(index, has_sign)) return;
    add_helper(Role::Sign, {index}, number_type(ValueType::Kind::Unsigned, 8), [index](const auto& set) {
      const ValueType& type = set[index].type;
      if (!has_sign(type)) return constant(64);  // at this place it has no sign
      if (type.bit_width != 0) return constant(type.bit_width);
      return constant(type.swapped_bytes != 0 ? type.swapped_bytes * 8 : type.bits);
    });
  }

  template <typename Holds>
  bool any_set(uint32_t index, Holds&& holds) const {
    return std::any_of(plan_.argument_sets.begin(), plan_.argument_sets.end(),
                       [&](const auto& set) { return holds(set[index].type); });
  }

  void add_array_parts(uint32_t index) {
    const auto& parts = plan_.arguments()[index].array_parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      const ArrayPart& part = parts[i];
      add_helper(
          role_of(part.role), {index},
          number_type(part.is_signed ? ValueType::Kind::Signed : ValueType::Kind::Unsigned, part.bits),
          [index, i](const auto& set) { return set[index].array_parts[i].operations; }, part.dimension);
    }
  }

  // The name says it all.
  void add_mark(Role role, uint32_t index) {
    add_helper(role, {index}, number_type(ValueType::Kind::Unsigned, 8),
               [](const auto&) { return constant(1); });
  }

  void add_text_form(uint32_t index) {
    const ValueType& type = plan_.arguments()[index].type;
    if (type.character_bytes == 1 && type.kind != ValueType::Kind::SmallString) return;
    add_helper(Role::Text, {index}, number_type(ValueType::Kind::Unsigned, 8),
               [index](const auto& set) { return constant(packed(form_of(set[index].type))); });
  }

  // Sets agree in their number: those of a place where a condition is not needed hold always.
  void add_conditions(uint32_t index) {
    size_t most = 0;
    for (const auto& set : plan_.argument_sets) most = std::max(most, set[index].conditions.size());
    for (size_t i = 0; i < most; ++i) {
      auto of = [index, i](const auto& set) -> const FetchCondition* {
        const auto& conditions = set[index].conditions;
        return i < conditions.size() ? &conditions[i] : nullptr;
      };
      const auto* first = of(plan_.arguments());
      const ValueType type = first ? first->type : number_type(ValueType::Kind::Unsigned, 64);
      const auto number = static_cast<unsigned>(i + 1);
      const ValueType limit = number_type(ValueType::Kind::Unsigned, 64);
      add_helper(
          Role::Tag, {index}, type,
          [&](const auto& set) { return of(set) ? of(set)->operations : constant(0); }, number);
      add_helper(
          Role::Low, {index}, limit,
          [&](const auto& set) { return constant(of(set) ? static_cast<int64_t>(of(set)->low) : 0); },
          number);
      add_helper(
          Role::High, {index}, limit,
          [&](const auto& set) { return constant(of(set) ? static_cast<int64_t>(of(set)->high) : -1); },
          number);
    }
  }

  // The record must tell places apart where replay names the function, or where the recorder puts the address
  // of the function in the place of a cheaper instruction's.
  void number_places() {
    made_.numbers_places = plan_.sites.size() > 1 &&
                           std::any_of(plan_.sites.begin(), plan_.sites.end(), [this](const ProbeSite& site) {
                             const ProbeSite& first = plan_.sites.front();
                             return site.symbol != first.symbol ||
                                    site.symbol_offset != first.symbol_offset || site.slid_by != 0;
                           });
  }

  Result<void> check() const {
    for (const auto& set : made_.sets) {
      size_t bytes = made_.numbers_places ? 4 : 0;
      if (set.size() + (made_.numbers_places ? 1 : 0) > kMostArguments) {
        return Error{fmt::format("the event needs more than {} arguments in the kernel", kMostArguments),
                     {},
                     "fetch fewer",
                     E2BIG};
      }
      for (const FetchArgument& argument : set) {
        bytes += stored_bytes(argument.type);
        const size_t length = tracefs_argument(argument).size() - argument.name.size() - 1;
        if (length <= kLongestExpression) continue;
        return Error{
            fmt::format("argument {} becomes an expression of {} bytes for the kernel, which takes {}: {}",
                        argument.name, length, kLongestExpression, tracefs_argument(argument)),
            {},
            "fetch a pointer on the way as an argument of its own",
            E2BIG};
      }
      if (bytes > kLargestEvent) {
        return Error{fmt::format("the arguments take {} bytes in the record, and the kernel allows {}", bytes,
                                 kLargestEvent),
                     {},
                     "spread them over two events; a string with a length takes 512 bytes",
                     E2BIG};
      }
    }
    return {};
  }

  // One pointer, as each set fetches it (nothing where a set does not follow one), and the values behind it.
  struct Guard {
    Role role;
    std::vector<std::optional<Operations>> pointers;
    std::vector<uint32_t> serves;
  };

  static bool same(const Operations& a, const Operations& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.kind == y.kind && x.number == y.number && x.name == y.name;
    });
  }
  static bool same(const std::vector<std::optional<Operations>>& a,
                   const std::vector<std::optional<Operations>>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.has_value() == y.has_value() && (!x || same(*x, *y));
    });
  }

  // Values that need no memory have no faults, and strings tell theirs themselves: whether bytes could be read
  // at a pointer that stood in a register. But the kernel leaves stale bytes in the beginning that is kept of a
  // string (add_start) if the string's pointer is in memory that cannot be read.
  void collect(uint32_t index, std::vector<Guard>& guards) const {
    const ValueType& type = plan_.arguments()[index].type;
    if (is_string(type) && type.array_count != 0) return;
    std::vector<std::vector<Operations>> chains;  // by set
    size_t longest = 0;
    for (const auto& set : plan_.argument_sets) {
      const FetchArgument& argument = set[index];
      chains.push_back(is_memory(argument.operations) ? followed_pointers(argument.operations)
                                                      : std::vector<Operations>{});
      if (is_string(type) && !chains.back().empty() && chains.back().back().size() == 1)
        chains.back().pop_back();
      // The pointer of a text that is in its object is none; the object's bytes tell which it is.
      if (type.kind == ValueType::Kind::SmallString && is_memory(argument.object))
        chains.back() = followed_pointers(argument.object);
      // What leads to the length leads to the bytes too, for all strings that there are.
      longest = std::max(longest, chains.back().size());
    }
    const bool sized = type.kind == ValueType::Kind::SizedString;
    for (size_t level = 0; level < longest; ++level) {
      Guard guard{sized && level + 1 == longest ? Role::Pointer : Role::Via, {}, {index}};
      for (const auto& chain : chains) {
        guard.pointers.push_back(level < chain.size() ? std::optional(chain[level]) : std::nullopt);
      }
      auto known = std::find_if(guards.begin(), guards.end(), [&](const Guard& each) {
        return each.role == Role::Via && guard.role == Role::Via && same(each.pointers, guard.pointers);
      });
      if (known == guards.end()) {
        guards.push_back(std::move(guard));
      } else {
        known->serves.push_back(index);
      }
    }
  }

  void add_guards() {
    std::vector<Guard> guards;
    for (size_t i = 0; i < plan_.arguments().size(); ++i) collect(static_cast<uint32_t>(i), guards);
    for (const Guard& guard : guards) {
      std::span<const uint32_t> serves = guard.serves;
      while (!serves.empty()) {
        unsigned number = 1;
        size_t count = longest_via(serves);
        while (has_argument(helper_name(guard.role, serves.first(count), number)))
          count = longest_via(serves, ++number);
        add_if_it_fits(guard, serves.first(count), number);
        serves = serves.subspan(count);
      }
    }
  }

  bool has_argument(const std::string& name) const {
    const auto& set = made_.sets.front();
    return std::any_of(set.begin(), set.end(), [&](const FetchArgument& each) { return each.name == name; });
  }

  bool has_room(size_t more_bytes) const {
    const auto& set = made_.sets.front();
    size_t bytes = more_bytes + (made_.numbers_places ? 4 : 0);
    for (const FetchArgument& argument : set) bytes += stored_bytes(argument.type);
    return bytes <= kLargestEvent && set.size() + 2 <= kMostArguments;
  }

  void add_if_it_fits(const Guard& guard, std::span<const uint32_t> serves, unsigned number) {
    size_t set = 0;
    auto pointer = [&](const auto&) {
      const auto& own = guard.pointers[set++];
      return own ? *own : constant(static_cast<int64_t>(kNothingToFollow));
    };
    if (!has_room(8)) {
      unguarded_.insert(serves.begin(), serves.end());
      return;
    }
    add_helper(guard.role, {serves.begin(), serves.end()}, ValueType{}, pointer, number);
  }

  void add_start(uint32_t index) {
    const ValueType& type = plan_.arguments()[index].type;
    if (!is_string(type) || type.array_count != 0 || unguarded_.contains(index) || !has_room(kStartBytes))
      return;
    const bool memory =
        std::all_of(plan_.argument_sets.begin(), plan_.argument_sets.end(), [&](const auto& set) {
          return set[index].operations.size() > 1 && is_memory(set[index].operations);
        });
    if (!memory) return;
    add_helper(Role::Start, {index}, number_type(ValueType::Kind::Hex, 64, kStartBytes / 8),
               [index](const auto& set) {
                 Operations operations = set[index].operations;
                 // The kernel takes no array behind +u, which means nothing for a uprobe.
                 operations.back().user = false;
                 return operations;
               });
  }

  const ProbePlan& plan_;
  Helpers helpers_;
  KernelArguments made_;
  std::set<uint32_t> unguarded_;  // arguments of which a pointer is not watched, for want of room
};

}  // namespace

Result<KernelArguments> kernel_arguments(const ProbePlan& plan, Helpers helpers) {
  return KernelArgumentsBuilder(plan, helpers).run();
}

FetchArgument place_argument(size_t place) {
  FetchArgument argument;
  argument.name = helper_name(Role::Place, {});
  argument.operations = constant(static_cast<int64_t>(place));
  argument.type = number_type(ValueType::Kind::Unsigned, 32);
  return argument;
}

}  // namespace uproar
