#include "select/filter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/cpu_list.h"
#include "base/glob.h"

namespace uproar {
namespace {

constexpr uint32_t kMostCpus = 8192;  // CONFIG_NR_CPUS at its largest

constexpr const char* kOthers = "comm, pid, tid, cpu, ip, time";

std::string names_of_arguments(const std::vector<SelectableEvent>& events, const std::vector<bool>& wanted) {
  std::vector<std::string> names;
  for (size_t i = 0; i < events.size(); ++i) {
    if (!wanted[i]) continue;
    for (const Field& field : events[i].schema->fields) {
      if (std::find(names.begin(), names.end(), field.name) == names.end()) names.push_back(field.name);
    }
  }
  std::string text;
  for (const std::string& name : names) text += name + ", ";
  return text + kOthers;
}

// One byte for each CPU up to the last one listed.
std::optional<std::string> cpu_mask(std::string_view text) {
  const auto cpus = parse_cpu_list(text);
  if (!cpus || cpus->back() >= kMostCpus) return std::nullopt;
  std::string mask(cpus->back() + 1, '\0');
  for (const uint32_t cpu : *cpus) mask[cpu] = '\1';
  return mask;
}

template <typename T>
bool compare(FilterOp op, T left, T right) {
  switch (op) {
    case FilterOp::Equal:
      return left == right;
    case FilterOp::Unequal:
      return left != right;
    case FilterOp::Less:
      return left < right;
    case FilterOp::LessOrEqual:
      return left <= right;
    case FilterOp::Greater:
      return left > right;
    case FilterOp::GreaterOrEqual:
      return left >= right;
    case FilterOp::Bits:
      return (left & right) != 0;
    case FilterOp::Glob:
      return false;
  }
  return false;
}

}  // namespace

// A tree and one event's fields to that event's program.
class FilterBinder {
 public:
  using Source = Filter::Source;
  using Type = Filter::Type;

  struct Target {
    Source source;
    Type type;
    uint32_t value = 0;
  };

  FilterBinder(std::string_view text, const EventSchema& schema) : text_(text), schema_(schema) {}

  // nullopt if the event lacks a field.
  Result<std::optional<Filter::Program>> bind(const FilterNode& tree) {
    Filter::Program program;
    TRY_ASSIGN(program.entry, emit(tree, Filter::kAccept, Filter::kReject, program.steps));
    if (missing_) return std::optional<Filter::Program>();
    return std::optional<Filter::Program>(std::move(program));
  }
  const FilterNode* missing() const { return missing_; }

 private:
  // Parts are laid down from the last to the first, so that each knows where to go on. Gives the first step's
  // number.
  Result<uint32_t> emit(const FilterNode& node, uint32_t if_true, uint32_t if_false,
                        std::vector<Filter::Step>& steps) {
    switch (node.kind) {
      case FilterNode::Kind::Not:
        return emit(node.children.front(), if_false, if_true, steps);
      case FilterNode::Kind::And:
      case FilterNode::Kind::Or: {
        const bool all = node.kind == FilterNode::Kind::And;
        uint32_t next = all ? if_true : if_false;
        for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
          TRY_ASSIGN(next, emit(*child, all ? next : if_true, all ? if_false : next, steps));
        }
        return next;
      }
      case FilterNode::Kind::Compare:
        break;
    }
    TRY_ASSIGN(Filter::Step step, comparison(node));
    step.if_true = if_true;
    step.if_false = if_false;
    steps.push_back(std::move(step));
    return static_cast<uint32_t>(steps.size() - 1);
  }

  Result<Filter::Step> comparison(const FilterNode& node) {
    Filter::Step step;
    TRY_ASSIGN(std::optional<Target> target, find(node));
    if (!target) {
      if (missing_ == nullptr) missing_ = &node;
      return step;
    }
    step.source = target->source;
    step.type = target->type;
    step.value = target->value;
    step.op = node.op;
    if (step.type == Type::String) {
      TRY(take_string(node, step));
    } else {
      TRY(take_number(node, step));
    }
    return step;
  }

  static Type type_of(Field::Kind kind) {
    switch (kind) {
      case Field::Kind::Signed:
        return Type::Signed;
      case Field::Kind::Unsigned:
      case Field::Kind::Hex:
      case Field::Kind::Char:
        return Type::Unsigned;
      case Field::Kind::String:
      case Field::Kind::FixedString:
        break;
    }
    return Type::String;
  }

