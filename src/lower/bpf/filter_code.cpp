#include "lower/bpf/filter_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "base/excerpt.h"
#include "event/bpf_abi.h"
#include "event/helper_fields.h"
#include "lower/bpf/register_offsets.h"

namespace uproar {
namespace {

using Register = BpfRegister;
using Label = BpfAssembler::Label;
using Kind = EventFilter::Kind;
using Common = EventFilter::Common;
using Comparison = EventFilter::Comparison;

constexpr uint32_t kTaskNameBytes = 16;
// Longer strings make longer programs.
constexpr size_t kLongestCompared = 256;

// What a pattern asks for (kernel: kernel/trace/trace_events_filter.c filter_parse_regex).
struct Pattern {
  std::string text;
  bool has_any = false;  // a '?' is any character
  bool open_begin = false;
  bool open_end = false;
};

Pattern pattern_of(const EventFilter& filter) {
  Pattern pattern;
  pattern.text = filter.text;
  if (filter.comparison != Comparison::Like) return pattern;
  pattern.has_any = true;
  if (pattern.text.starts_with('*')) {
    pattern.open_begin = true;
    pattern.text.erase(0, 1);
  }
  if (pattern.text.ends_with('*')) {
    pattern.open_end = true;
    pattern.text.pop_back();
  }
  return pattern;
}

void add_once(std::vector<uint32_t>& list, uint32_t number) {
  if (std::find(list.begin(), list.end(), number) == list.end()) list.push_back(number);
}

class Needs {
 public:
  Needs(std::string_view text, const BpfFields& fields) : text_(text), fields_(fields) {}

  Result<void> add(const EventFilter& filter) {
    for (const EventFilter& part : filter.parts) TRY(add(part));
    if (filter.kind == Kind::Text) return add_text(filter);
    if (filter.kind != Kind::Number) return {};
    if (filter.common == Common::None) add_number(filter.field);
    return {};
  }

  FilterNeeds needs;

 private:
  void add_number(uint32_t field) {
    if (fields_.layout.fields[field].kind == BpfField::Kind::Number) add_once(needs.fields, field);
  }

  Result<void> add_text(const EventFilter& filter) {
    const Pattern pattern = pattern_of(filter);
    const std::string script = "choose with script --filter";
    if (filter.comparison == Comparison::Like && pattern.text.find_first_of("*[]\\") != std::string::npos)
      return fault(filter, "patterns have * at their ends, and ? for a character", script);
    if (pattern.text.size() > kLongestCompared)
      return fault(filter, fmt::format("a string to compare has at most {} bytes", kLongestCompared), script);
    if (filter.common != Common::None) return {};
    const BpfText& text = *fields_.texts[filter.field];
    if (text.end != BpfText::End::TaskName && pattern.open_begin && pattern.open_end && !pattern.text.empty())
      return fault(filter, "programs do not search within strings", "use a pattern with one *, or " + script);
    add_once(needs.fields, filter.field);
    add_once(needs.texts, filter.field);
    // Their lengths, which may be helper fields.
    if (text.end == BpfText::End::Helper) add_number(text.length);
    if (text.first) add_number(*text.first);
    if (text.end == BpfText::End::Object)
      return fault(filter, "this string is not in the record as it is shown", script);
    if (needs.texts.size() <= kMostFilterTexts) return {};
    return fault(filter, fmt::format("a filter compares at most {} strings", kMostFilterTexts), script);
  }

  Error fault(const EventFilter& filter, std::string message, std::string help) const {
    return Error{std::move(message), underline(text_, filter.place.begin, filter.place.end), std::move(help),
                 EINVAL};
  }

  std::string_view text_;
  const BpfFields& fields_;
};

class FilterCode {
 public:
  FilterCode(BpfAssembler& code, const FilterNeeds& needs, const BpfFields& fields, std::string_view machine,
             BpfRecordPlace record)
      : code_(code),
        needs_(needs),
        fields_(fields),
        registers_(*machine_registers(machine)),
        record_(record) {}

