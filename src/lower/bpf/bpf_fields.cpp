#include "lower/bpf/bpf_fields.h"

#include <algorithm>
#include <bit>

#include "event/bpf_abi.h"
#include "lower/bpf/stack_code.h"
#include "lower/record_layout.h"
#include "lower/tracefs/argument_traits.h"

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;
using Role = HelperField::Role;

constexpr uint32_t kTaskNameBytes = 16;
// Whoever puts records into the kernel's form has 16 bits for where a string begins (event_schema.h).
constexpr uint32_t kAllTexts = kLongestBpfText + 1;
constexpr uint32_t kShortestLimit = 4096;

uint32_t aligned(uint32_t offset, uint32_t to) {
  return (offset + to - 1) / to * to;
}

bool reads_memory(const FetchArgument& argument) {
  return is_memory(argument.operations) || argument.operations.size() > 1 ||
         argument.operations.front().kind == Kind::StackSlot;
}

class FieldsBuilder {
 public:
  FieldsBuilder(const ProbePlan& plan, const BpfOptions& options) : plan_(plan), options_(options) {}

  BpfFields run() {
    // Nothing of it depends on what the kernel's text can say.
    KernelArguments arguments = kernel_arguments(plan_, Helpers::Direct).value();
    made_.layout.schema = record_layout(plan_, arguments);
    made_.sets = std::move(arguments.sets);
    made_.texts.resize(count());
    made_.is_partial.resize(count());
    made_.layout.fields.resize(made_.layout.schema.fields.size());
    if (arguments.numbers_places) made_.layout.fields.back().kind = BpfField::Kind::Place;
    for (size_t i = 0; i < count(); ++i) {
      if (schema_fields()[i].kind == Field::Kind::String) made_.texts[i] = text_of(i);
    }
    serve();
    limit_texts();
    add_bit_sets();
    place_fields();
    return std::move(made_);
  }

 private:
  size_t count() const { return made_.sets.front().size(); }
  std::vector<Field>& schema_fields() { return made_.layout.schema.fields; }

  bool begins_with(size_t field, Kind kind) const {
    const auto& operations = made_.sets.front()[field].operations;
    return operations.size() == 1 && operations.front().kind == kind;
  }

  BpfText text_of(size_t field) const {
    BpfText text;
    if (begins_with(field, Kind::TaskName)) text.end = BpfText::End::TaskName;
    if (begins_with(field, Kind::ImmediateString)) text.end = BpfText::End::Constant;
    return text;
  }

  // What helper fields say of those that they serve.
  void serve() {
    for (uint32_t i = 0; i < count(); ++i) {
      const auto helper = parse_helper_name(made_.sets.front()[i].name);
      if (!helper || i < plan_.arguments().size()) continue;
      for (const uint32_t served : helper->serves) {
        if (made_.texts[served]) {
          serve(*helper, i, *made_.texts[served]);
        } else if (helper->role >= Role::First && helper->role <= Role::Skip) {
          made_.is_partial[served] = true;
        }
      }
    }
  }

  void serve(const HelperField& helper, uint32_t field, BpfText& text) const {
    switch (helper.role) {
      case Role::Length:
      case Role::Limit:
        text.end = BpfText::End::Helper;
        text.length = field;
        text.is_limit = helper.role == Role::Limit;
        break;
      case Role::Object:
        text.end = BpfText::End::Object;
        text.object = field;
        break;
      case Role::First:
        text.first = field;
        break;
      case Role::Text: {
        const auto form =
            unpacked_text(static_cast<uint64_t>(made_.sets.front()[field].operations.front().number));
        text.character_bytes = form->character_bytes;
        text.layout = form->layout;
        break;
      }
      default:
        break;
    }
  }

  // The most bytes of a text, by constants that its length is in all sets; 0: not known.
  uint32_t known_length(const BpfText& text) const {
    if (text.end != BpfText::End::Helper || text.first) return 0;
    uint64_t longest = 0;
    for (const auto& set : made_.sets) {
      const auto& operations = set[text.length].operations;
      if (operations.size() != 1 || operations.front().kind != Kind::Immediate) return 0;
      longest = std::max(longest, static_cast<uint64_t>(operations.front().number));
    }
    return static_cast<uint32_t>(std::clamp<uint64_t>(longest * text.character_bytes, 1, kLongestBpfText));
  }