  Result<std::optional<Target>> find(const FilterNode& node) const {
    uint32_t value = 0;
    for (const Field& field : schema_.fields) {
      if (field.name != node.field) {
        value += field.values();
        continue;
      }
      const bool text = field.kind == Field::Kind::String || field.kind == Field::Kind::FixedString;
      if (!text && field.count != 0)
        return filter_error(text_, node.field_span, node.field + " is an array: there is no comparing it",
                            "record its elements as arguments of their own");
      return std::optional<Target>({Source::Value, type_of(field.kind), value});
    }
    return find_common(node.field);
  }

  std::optional<Target> find_common(std::string_view name) const {
    struct Common {
      std::string_view name;
      Target target;
      bool needs_ip = false, needs_return = false;
    };
    static constexpr Common kCommon[] = {
        {"cpu", {Source::Cpu, Type::Signed}},
        {"CPU", {Source::Cpu, Type::Signed}},
        {"common_cpu", {Source::Cpu, Type::Signed}},
        {"comm", {Source::Comm, Type::String}},
        {"COMM", {Source::Comm, Type::String}},
        {"common_pid", {Source::Tid, Type::Signed}},
        {"common_type", {Source::Type, Type::Unsigned}},
        {"common_flags", {Source::Flags, Type::Unsigned}},
        {"common_preempt_count", {Source::PreemptCount, Type::Unsigned}},
        {"pid", {Source::Pid, Type::Signed}},
        {"tid", {Source::Tid, Type::Signed}},
        {"time", {Source::Time, Type::Unsigned}},
        {"ip", {Source::Ip, Type::Unsigned}, true},
        {"ret_ip", {Source::ReturnIp, Type::Unsigned}, true, true},
        {"__probe_ip", {Source::Ip, Type::Unsigned}, true},
        {"__probe_func", {Source::Ip, Type::Unsigned}, true, true},
        {"__probe_ret_ip", {Source::ReturnIp, Type::Unsigned}, true, true},
    };
    for (const Common& common : kCommon) {
      if (common.name != name) continue;
      if ((common.needs_ip && !schema_.has_ip) || (common.needs_return && !schema_.is_return))
        return std::nullopt;
      if (name == "__probe_ip" && schema_.is_return) return std::nullopt;
      return common.target;
    }
    return std::nullopt;
  }

  Result<void> take_string(const FilterNode& node, Filter::Step& step) const {
    if (node.op != FilterOp::Equal && node.op != FilterOp::Unequal && node.op != FilterOp::Glob)
      return filter_error(text_, node.op_span,
                          node.field + " is a string: it can be compared with == != ~ only");
    if (node.literal.kind != FilterLiteral::Kind::String)
      return filter_error(text_, node.literal.span, node.field + " is a string: compare it with one",
                          "write it in quotes, as in " + node.field + " == \"abc\"");
    step.text = node.literal.text;
    step.negated = node.op == FilterOp::Unequal;
    if (node.op == FilterOp::Glob && step.text.starts_with('!')) {
      step.negated = true;
      step.text.erase(0, 1);
    }
    return {};
  }

  Result<void> take_number(const FilterNode& node, Filter::Step& step) const {
    const FilterLiteral& literal = node.literal;
    if (node.op == FilterOp::Glob)
      return filter_error(text_, node.op_span, node.field + " is a number: ~ is for strings",
                          "compare it with == != < <= > >= &");
    if (literal.kind == FilterLiteral::Kind::CpuList) return take_cpus(node, step);
    if (literal.kind == FilterLiteral::Kind::String)
      return filter_error(text_, literal.span, node.field + " is a number: compare it with one",
                          "write the number without quotes");
    if (literal.negative && step.type == Type::Unsigned)
      return filter_error(text_, literal.span, node.field + " has no sign: it is never negative",
                          "write the number without -, or as 0x…");
    if (step.source == Source::Time) {
      step.number = literal.nanoseconds;
      return {};
    }
    if (literal.kind == FilterLiteral::Kind::Fraction)
      return filter_error(text_, literal.span, node.field + " is a whole number",
                          "write the number without a fraction");
    constexpr uint64_t kMost = uint64_t{1} << 63;
    if (step.type == Type::Signed && literal.magnitude > (literal.negative ? kMost : kMost - 1))
      return filter_error(text_, literal.span, "the number is too large for a signed one");
    step.number = literal.negative ? 0 - literal.magnitude : literal.magnitude;
    return {};
  }