  // To one of both.
  void emit(const EventFilter& filter, Label yes, Label no) {
    switch (filter.kind) {
      case Kind::And:
      case Kind::Or: {
        const Label second = code_.label();
        const bool is_and = filter.kind == Kind::And;
        emit(filter.parts[0], is_and ? second : yes, is_and ? no : second);
        code_.bind(second);
        return emit(filter.parts[1], yes, no);
      }
      case Kind::Not:
        return emit(filter.parts[0], no, yes);
      case Kind::Number:
        return compare_number(filter, yes, no);
      case Kind::Text:
        return filter.comparison == Comparison::NotEqual ? compare_text(filter, no, yes)
                                                         : compare_text(filter, yes, no);
    }
  }

 private:
  static BpfCondition condition(Comparison comparison, bool is_signed) {
    switch (comparison) {
      case Comparison::NotEqual:
        return BpfCondition::NotEqual;
      case Comparison::Less:
        return is_signed ? BpfCondition::Less : BpfCondition::Below;
      case Comparison::LessOrEqual:
        return is_signed ? BpfCondition::LessOrEqual : BpfCondition::BelowOrEqual;
      case Comparison::Greater:
        return is_signed ? BpfCondition::Greater : BpfCondition::Above;
      case Comparison::GreaterOrEqual:
        return is_signed ? BpfCondition::GreaterOrEqual : BpfCondition::AboveOrEqual;
      case Comparison::AnyBit:
        return BpfCondition::AnyBit;
      case Comparison::Equal:
      case Comparison::Like:
        break;
    }
    return BpfCondition::Equal;
  }

  // r1 = the number
  void load(const EventFilter& filter) {
    switch (filter.common) {
      case Common::Cpu:
        return code_.load(8, Register::R1, kFrame, kCpu);
      case Common::Task:
        return code_.load(4, Register::R1, kFrame, kTask);
      case Common::Address:
        if (fields_.layout.schema.is_return)
          return code_.load(8, Register::R1, record_.base, record_.at(fields_.layout.function_at));
        [[fallthrough]];
      case Common::ReturnAddress:
        return code_.load(8, Register::R1, kContext, static_cast<int32_t>(registers_.instruction_pointer));
      case Common::TaskName:
      case Common::None:
        break;
    }
    if (fields_.layout.fields[filter.field].kind == BpfField::Kind::Place)
      return code_.load(4, Register::R1, kFrame, kCookie);
    const Field& field = fields_.layout.schema.fields[filter.field];
    code_.load(field.size, Register::R1, record_.base,
               record_.at(fields_.layout.fields[filter.field].offset));
    const int32_t above = 64 - bits_of(filter.field);
    if (!filter.is_signed || above <= 0) return;
    code_.apply(BpfOperation::ShiftLeft, Register::R1, above);
    code_.apply(BpfOperation::ShiftRightSigned, Register::R1, above);
  }

  // Of a number with a sign.
  int32_t bits_of(uint32_t field) const {
    const ValueType& type = fields_.sets.front()[field].type;
    if (type.bit_width != 0) return type.bit_width;
    return 8 * fields_.layout.schema.fields[field].size;
  }

  void compare_number(const EventFilter& filter, Label yes, Label no) {
    load(filter);
    code_.set(Register::R2, filter.number);
    code_.jump_if(condition(filter.comparison, filter.is_signed), Register::R1, Register::R2, yes);
    code_.jump(no);
  }

  // r1 = address of the task's name
  void load_name() {
    code_.move(Register::R1, kFrame);
    code_.apply(BpfOperation::Add, Register::R1, kScratch);
    code_.set(Register::R2, kTaskNameBytes);
    code_.call(BpfHelper::GetCurrentComm);
    code_.move(Register::R1, kFrame);
    code_.apply(BpfOperation::Add, Register::R1, kScratch);
  }

