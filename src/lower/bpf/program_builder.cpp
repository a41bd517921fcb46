#include "lower/bpf/program_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "event/bpf_abi.h"
#include "lower/bpf/bpf_assembler.h"
#include "lower/bpf/bpf_frame.h"
#include "lower/bpf/fetch_code.h"
#include "lower/bpf/stack_code.h"

namespace uproar {
namespace {

using Register = BpfRegister;
using Label = BpfAssembler::Label;

constexpr int32_t kNoWakeup = 1;  // BPF_RB_NO_WAKEUP: the reader looks by itself

// One program, for sets that are numbered without a gap: those whose record is on the stack first.
class ProgramBuilder {
 public:
  ProgramBuilder(const std::vector<BpfLoweredEvent>& events, const std::vector<BpfSet>& sets,
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
    tail_call_ = code_.label();
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
  const ProbePlan& plan_of(uint32_t set) const { return *events_[sets_[set].event].plan; }

  // kEnd = number of the set, kCounters = those of the CPU
  void begin() {
    code_.part("cookie");
    code_.move(kContext, Register::R1);
    code_.set(Register::R0, 0);
    code_.jump_if(BpfCondition::NotEqual, Register::R0, 0, tail_call_);
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
    const BpfSet& set = sets_[number];
    const BpfLoweredEvent& event = events_[set.event];
    const ProbePlan& plan = *event.plan;
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
    if (event.fields.layout.stack_at != 0) {
      code_.set(Register::R1, set.caller);
      code_.store(8, kFrame, kCaller, Register::R1);
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

  // Since 6.13 the kernel gives a program of 64 bytes of stack and more one for each CPU instead of the task's (kernel:
  // kernel/bpf/verifier.c bpf_enable_priv_stack), sleepable ones too: while one sleeps, the next one on the CPU would write over
  // what it keeps there. It does not do so to programs in which there is a tail call, though nothing leads to it: the verifier
  // never follows the branch, and takes what is behind it out of the program.
  void keep_own_stack() {
    code_.part("never: a tail call keeps the stack the task's own");
    code_.bind(tail_call_);
    code_.call(BpfHelper::TailCall);
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
    code_.jump(out_);
    keep_own_stack();
    code_.part("out");
    code_.bind(out_);
    code_.set(Register::R0, options_.keep_event_for_others ? 1 : 0);
    code_.exit();
  }

  const std::vector<BpfLoweredEvent>& events_;
  const std::vector<BpfSet>& sets_;
  const BpfOptions& options_;
  BpfAssembler code_;
  std::map<uint32_t, Label> labels_;  // by set
  Label out_ = 0, no_room_ = 0, no_slot_ = 0, lost_ = 0, tail_call_ = 0;
};

}  // namespace

std::optional<BpfProgram> build_program(const std::vector<BpfLoweredEvent>& events,
                                        const std::vector<BpfSet>& sets, const BpfOptions& options,
                                        uint32_t first, uint32_t last) {
  return ProgramBuilder(events, sets, options).run(first, last);
}

}  // namespace uproar
