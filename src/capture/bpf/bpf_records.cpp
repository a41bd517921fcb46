#include "capture/bpf/bpf_records.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "event/helper_fields.h"
#include "event/user_stack.h"
#include "kernel/proc/task_snapshot.h"
#include "lower/bpf/register_offsets.h"

namespace uproar {
namespace {

using Role = HelperField::Role;

// More CPUs than any kernel is built for: a record that names another one makes no sense.
constexpr uint32_t kMostCpus = 1 << 16;

// Whether something is recorded only so that a value can be told, and is shown to nobody.
bool has_hidden_bytes(const EventSchema& schema) {
  return std::any_of(schema.fields.begin(), schema.fields.end(), [](const Field& field) {
    const auto helper = parse_helper_name(field.name);
    if (!helper) return false;
    switch (helper->role) {
      case Role::Pointer:
      case Role::Start:
      case Role::Via:
      case Role::Object:
      case Role::Tag:
      case Role::First:
      case Role::Last:
      case Role::Step:
      case Role::Span:
      case Role::Index:
      case Role::At:
      case Role::Skip:
        return true;
      default:
        return false;
    }
  });
}

// The kernel's names of the registers, by their numbers in DWARF.
constexpr std::array<std::string_view, 17> kX86 = {"ax", "dx",  "cx",  "bx",  "si",  "di",  "bp",  "sp", "r8",
                                                   "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ip"};

UserStack user_stack(const std::string& machine, std::span<const uint8_t> pt_regs) {
  UserStack stack;
  stack.machine = unwind_machine(machine);
  const auto take = [&](size_t number, std::string_view name) {
    const auto at = register_offset(machine, name);
    if (!at || *at + sizeof(uint64_t) > pt_regs.size()) return;
    uint64_t value = 0;
    std::memcpy(&value, pt_regs.data() + *at, sizeof value);
    stack.set(number, value);
  };
  const UnwindRegisters numbers = unwind_registers(stack.machine);
  if (numbers.count == kX86.size()) {
    for (size_t number = 0; number < kX86.size(); ++number) take(number, kX86[number]);
  } else if (numbers.count != 0) {
    for (size_t number = 0; number < 31; ++number) take(number, "x" + std::to_string(number));
    take(numbers.stack_pointer, "sp");
    take(numbers.program_counter, "pc");
  }
  return stack;
}

}  // namespace

BpfRecords::BpfRecords(const BpfEvents& events, const std::vector<uint32_t>& cpus, RecordSink& sink,
                       bool tells_tasks, BpfChains chains)
    : events_(events),
      sink_(sink),
      tells_tasks_(tells_tasks),
      chains_(std::move(chains)),
      arrived_(events.codes.size()),
      recorded_(events.codes.size()) {
  for (const uint32_t cpu : cpus) {
    if (cpus_.size() <= cpu) cpus_.resize(cpu + 1);
    cpus_[cpu] = true;
  }
  work_.reserve(events.codes.size());
  for (const BpfEventCode& code : events.made.events) {
    const EventSchema& schema = code.layout.schema;
    work_.push_back({BpfRecordReader(code.layout), Presentation(schema), has_hidden_bytes(schema)});
  }
}

Result<void> BpfRecords::take(std::span<const std::span<const uint8_t>> records) {
  batch_.clear();
  for (const auto& record : records) {
    Taken taken{{}, record};
    const BpfRecordStatus status = read_bpf_head(record, taken.head);
    if (status != BpfRecordStatus::Ok) {
      note_broken(status);
    } else if (UPROAR_COOKIE_SET(taken.head.cookie) >= events_.made.set_events.size() ||
               taken.head.cpu >= kMostCpus) {
      note_broken(BpfRecordStatus::UnknownEvent);
    } else {
      batch_.push_back(taken);
    }
  }
  sort_batch();
  for (const Taken& taken : batch_) TRY(hand_on(taken));
  return {};
}

// A program takes the time and then sends the record: another one of the same CPU may come between.
void BpfRecords::sort_batch() {
  last_ns_.assign(last_ns_.size(), 0);
  bool in_order = true;
  for (const Taken& taken : batch_) {
    if (last_ns_.size() <= taken.head.cpu) last_ns_.resize(taken.head.cpu + 1);
    in_order = in_order && taken.head.time >= last_ns_[taken.head.cpu];
    last_ns_[taken.head.cpu] = taken.head.time;
  }
  if (in_order) return;
  std::stable_sort(batch_.begin(), batch_.end(),
                   [](const Taken& a, const Taken& b) { return a.head.time < b.head.time; });
}

Result<void> BpfRecords::hand_on(Taken taken) {
  const uint32_t number = events_.made.set_events[UPROAR_COOKIE_SET(taken.head.cookie)];
  const uint32_t site = UPROAR_COOKIE_SITE(taken.head.cookie);
  const BpfEvents::Code& code = events_.codes[number];
  ++arrived_[number];
  if (!is_wanted(taken.head.cpu)) return {};
  // The recording counts the places of all definitions of the name, and knows those that were asked for.
  taken.head.cookie += code.first_place;
  const uint64_t slid_by = site < code.slid_by.size() ? code.slid_by[site] : 0;
  Work& work = work_[number];
  const BpfRecordStatus status = work.reader.read(taken.bytes, taken.head, slid_by);
  if (status != BpfRecordStatus::Ok) {
    note_broken(status);
    return {};
  }
  std::span<const uint8_t> bytes = work.reader.bytes();
  if (work.needs_tidying) {
    tidied_.assign(bytes.begin(), bytes.end());
    work.presentation.tidy(tidied_);
    bytes = tidied_;
  }
  ++recorded_[number];
  if (tells_tasks_) TRY(tell_task(taken.head.pid_tgid));
  const std::span<const uint64_t> chain = chain_of(work.reader, taken.head.pid_tgid);
  return sink_.add_record(taken.head.cpu, taken.head.time, code.event, bytes, chain);
}

std::span<const uint64_t> BpfRecords::chain_of(const BpfRecordReader& record, uint64_t pid_tgid) {
  if (chains_.recorder == nullptr) return record.stack();
  const auto pid = static_cast<int32_t>(pid_tgid >> 32);
  std::span<const uint64_t> chain = record.stack();
  if (chains_.copied_bytes != 0) {
    unwound_.clear();
    UserStack stack = user_stack(chains_.machine, record.registers());
    stack.bytes = record.copied_stack();
    stack.may_go_on = stack.bytes.size() >= chains_.copied_bytes;
    chains_.recorder->unwind(pid, stack, unwound_);
    chain = unwound_;
  }
  chains_.recorder->add_chain(pid, 0, chain);
  return chain;
}

// A task that has ended by now has no name any more.
Result<void> BpfRecords::tell_task(uint64_t pid_tgid) {
  if (!told_tasks_.insert(pid_tgid).second) return {};
  TaskInfo task;
  task.tid = static_cast<int32_t>(static_cast<uint32_t>(pid_tgid));
  task.pid = static_cast<int32_t>(pid_tgid >> 32);
  task.comm = task_in("/proc/" + std::to_string(task.pid) + "/task/" + std::to_string(task.tid)).comm;
  return sink_.add_task(task);
}

void BpfRecords::note_broken(BpfRecordStatus fault) {
  ++broken_;
  fault_ = fault;
}

}  // namespace uproar