  void compare_text(const EventFilter& filter, Label yes, Label no) {
    const Pattern pattern = pattern_of(filter);
    const bool is_name =
        filter.common == Common::TaskName || fields_.texts[filter.field]->end == BpfText::End::TaskName;
    if (is_name) {
      if (filter.common == Common::TaskName) {
        load_name();
      } else {
        load_kept(filter.field);
      }
      return compare_name(pattern, yes, no);
    }
    const uint32_t field = filter.field;
    const BpfText& text = *fields_.texts[field];
    const auto longest =
        text.end == BpfText::End::Constant
            ? static_cast<uint32_t>(fields_.sets.front()[field].operations.front().name.size())
            : text.longest;
    const auto size = static_cast<int32_t>(pattern.text.size());
    if (pattern.text.size() > longest) return code_.jump(no);
    code_.load(4, Register::R3, record_.base, record_.at(fields_.layout.fields[field].offset + 4));
    code_.jump_if(BpfCondition::Above, Register::R3, static_cast<int32_t>(longest + 1), no);
    const bool is_open = pattern.open_begin || pattern.open_end;
    code_.jump_if(is_open ? BpfCondition::Below : BpfCondition::NotEqual, Register::R3, size + 1, no);
    load_kept(field);
    if (pattern.open_begin && !pattern.open_end) {
      code_.apply(BpfOperation::Subtract, Register::R3, size + 1);
      code_.apply(BpfOperation::Add, Register::R1, Register::R3);
    }
    compare_bytes(pattern, 0, no);
    code_.jump(yes);
  }

  void load_kept(uint32_t field) {
    const auto kept = std::find(needs_.texts.begin(), needs_.texts.end(), field) - needs_.texts.begin();
    code_.load(8, Register::R1, kFrame, kFilterTexts + 8 * static_cast<int32_t>(kept));
  }

  // What is at r1 + begin.
  void compare_bytes(const Pattern& pattern, size_t begin, Label no) {
    for (size_t i = 0; i < pattern.text.size(); ++i) {
      const auto wanted = static_cast<unsigned char>(pattern.text[i]);
      const bool is_any = pattern.has_any && wanted == '?';
      code_.load(1, Register::R2, Register::R1, static_cast<int32_t>(begin + i));
      code_.jump_if(is_any ? BpfCondition::Equal : BpfCondition::NotEqual, Register::R2, is_any ? 0 : wanted,
                    no);
    }
  }

  // At r1: 16 bytes, NULs behind its end.
  void compare_name(const Pattern& pattern, Label yes, Label no) {
    const size_t size = pattern.text.size();
    if (size >= kTaskNameBytes) return code_.jump(no);
    const size_t last = pattern.open_begin ? kTaskNameBytes - 1 - size : 0;
    for (size_t begin = 0; begin <= last; ++begin) {
      const Label next = code_.label();
      compare_bytes(pattern, begin, next);
      if (!pattern.open_end) {
        code_.load(1, Register::R2, Register::R1, static_cast<int32_t>(begin + size));
        code_.jump_if(BpfCondition::NotEqual, Register::R2, 0, next);
      }
      code_.jump(yes);
      code_.bind(next);
    }
    code_.jump(no);
  }

  BpfAssembler& code_;
  const FilterNeeds& needs_;
  const BpfFields& fields_;
  MachineRegisters registers_;
  BpfRecordPlace record_;
};

}  // namespace

Result<FilterNeeds> filter_needs(const EventFilter& filter, std::string_view text, const BpfFields& fields) {
  Needs needs(text, fields);
  TRY(needs.add(filter));
  return std::move(needs.needs);
}

void filter_code(BpfAssembler& code, const EventFilter& filter, const FilterNeeds& needs,
                 const BpfFields& fields, std::string_view machine, BpfRecordPlace record,
                 BpfAssembler::Label dropped) {
  const Label passed = code.label();
  FilterCode(code, needs, fields, machine, record).emit(filter, passed, dropped);
  code.bind(passed);
}

}  // namespace uproar