  Result<void> take_cpus(const FilterNode& node, Filter::Step& step) const {
    if (node.op != FilterOp::Equal && node.op != FilterOp::Unequal && node.op != FilterOp::Bits)
      return filter_error(text_, node.op_span, "a list of CPUs can be compared with == != & only");
    const auto mask = cpu_mask(node.literal.text);
    if (!mask) return filter_error(text_, node.literal.span, "this is no list of CPUs", "write CPUS{0-1,3}");
    step.type = Type::CpuMask;
    step.text = *mask;
    return {};
  }

  std::string_view text_;
  const EventSchema& schema_;
  const FilterNode* missing_ = nullptr;
};

Result<Filter> Filter::make(std::string_view text, const std::vector<SelectableEvent>& events,
                            const std::vector<bool>& wanted) {
  TRY_ASSIGN(const FilterNode tree, parse_filter(text));
  Filter filter;
  filter.programs_.resize(events.size());
  const FilterNode* missing = nullptr;
  bool any = false, asked = false;
  for (size_t i = 0; i < events.size(); ++i) {
    if (!wanted[i]) continue;
    asked = true;
    FilterBinder binder(text, *events[i].schema);
    TRY_ASSIGN(std::optional<Program> program, binder.bind(tree));
    if (program) {
      filter.programs_[i] = std::move(*program);
      any = true;
    } else if (missing == nullptr) {
      missing = binder.missing();
    }
  }
  if (!any && asked)
    return filter_error(text, missing->field_span,
                        "no event has all the fields: " + missing->field + " is missing",
                        "there are " + names_of_arguments(events, wanted));
  return filter;
}

bool Filter::matches(uint32_t event, const Event& value) const {
  const Program& program = programs_[event];
  uint32_t at = program.entry;
  while (at < kReject) {
    const Step& step = program.steps[at];
    at = holds(step, value) ? step.if_true : step.if_false;
  }
  return at == kAccept;
}

bool Filter::holds(const Step& step, const Event& value) {
  switch (step.type) {
    case Type::Signed:
      return compare(step.op, static_cast<int64_t>(number_of(step, value)),
                     static_cast<int64_t>(step.number));
    case Type::Unsigned:
      return compare(step.op, number_of(step, value), step.number);
    case Type::CpuMask: {
      const uint64_t number = number_of(step, value);
      const bool inside = number < step.text.size() && step.text[number] != 0;
      if (step.op == FilterOp::Bits) return inside;
      // A mask equals a number if the number's bit is its only one.
      const bool only = inside && std::count(step.text.begin(), step.text.end(), '\1') == 1;
      return only == (step.op == FilterOp::Equal);
    }
    case Type::String:
      break;
  }
  if (step.source == Source::Comm) return string_holds(step, value.comm, false);
  if (step.value >= value.values.size()) return string_holds(step, {}, true);
  const Value& one = value.values[step.value];
  return string_holds(step, one.text, one.fault);
}

bool Filter::string_holds(const Step& step, std::string_view text, bool fault) {
  const bool match =
      !fault && (step.op == FilterOp::Glob ? glob_matches(step.text, text) : text == step.text);
  return match != step.negated;
}

uint64_t Filter::number_of(const Step& step, const Event& value) {
  switch (step.source) {
    case Source::Value: {
      if (step.value >= value.values.size()) return 0;
      const Value& one = value.values[step.value];
      return one.fault ? 0 : one.bits;
    }
    case Source::Ip:
      return value.ip;
    case Source::ReturnIp:
      return value.return_ip;
    case Source::Tid:
      return static_cast<uint64_t>(int64_t{value.tid});
    case Source::Pid:
      return static_cast<uint64_t>(int64_t{value.pid});
    case Source::Cpu:
      return static_cast<uint64_t>(int64_t{static_cast<int32_t>(value.cpu)});
    case Source::Time:
      return value.time_ns;
    case Source::Type:
      return value.schema->kernel_type;
    case Source::Flags:
      return value.flags;
    case Source::PreemptCount:
      return value.preempt_count;
    case Source::Comm:
      break;
  }
  return 0;
}

}  // namespace uproar
