// What a plan's event fetches by BPF, and where its records have it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "event/bpf_layout.h"
#include "event/helper_fields.h"
#include "lower/bpf/bpf_options.h"
#include "lower/tracefs/tracefs_arguments.h"
#include "plan/probe_plan.h"

namespace uproar {

// How long the string in a field is; indices are of fields.
struct BpfText {
  enum class End : uint8_t {
    Nul,     // where the program's string ends
    Helper,  // so many characters as the field `length` says, or from the index in `first` to that in `length`
    Object,    // the object in field `object` has the text in itself, or says how long it is elsewhere
    TaskName,  // 16 bytes
    Constant,  // the plan has its bytes
  };
  End end = End::Nul;
  uint32_t length = 0;
  bool is_limit = false;  // `length` only bounds it: it may end before, at its NUL
  std::optional<uint32_t> first;
  uint32_t object = 0;
  uint8_t character_bytes = 1;
  TextForm::Layout layout = TextForm::Layout::None;
  uint32_t longest = 0;  // bytes that are fetched at most, NUL counted where there is one to be read
  uint32_t room = 0;     // bytes that are kept free for it behind the fields
  uint32_t at = 0;       // TaskName, Constant: where it stands in the record
};

struct BpfFields {
  // By argument set, then by field: the schema's fields but for __place, __faults and __cuts.
  std::vector<std::vector<FetchArgument>> sets;
  BpfLayout layout;
  std::vector<std::optional<BpfText>> texts;  // by field
  uint32_t first_text = 0;                    // where the bytes of the first string go that is fetched
  std::vector<bool> is_partial;  // by field: an array of which the program may have less than is fetched
};

BpfFields bpf_fields(const ProbePlan& plan, const BpfOptions& options);

// The most bytes of a string.
inline constexpr uint32_t kLongestBpfText = 65535;

}  // namespace uproar
