#include "lower/bpf/lower_bpf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "event/bpf_abi.h"
#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/bpf_check.h"
#include "lower/bpf/bpf_fields.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/event_filter.h"
#include "lower/bpf/fetch_code.h"
#include "lower/bpf/filter_code.h"
#include "lower/bpf/stack_code.h"

namespace uproar {
namespace {

using Register = BpfRegister;
using Label = BpfAssembler::Label;

constexpr int32_t kNoWakeup = 1;  // BPF_RB_NO_WAKEUP: the reader looks by itself

// One argument set of an event as it is fetched at some of its sites.
struct Set {
  uint32_t event = 0;
  uint32_t argument_set = 0;
  uint64_t file_offset = 0;  // of the sites, where it matters
  bool at_entry = false;     // where it matters: they are first instructions of functions
  std::vector<uint32_t> sites;
};

struct LoweredEvent {
  const BpfEvent* event = nullptr;
  BpfFields fields;
  bool in_slot = false;
  std::optional<EventFilter> filter;
  FilterNeeds needs;  // of the filter
};

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

// One program, for sets that are numbered without a gap: those whose record is on the stack first.
class ProgramBuilder {
 public:
  ProgramBuilder(const std::vector<LoweredEvent>& events, const std::vector<Set>& sets,
                 const BpfOptions& options)
      : events_(events), sets_(sets), options_(options) {}

  // Nothing: it would have more instructions than one may have.
  std::optional<BpfProgram> run(uint32_t first, uint32_t last) {
    BpfProgram program;
    program.is_return = plan_of(first).is_return;
    program.is_sleepable = options_.sleepable;
    program.name = program.is_return ? "uproar_return" : "uproar_entry";
    out_ = code_.label();
    no_room_ = code_.label();
    no_slot_ = code_.label();
    lost_ = code_.label();
    begin();
    uint32_t slotted = first;  // the first of those with a slot
    while (slotted <= last && !events_[sets_[slotted].event].in_slot) ++slotted;
    const bool on_stack = slotted > first;
    const bool in_slot = slotted <= last;
    for (uint32_t set = first; set <= last; ++set) labels_[set] = code_.label();
    const Label slots = code_.label();
    if (on_stack && in_slot)
      code_.jump_if(BpfCondition::AboveOrEqual, kEnd, static_cast<int32_t>(slotted), slots);
    if (on_stack) dispatch(first, slotted - 1);
    code_.bind(slots);
    if (in_slot) {
      claim_slot();
      dispatch(slotted, last);
    }
    if (on_stack) emit_sets(first, slotted - 1, BpfRecordPlace::on_stack());
    if (in_slot) emit_sets(slotted, last, BpfRecordPlace::in_slot());
    end(in_slot);
    if (code_.size() > options_.most_instructions || !std::move(code_).finish(program)) return std::nullopt;
    return program;
  }

 private:
  const ProbePlan& plan_of(uint32_t set) const { return *events_[sets_[set].event].event->plan; }

  // kEnd = number of the set, kCounters = those of the CPU
  void begin() {
    code_.part("cookie");
    code_.move(kContext, Register::R1);
    code_.call(BpfHelper::GetAttachCookie);
    code_.store(8, kFrame, kCookie, Register::R0);
    code_.move(kEnd, Register::R0);
    code_.apply(BpfOperation::ShiftRight, kEnd, 32);
    code_.part("task");
    code_.call(BpfHelper::GetCurrentPidTgid);
    code_.store(8, kFrame, kTask, Register::R0);
    check_task();
    code_.part("counters");
    code_.call(BpfHelper::GetSmpProcessorId);
    code_.store(8, kFrame, kCpu, Register::R0);
    code_.jump_if(BpfCondition::AboveOrEqual, Register::R0, static_cast<int32_t>(options_.cpus), out_);
    code_.apply(BpfOperation::Multiply, Register::R0, sizeof(uproar_counters));
    code_.map_value(kCounters, BpfMap::Counters, 0);
    code_.apply(BpfOperation::Add, kCounters, Register::R0);
  }