  void limit_texts() {
    uint32_t without_end = 0;
    for (size_t i = 0; i < count(); ++i) {
      if (made_.texts[i] && is_fetched(*made_.texts[i]) && known_length(*made_.texts[i]) == 0)
        without_end += schema_fields()[i].values();
    }
    const uint32_t share = kAllTexts / std::max(without_end, 1U);
    const uint32_t limit = std::max(std::bit_floor(share), kShortestLimit) - 1;
    for (size_t i = 0; i < count(); ++i) {
      if (!made_.texts[i]) continue;
      BpfText& text = *made_.texts[i];
      if (!is_fetched(text)) continue;
      const uint32_t known = known_length(text);
      text.longest = known != 0 ? known : limit;
      // Of what is between two powers of two the verifier only knows the higher one; behind a text with a length stands a
      // NUL.
      text.room = std::bit_ceil(text.longest + 1) + (text.end == BpfText::End::Nul ? 0 : 8);
      if (text.end == BpfText::End::Nul) made_.layout.fields[i].longest_text = text.longest;
    }
  }

  static bool is_fetched(const BpfText& text) {
    return text.end != BpfText::End::TaskName && text.end != BpfText::End::Constant;
  }

  void add_bit_sets() {
    const auto words = static_cast<uint32_t>((schema_fields().size() + 63) / 64);
    bool has_faults = false;
    bool has_cuts = false;
    for (size_t i = 0; i < count(); ++i) {
      for (const auto& set : made_.sets) has_faults = has_faults || (reads_memory(set[i]) && !made_.texts[i]);
      has_cuts = has_cuts || made_.layout.fields[i].longest_text != 0;
    }
    if (has_faults) {
      made_.layout.fault_words = words;
      add_bits(Role::Faults, words, BpfField::Kind::Faults);
    }
    if (has_cuts) add_bits(Role::Cuts, words, BpfField::Kind::Cuts);
  }

  void add_bits(Role role, uint32_t words, BpfField::Kind kind) {
    Field bits{helper_name(role, {}), Field::Kind::Hex, 8, static_cast<uint16_t>(words > 1 ? words : 0),
               schema_end()};
    schema_fields().push_back(std::move(bits));
    made_.layout.fields.push_back({kind, 0, 0});
  }

  uint32_t schema_end() const {
    const EventSchema& schema = made_.layout.schema;
    if (schema.fields.empty()) return schema.is_return ? 24 : 16;
    return schema.fields.back().offset + schema.fields.back().byte_size();
  }

  // Wide fields first: each is aligned, and nothing stays empty between them.
  void place_fields() {
    BpfLayout& layout = made_.layout;
    uint32_t end = sizeof(uproar_record);
    const auto take = [&end](uint32_t bytes) {
      const uint32_t at = end;
      end += bytes;
      return at;
    };
    if (layout.schema.is_return) layout.function_at = take(8);
    // In one place in all records of a program, which share the code for it.
    if (options_.stack == BpfOptions::Stack::Copy) {
      layout.stack_copy_at = take(sizeof(uproar_stack_copy));
    } else if (options_.stack != BpfOptions::Stack::None) {
      layout.stack_at = take(sizeof(uproar_text));
    }
    layout.faults_at = take(layout.fault_words * 8);
    for (size_t i = 0; i < count(); ++i) {
      if (made_.texts[i])
        layout.fields[i] = {BpfField::Kind::Text, take(8 * schema_fields()[i].values()),
                            layout.fields[i].longest_text};
    }
    for (const uint32_t size : {8U, 4U, 2U, 1U}) {
      for (size_t i = 0; i < count(); ++i) {
        const Field& field = schema_fields()[i];
        if (!made_.texts[i] && field.size == size) layout.fields[i].offset = take(field.byte_size());
      }
    }
    end = aligned(end, 8);
    layout.fixed_bytes = end;
    // Texts that are not fetched from the program.
    for (size_t i = 0; i < count(); ++i) {
      if (made_.texts[i]) made_.texts[i]->at = take(own_bytes(i));
    }
    made_.first_text = end;
    for (size_t i = 0; i < count(); ++i) {
      if (made_.texts[i]) end += made_.texts[i]->room * schema_fields()[i].values();
    }
    layout.longest = end + stack_bytes(options_);
  }

  // A multiple of 8: of a text that stands among the fields.
  uint32_t own_bytes(size_t field) const {
    const BpfText& text = *made_.texts[field];
    if (text.end == BpfText::End::TaskName) return kTaskNameBytes;
    if (text.end != BpfText::End::Constant) return 0;
    size_t longest = 0;
    for (const auto& set : made_.sets) longest = std::max(longest, set[field].operations.front().name.size());
    return aligned(static_cast<uint32_t>(longest) + 1, 8);
  }

  const ProbePlan& plan_;
  const BpfOptions& options_;
  BpfFields made_;
};

}  // namespace

BpfFields bpf_fields(const ProbePlan& plan, const BpfOptions& options) {
  return FieldsBuilder(plan, options).run();
}

}  // namespace uproar
