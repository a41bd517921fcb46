#include "lower/bpf/lower_bpf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "event/bpf_abi.h"
#include "lower/bpf/bpf_check.h"
#include "lower/bpf/bpf_fields.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/event_filter.h"
#include "lower/bpf/filter_code.h"
#include "lower/bpf/program_builder.h"

namespace uproar {
namespace {

// Bytes that are fetched to where only the running program knows are for maps: kernels before 6.3 want to know which bytes of
// the stack were written.
bool needs_slot(const BpfFields& fields) {
  const bool has_strings = std::any_of(fields.texts.begin(), fields.texts.end(),
                                       [](const auto& text) { return text && text->room != 0; });
  const bool has_stack = fields.layout.stack_at != 0 || fields.layout.stack_copy_at != 0;
  return has_strings || has_stack || fields.layout.longest > kMostOnStack;
}

bool asks_for_file_offset(const std::vector<FetchArgument>& set) {
  return std::any_of(set.begin(), set.end(), [](const FetchArgument& argument) {
    return argument.operations.front().kind == FetchOperation::Kind::FileOffset;
  });
}

bool is_entry(const ProbePlan& plan, const ProbeSite& site) {
  return !plan.is_return && !site.symbol.empty() && site.symbol_offset == 0 && site.slid_by == 0;
}

// The verifier walks a chain frame by frame for each set: some 9,000 instructions of the million that it looks at.
constexpr uint32_t kMostSetsWithChain = 50;

class Lowering {
 public:
  Lowering(std::span<const BpfEvent> events, const BpfOptions& options) : asked_(events), options_(options) {
    for (const BpfEvent& event : events) events_.push_back({event.plan, {}, false, {}, {}});
  }

  Result<BpfPrograms> run() {
    made_.cpus = options_.cpus;
    for (size_t i = 0; i < events_.size(); ++i) {
      BpfLoweredEvent& event = events_[i];
      TRY(check_for_bpf(*event.plan, options_.machine));
      event.fields = bpf_fields(*event.plan, options_);
      event.in_slot = needs_slot(event.fields);
      TRY(add_filter(asked_[i].filter, event));
      if (event.in_slot)
        made_.slot_bytes =
            std::max<uint32_t>(made_.slot_bytes, sizeof(uproar_slot) + event.fields.layout.longest);
    }
    made_.slot_bytes = (made_.slot_bytes + 7) / 8 * 8;
    made_.events.resize(events_.size());
    number_sets();
    TRY(build_programs());
    describe();
    return std::move(made_);
  }

 private:
  void number_sets() {
    for (const bool is_return : {false, true}) {
      for (const bool in_slot : {false, true}) {
        for (uint32_t event = 0; event < events_.size(); ++event) {
          if (plan(event).is_return == is_return && events_[event].in_slot == in_slot) add_sets(event);
        }
      }
      ends_.push_back(static_cast<uint32_t>(sets_.size()));
    }
    for (const BpfSet& set : sets_) made_.set_events.push_back(set.event);
  }

  static Result<void> add_filter(const std::string& text, BpfLoweredEvent& event) {
    if (text.find_first_not_of(" \t\n") == std::string::npos) return {};
    TRY_ASSIGN(event.filter, parse_event_filter(text, event.fields.layout.schema));
    TRY_ASSIGN(event.needs, filter_needs(*event.filter, text, event.fields));
    return {};
  }

  const ProbePlan& plan(uint32_t event) const { return *events_[event].plan; }

  uint32_t caller_at(uint32_t event, uint32_t site) const {
    const std::vector<uint32_t>& callers = asked_[event].callers;
    if (site < callers.size()) return callers[site];
    return is_entry(plan(event), plan(event).sites[site]) ? 1 : 0;
  }

  void add_sets(uint32_t event) {
    std::map<std::tuple<uint32_t, uint64_t, uint32_t>, size_t> known;
    const auto& sites = plan(event).sites;
    for (uint32_t site = 0; site < sites.size(); ++site) {
      const uint32_t argument_set = sites[site].argument_set;
      const bool counts_from_site = asks_for_file_offset(events_[event].fields.sets[argument_set]);
      const uint64_t file_offset = counts_from_site ? sites[site].file_offset : 0;
      const uint32_t caller = events_[event].fields.layout.stack_at != 0 ? caller_at(event, site) : 0;
      const auto [place, is_new] = known.try_emplace({argument_set, file_offset, caller}, sets_.size());
      if (is_new) sets_.push_back({event, argument_set, file_offset, caller, {}});
      sets_[place->second].sites.push_back(site);
    }
  }

  Result<void> build_programs() {
    uint32_t first = 0;
    for (const uint32_t end : ends_) {
      if (end > first) TRY(build(first, end - 1));
      first = end;
    }
    return {};
  }

  Result<void> build(uint32_t first, uint32_t last) {
    const bool walks = options_.stack == BpfOptions::Stack::FramePointers;
    const bool may_fit = !walks || last - first < kMostSetsWithChain;
    if (auto program = may_fit ? build_program(events_, sets_, options_, first, last) : std::nullopt) {
      for (uint32_t set = first; set <= last; ++set)
        program_of_.push_back(static_cast<uint32_t>(made_.programs.size()));
      made_.programs.push_back(std::move(*program));
      return {};
    }
    if (first == last) return too_long(plan(sets_[first].event));
    const uint32_t middle = first + (last - first + 1) / 2;
    TRY(build(first, middle - 1));
    return build(middle, last);
  }

  Error too_long(const ProbePlan& of) const {
    return Error{fmt::format("the program for {}:{} would have more than {} instructions", of.group, of.event,
                             options_.most_instructions),
                 {},
                 "spread the arguments over two events at one place",
                 E2BIG};
  }

  void describe() {
    for (uint32_t i = 0; i < events_.size(); ++i) {
      made_.events[i].layout = events_[i].fields.layout;
      made_.events[i].cookies.resize(plan(i).sites.size());
      made_.events[i].programs.resize(plan(i).sites.size());
    }
    for (uint32_t set = 0; set < sets_.size(); ++set) {
      BpfEventCode& event = made_.events[sets_[set].event];
      for (const uint32_t site : sets_[set].sites) {
        event.cookies[site] = UPROAR_COOKIE(set, site);
        event.programs[site] = program_of_[set];
      }
    }
  }

  std::span<const BpfEvent> asked_;
  const BpfOptions& options_;
  std::vector<BpfLoweredEvent> events_;
  std::vector<BpfSet> sets_;
  std::vector<uint32_t> ends_;        // of the entry sets, of the return sets
  std::vector<uint32_t> program_of_;  // by set
  BpfPrograms made_;
};

}  // namespace

Result<BpfPrograms> lower_bpf(std::span<const BpfEvent> events, const BpfOptions& options) {
  return Lowering(events, options).run();
}

}  // namespace uproar