  // r0 = process << 32 | thread
  void check_task() {
    const BpfTasks& tasks = options_.tasks;
    if (tasks.everybody && tasks.but_not == 0) return;
    code_.move(Register::R1, Register::R0);
    code_.apply(BpfOperation::ShiftRight, Register::R1, 32);
    if (tasks.but_not != 0)
      code_.jump_if(BpfCondition::Equal, Register::R1, static_cast<int32_t>(tasks.but_not), out_);
    if (tasks.everybody) return;
    const Label wanted = code_.label();
    for (const uint32_t process : tasks.processes)
      code_.jump_if(BpfCondition::Equal, Register::R1, static_cast<int32_t>(process), wanted);
    if (!tasks.threads.empty()) {
      code_.apply(BpfOperation::ShiftLeft, Register::R0, 32);
      code_.apply(BpfOperation::ShiftRight, Register::R0, 32);
    }
    for (const uint32_t thread : tasks.threads)
      code_.jump_if(BpfCondition::Equal, Register::R0, static_cast<int32_t>(thread), wanted);
    if (tasks.by_map) {
      code_.store(4, kFrame, kKey, Register::R1);
      look_up_task(false, wanted);
      code_.load(4, Register::R1, kFrame, kTask);
      code_.store(4, kFrame, kKey, Register::R1);
      look_up_task(true, wanted);
    }
    code_.jump(out_);
    code_.bind(wanted);
  }

  void look_up_task(bool is_thread, Label found) {
    code_.store_number(4, kFrame, kKey + 4, is_thread ? 1 : 0);
    code_.map(Register::R1, BpfMap::Tasks);
    code_.move(Register::R2, kFrame);
    code_.apply(BpfOperation::Add, Register::R2, kKey);
    code_.call(BpfHelper::MapLookup);
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, found);
  }

  // kSlot = a slot of this CPU that nobody has; 0: there is none
  void claim_slot() {
    code_.part("slot");
    const Label none = code_.label();
    const Label got = code_.label();
    code_.load(8, Register::R0, kFrame, kCpu);
    code_.store(4, kFrame, kKey, Register::R0);
    for (unsigned attempt = 0; attempt < UPROAR_SLOTS; ++attempt) {
      if (attempt > 0) {
        code_.load(4, Register::R0, kFrame, kKey);
        code_.apply(BpfOperation::Add, Register::R0, static_cast<int32_t>(options_.cpus));
        code_.store(4, kFrame, kKey, Register::R0);
      }
      code_.map(Register::R1, BpfMap::Slots);
      code_.move(Register::R2, kFrame);
      code_.apply(BpfOperation::Add, Register::R2, kKey);
      code_.call(BpfHelper::MapLookup);
      code_.jump_if(BpfCondition::Equal, Register::R0, 0, none);
      code_.move(kSlot, Register::R0);
      code_.set(Register::R0, 0);
      code_.set(Register::R1, 1);
      code_.compare_exchange(kSlot, 0, Register::R1);
      code_.jump_if(BpfCondition::Equal, Register::R0, 0, got);
    }
    code_.bind(none);
    code_.set(kSlot, 0);
    code_.bind(got);
  }

  // To the code of the set in kEnd, by halving.
  void dispatch(uint32_t first, uint32_t last) {
    code_.part("which set");
    search(first, last);
  }
  void search(uint32_t first, uint32_t last) {
    if (first == last) return code_.jump(labels_[first]);
    const uint32_t middle = first + (last - first + 1) / 2;
    const Label upper = code_.label();
    code_.jump_if(BpfCondition::AboveOrEqual, kEnd, static_cast<int32_t>(middle), upper);
    search(first, middle - 1);
    code_.bind(upper);
    search(middle, last);
  }

  void emit_sets(uint32_t first, uint32_t last, BpfRecordPlace record) {
    const Label send = code_.label();
    const Label filtered = code_.label();
    bool has_filter = false;
    for (uint32_t set = first; set <= last && code_.size() <= options_.most_instructions; ++set) {
      emit_set(set, record, send, filtered);
      has_filter = has_filter || events_[sets_[set].event].filter;
    }
    if (has_filter) {
      code_.part("filtered");
      code_.bind(filtered);
      count(offsetof(uproar_counters, filtered));
      if (record.is_in_slot()) release_slot();
      code_.jump(out_);
    }
    const BpfLayout& layout = events_[sets_[first].event].fields.layout;
    emit_send(record, send, std::max(layout.stack_at, layout.stack_copy_at));
  }

