// The instructions that drop a hit which a filter does not let through. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/bpf_fields.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/event_filter.h"

namespace uproar {

// What a filter looks at.
struct FilterNeeds {
  std::vector<uint32_t> fields;  // to be fetched before it runs, each once
  std::vector<uint32_t> texts;   // those of them that are strings: FetchCode::keep_texts
};

// Error, underlined in `text`: a comparison that programs cannot make.
Result<FilterNeeds> filter_needs(const EventFilter& filter, std::string_view text, const BpfFields& fields);

// Goes to `dropped` if the filter does not hold, else on behind the instructions. `needs` were fetched.
void filter_code(BpfAssembler& code, const EventFilter& filter, const FilterNeeds& needs,
                 const BpfFields& fields, std::string_view machine, BpfRecordPlace record,
                 BpfAssembler::Label dropped);

}  // namespace uproar