  void emit_set(uint32_t number, BpfRecordPlace record, Label send, Label filtered) {
    const Set& set = sets_[number];
    const LoweredEvent& event = events_[set.event];
    const ProbePlan& plan = *event.event->plan;
    code_.part(fmt::format("set {}: {}:{}", number, plan.group, plan.event));
    code_.bind(labels_[number]);
    const uint64_t counters = uint64_t{set.event} * options_.cpus * sizeof(uproar_counters);
    if (counters != 0) code_.apply(BpfOperation::Add, kCounters, static_cast<int32_t>(counters));
    count(offsetof(uproar_counters, hits));
    if (record.is_in_slot()) code_.jump_if(BpfCondition::Equal, kSlot, 0, no_slot_);
    FetchCode fetch(code_, event.fields, set.argument_set, set.file_offset, options_, record);
    fetch.begin();
    if (plan.is_return) {
      code_.part("function");
      fetch.probed_address();
      code_.store(8, record.base, record.at(event.fields.layout.function_at), Register::R3);
    }
    std::vector<uint32_t> rest;
    const auto& first = event.needs.fields;
    for (uint32_t i = 0; i < event.fields.sets.front().size(); ++i) {
      if (std::find(first.begin(), first.end(), i) == first.end()) rest.push_back(i);
    }
    if (event.filter) {
      fetch.keep_texts(event.needs.texts);
      fetch.fetch(first);
      code_.part("filter");
      filter_code(code_, *event.filter, event.needs, event.fields, options_.machine, record, filtered);
    }
    fetch.fetch(rest);
    if (options_.stack == BpfOptions::Stack::FramePointers) {
      code_.set(Register::R1, set.at_entry ? 1 : 0);
      code_.store(8, kFrame, kAtEntry, Register::R1);
    }
    code_.jump(send);
    fetch.finish();
  }

  void count(size_t counter) {
    code_.set(Register::R1, 1);
    code_.atomic_add(kCounters, static_cast<int32_t>(counter), Register::R1);
  }

  // The head, and off it goes; its time last.
  void emit_send(BpfRecordPlace record, Label send, uint32_t stack_at) {
    code_.bind(send);
    if (stack_at != 0) stack_code(code_, options_, record, stack_at);
    code_.part(record.is_in_slot() ? "send from the slot" : "send from the stack");
    const auto put = [&](size_t at, unsigned bytes, Register from) {
      code_.store(bytes, record.base, record.at(static_cast<uint32_t>(at)), from);
    };
    const uint32_t ip = machine_registers(options_.machine)->instruction_pointer;
    code_.load(8, Register::R1, kFrame, kTask);
    put(offsetof(uproar_record, pid_tgid), 8, Register::R1);
    code_.load(8, Register::R1, kFrame, kCookie);
    put(offsetof(uproar_record, cookie), 8, Register::R1);
    code_.load(8, Register::R1, kContext, static_cast<int32_t>(ip));
    put(offsetof(uproar_record, ip), 8, Register::R1);
    code_.load(8, Register::R1, kFrame, kCpu);
    put(offsetof(uproar_record, cpu), 4, Register::R1);
    put(offsetof(uproar_record, length), 4, kEnd);
    code_.call(BpfHelper::KtimeGetNs);
    put(offsetof(uproar_record, time), 8, Register::R0);
    code_.map(Register::R1, BpfMap::Ring);
    code_.move(Register::R2, record.base);
    code_.apply(BpfOperation::Add, Register::R2, record.offset);
    code_.move(Register::R3, kEnd);
    code_.set(Register::R4, kNoWakeup);
    code_.call(BpfHelper::RingbufOutput);
    if (record.is_in_slot()) release_slot();
    code_.jump_if(BpfCondition::Equal, Register::R0, 0, out_);
    code_.jump(no_room_);
  }

  void release_slot() {
    code_.set(Register::R1, 0);
    code_.store(8, kSlot, offsetof(uproar_slot, taken), Register::R1);
  }

  void end(bool in_slot) {
    if (in_slot) {
      code_.part("no slot");
      code_.bind(no_slot_);
      count(offsetof(uproar_counters, no_slot));
      code_.jump(lost_);
    }
    code_.part("no room");
    code_.bind(no_room_);
    count(offsetof(uproar_counters, no_room));
    code_.part("lost");
    code_.bind(lost_);
    code_.call(BpfHelper::KtimeGetNs);
    code_.store(8, kCounters, offsetof(uproar_counters, last_lost), Register::R0);
    code_.load(8, Register::R1, kCounters, offsetof(uproar_counters, first_lost));
    code_.jump_if(BpfCondition::NotEqual, Register::R1, 0, out_);
    code_.store(8, kCounters, offsetof(uproar_counters, first_lost), Register::R0);
    code_.part("out");
    code_.bind(out_);
    code_.set(Register::R0, options_.keep_event_for_others ? 1 : 0);
    code_.exit();
  }

  const std::vector<LoweredEvent>& events_;
  const std::vector<Set>& sets_;
  const BpfOptions& options_;
  BpfAssembler code_;
  std::map<uint32_t, Label> labels_;  // by set
  Label out_ = 0, no_room_ = 0, no_slot_ = 0, lost_ = 0;
};

class Lowering {
 public:
  Lowering(std::span<const BpfEvent> events, const BpfOptions& options) : options_(options) {
    for (const BpfEvent& event : events) events_.push_back({&event, {}, false, {}, {}});
  }

  Result<BpfPrograms> run() {
    made_.cpus = options_.cpus;
    for (LoweredEvent& event : events_) {
      TRY(check_for_bpf(*event.event->plan, options_.machine));
      event.fields = bpf_fields(*event.event->plan, options_);
      event.in_slot = needs_slot(event.fields);
      TRY(add_filter(event));
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
    for (const Set& set : sets_) made_.set_events.push_back(set.event);
  }

  static Result<void> add_filter(LoweredEvent& event) {
    const std::string& text = event.event->filter;
    if (text.find_first_not_of(" \t\n") == std::string::npos) return {};
    TRY_ASSIGN(event.filter, parse_event_filter(text, event.fields.layout.schema));
    TRY_ASSIGN(event.needs, filter_needs(*event.filter, text, event.fields));
    return {};
  }

  const ProbePlan& plan(uint32_t event) const { return *events_[event].event->plan; }

  void add_sets(uint32_t event) {
    std::map<std::tuple<uint32_t, uint64_t, bool>, size_t> known;
    const auto& sites = plan(event).sites;
    for (uint32_t site = 0; site < sites.size(); ++site) {
      const uint32_t argument_set = sites[site].argument_set;
      const bool counts_from_site = asks_for_file_offset(events_[event].fields.sets[argument_set]);
      const uint64_t file_offset = counts_from_site ? sites[site].file_offset : 0;
      const bool at_entry =
          options_.stack == BpfOptions::Stack::FramePointers && is_entry(plan(event), sites[site]);
      const auto [place, is_new] = known.try_emplace({argument_set, file_offset, at_entry}, sets_.size());
      if (is_new) sets_.push_back({event, argument_set, file_offset, at_entry, {}});
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
    if (auto program = may_fit ? ProgramBuilder(events_, sets_, options_).run(first, last) : std::nullopt) {
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

  const BpfOptions& options_;
  std::vector<LoweredEvent> events_;
  std::vector<Set> sets_;
  std::vector<uint32_t> ends_;        // of the entry sets, of the return sets
  std::vector<uint32_t> program_of_;  // by set
  BpfPrograms made_;
};

}  // namespace

Result<BpfPrograms> lower_bpf(std::span<const BpfEvent> events, const BpfOptions& options) {
  return Lowering(events, options).run();
}

}  // namespace uproar
