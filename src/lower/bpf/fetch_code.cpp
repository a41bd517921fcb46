#include "lower/bpf/fetch_code.h"

#include <algorithm>
#include <bit>

#include "base/result.h"
#include "lower/tracefs/argument_traits.h"

namespace uproar {
namespace {

using Kind = FetchOperation::Kind;

// No process has memory there, nor within 2 GiB of it: the kernel refuses to read by its highest bit (x86-64) or by bit
// 55 (arm64). What cannot be followed is replaced by it, so that the read behind it fails and says so.
constexpr uint64_t kBadAddress = 0xffff'8000'0000'0000;

}  // namespace

FetchCode::FetchCode(BpfAssembler& code, const BpfFields& fields, size_t set, uint64_t file_offset,
                     const BpfOptions& options, BpfRecordPlace record)
    : code_(code),
      fields_(fields),
      set_(set),
      file_offset_(file_offset),
      options_(options),
      registers_(*machine_registers(options.machine)),
      record_(record) {}

void FetchCode::begin() {
  const BpfLayout& layout = fields_.layout;
  if (layout.fault_words != 0) code_.set(Register::R1, 0);
  for (uint32_t i = 0; i < layout.fault_words; ++i)
    code_.store(8, record_.base, record_.at(layout.faults_at + 8 * i), Register::R1);
  code_.set(kEnd, fields_.first_text);
}

void FetchCode::finish() {
  for (size_t i = 0; i < cold_.size(); ++i) {
    const auto block = std::move(cold_[i]);
    block();
  }
  cold_.clear();
}

FetchCode::Access FetchCode::access_of(uint32_t field) const {
  Access access;
  const auto& operations = argument(field).operations;
  access.source = &operations.front();
  if (access.source->kind == Kind::StackSlot) access.steps.push_back(access.source->number * 8);
  if (access.source->kind == Kind::Address || access.source->kind == Kind::FileOffset)
    access.steps.push_back(0);
  for (size_t i = 1; i < operations.size(); ++i) access.steps.push_back(operations[i].number);
  return access;
}

// All but what is added before the last read.
bool FetchCode::same_pointer(const Access& a, const Access& b) {
  const FetchOperation& x = *a.source;
  const FetchOperation& y = *b.source;
  const bool on_stack = (x.kind == Kind::StackSlot || x.kind == Kind::StackPointer) &&
                        (y.kind == Kind::StackSlot || y.kind == Kind::StackPointer);
  if (!on_stack && (x.kind != y.kind || x.number != y.number || x.name != y.name || x.index != y.index ||
                    x.scale != y.scale))
    return false;
  return a.steps.size() == b.steps.size() &&
         std::equal(a.steps.begin(), a.steps.end() - 1, b.steps.begin(), b.steps.end() - 1);
}

FetchCode::Place FetchCode::place_of(uint32_t field, uint32_t more) const {
  return {record_.base, record_.at(fields_.layout.fields[field].offset + more)};
}

void FetchCode::name(uint32_t field) {
  code_.part(argument(field).name);
}

void FetchCode::address_of(Register to, Place place) {
  code_.move(to, place.base);
  code_.apply(BpfOperation::Add, to, place.offset);
}

// r3 += number
void FetchCode::add_to_address(int64_t number) {
  if (number == 0) return;
  if (number == static_cast<int32_t>(number)) {
    code_.apply(BpfOperation::Add, Register::R3, static_cast<int32_t>(number));
  } else {
    code_.set(Register::R1, static_cast<uint64_t>(number));
    code_.apply(BpfOperation::Add, Register::R3, Register::R1);
  }
}

void FetchCode::probed_address() {
  if (fields_.layout.schema.is_return) {
    code_.move(Register::R1, kContext);
    code_.call(BpfHelper::GetFuncIp);
    code_.move(Register::R3, Register::R0);
  } else {
    code_.load(8, Register::R3, kContext, static_cast<int32_t>(registers_.instruction_pointer));
  }
}

// r3 = one, or the sum of two of which one is scaled
void FetchCode::registers(const FetchOperation& operation) {
  const auto load = [this](Register to, const std::string& name) {
    const auto offset = register_offset(options_.machine, name);
    CHECK(offset.has_value());  // fit_to_bpf saw to that
    code_.load(8, to, kContext, static_cast<int32_t>(*offset));
  };
  load(Register::R3, operation.index.empty() ? operation.name : operation.index);
  if (operation.index.empty()) return;
  if (operation.scale > 1)
    code_.apply(BpfOperation::ShiftLeft, Register::R3, std::countr_zero(operation.scale));
  if (operation.name.empty()) return;
  load(Register::R1, operation.name);
  code_.apply(BpfOperation::Add, Register::R3, Register::R1);
}

// r3 = the first value
void FetchCode::source(const FetchOperation& operation) {
  const auto from_context = [this](uint32_t offset) {
    code_.load(8, Register::R3, kContext, static_cast<int32_t>(offset));
  };
  switch (operation.kind) {
    case Kind::Register:
      return registers(operation);
    case Kind::StackPointer:
    case Kind::StackSlot:
      return from_context(registers_.stack_pointer);
    case Kind::ReturnValue:
      return from_context(registers_.return_value);
    case Kind::Immediate:
    case Kind::Address:
      return code_.set(Register::R3, static_cast<uint64_t>(operation.number));
    case Kind::FileOffset:
      probed_address();
      return add_to_address(operation.number - static_cast<int64_t>(file_offset_));
    case Kind::TaskName:
    case Kind::ImmediateString:
    case Kind::Dereference:
      break;
  }
  CHECK(operation.kind != Kind::Dereference);
}

// Reads so many bytes at r3: goes to `ok` if that works, on behind the instructions if not; the bytes are zeros then
// (kernel: kernel/trace/bpf_trace.c bpf_probe_read_user_common). This way round the verifier sees the path of which it
// knows less first, and has nothing new to see on the other.
void FetchCode::read(Place to, uint32_t bytes, Label ok) {
  if (options_.sleepable) code_.store(8, kFrame, kAddress, Register::R3);
  address_of(Register::R1, to);
  code_.set(Register::R2, bytes);
  code_.call(BpfHelper::ProbeReadUser);
  code_.jump_if(BpfCondition::Equal, Register::R0, 0, ok);
  if (!options_.sleepable) return;
  address_of(Register::R1, to);
  code_.set(Register::R2, bytes);
  code_.load(8, Register::R3, kFrame, kAddress);
  code_.call(BpfHelper::CopyFromUser);
  code_.jump_if(BpfCondition::Equal, Register::R0, 0, ok);
}

// r3 = the pointer that stands at r3; where none can be read one that cannot be followed, and on at `bad`.
void FetchCode::follow(Label bad) {
  const Label ok = code_.label();
  read({kFrame, kValue}, 8, ok);
  code_.set(Register::R3, kBadAddress);
  code_.jump(bad);
  code_.bind(ok);
  code_.load(8, Register::R3, kFrame, kValue);
}

// r3 = what the last step is added to
void FetchCode::pointer(const Access& access) {
  source(*access.source);
  const Label bad = code_.label();
  for (size_t i = 0; i + 1 < access.steps.size(); ++i) {
    add_to_address(access.steps[i]);
    follow(bad);
  }
  code_.bind(bad);
}

void FetchCode::set_fault(uint32_t field) {
  if (fields_.layout.fault_words == 0) return;
  const int32_t word = record_.at(fields_.layout.faults_at + field / 64 * 8);
  code_.load(8, Register::R1, record_.base, word);
  code_.set(Register::R2, uint64_t{1} << field % 64);
  code_.apply(BpfOperation::Or, Register::R1, Register::R2);
  code_.store(8, record_.base, word, Register::R1);
}

void FetchCode::fetch(const std::vector<uint32_t>& fields) {
  std::vector<std::vector<Wanted>> groups;
  for (const uint32_t field : fields) {
    if (fields_.texts[field]) continue;
    Wanted wanted{field, access_of(field)};
    if (wanted.access.steps.empty()) {
      fetch_value(field, wanted.access);
      continue;
    }
    const auto known = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return same_pointer(group.front().access, wanted.access);
    });
    if (known == groups.end()) {
      groups.push_back({std::move(wanted)});
    } else {
      known->push_back(std::move(wanted));
    }
  }
  for (const auto& group : groups) fetch_group(group);
  for (const uint32_t field : fields) {
    if (fields_.texts[field]) fetch_text(field);
  }
}

// r3, of which what is above the container does not count, becomes the bitfield.
void FetchCode::take_bits(const ValueType& type) {
  if (type.kind != ValueType::Kind::Bitfield) return;
  const int32_t above = 64 - type.bit_offset - type.bit_width;
  if (above > 0) code_.apply(BpfOperation::ShiftLeft, Register::R3, above);
  if (type.bit_width < 64) code_.apply(BpfOperation::ShiftRight, Register::R3, 64 - type.bit_width);
}

void FetchCode::fetch_value(uint32_t field, const Access& access) {
  name(field);
  source(*access.source);
  take_bits(argument(field).type);
  const Place place = place_of(field);
  code_.store(schema_field(field).size, place.base, place.offset, Register::R3);
}

std::string FetchCode::names_of(const std::vector<Wanted>& group) const {
  std::string names;
  for (const Wanted& each : group) names += (names.empty() ? "" : ", ") + argument(each.field).name;
  return names;
}

void FetchCode::fetch_group(const std::vector<Wanted>& group) {
  if (group.size() == 1) {
    name(group.front().field);
    pointer(group.front().access);
    add_to_address(group.front().access.steps.back());
    return fetch_number(group.front().field);
  }
  code_.part("pointer to " + names_of(group));
  pointer(group.front().access);
  code_.store(8, kFrame, kBase, Register::R3);
  // Neighbours are read with one call.
  std::vector<Wanted> rest(group);
  std::stable_sort(rest.begin(), rest.end(), [](const Wanted& a, const Wanted& b) {
    return a.access.steps.back() < b.access.steps.back();
  });
  std::vector<Wanted> together;
  const auto flush = [&] {
    fetch_together(together);
    together.clear();
  };
  for (const Wanted& each : rest) {
    const int64_t at = each.access.steps.back();
    const uint32_t size = schema_field(each.field).size;
    // Scratch memory is read as it is aligned.
    const bool fits = schema_field(each.field).count == 0 && at % size == 0;
    const bool is_near =
        fits && !together.empty() &&
        at + int64_t{size} - (together.front().access.steps.back() & -8) <= int64_t{kScratchBytes};
    if (!together.empty() && !is_near) flush();
    together.push_back(each);
    if (!fits) flush();
  }
  if (!together.empty()) flush();
}

// Fields whose bytes fit the scratch, or one alone; kBase has what their last steps are added to.
void FetchCode::fetch_together(const std::vector<Wanted>& group) {
  const auto one_by_one = [&] {
    for (const Wanted& each : group) {
      name(each.field);
      code_.load(8, Register::R3, kFrame, kBase);
      add_to_address(each.access.steps.back());
      fetch_number(each.field);
    }
  };
  if (group.size() == 1) return one_by_one();
  code_.part(names_of(group) + " at once");
  const int64_t begin = group.front().access.steps.back() & -8;
  int64_t end = begin;
  for (const Wanted& each : group)
    end = std::max(end, each.access.steps.back() + int64_t{schema_field(each.field).size});
  const Label ok = code_.label();
  const Label next = code_.label();
  code_.load(8, Register::R3, kFrame, kBase);
  add_to_address(begin);
  read({kFrame, kScratch}, static_cast<uint32_t>(end - begin), ok);
  one_by_one();
  code_.jump(next);
  code_.part("from what was read at once");
  code_.bind(ok);
  for (const Wanted& each : group) {
    const uint32_t size = schema_field(each.field).size;
    const Place place = place_of(each.field);
    code_.load(size, Register::R3, kFrame, kScratch + static_cast<int32_t>(each.access.steps.back() - begin));
    take_bits(argument(each.field).type);
    code_.store(size, place.base, place.offset, Register::R3);
  }
  code_.bind(next);
}

// At r3.
void FetchCode::fetch_number(uint32_t field) {
  const Field& shape = schema_field(field);
  const ValueType& type = argument(field).type;
  const bool is_bitfield = type.kind == ValueType::Kind::Bitfield;
  if (shape.count != 0) return is_bitfield ? fetch_bitfields(field) : fetch_array(field);
  const Place place = place_of(field);
  const Label ok = code_.label();
  read(place, shape.size, ok);
  set_fault(field);
  if (!is_bitfield) return code_.bind(ok);
  const Label next = code_.label();
  code_.jump(next);
  code_.bind(ok);
  code_.load(shape.size, Register::R3, place.base, place.offset);
  take_bits(type);
  code_.store(shape.size, place.base, place.offset, Register::R3);
  code_.bind(next);
}

void FetchCode::fetch_array(uint32_t field) {
  const uint32_t bytes = schema_field(field).byte_size();
  const Label ok = code_.label();
  if (fields_.is_partial[field]) {
    // What the program has of the array may end before what is fetched does, and its memory with it: the memory of the
    // first page is enough then.
    code_.store(8, kFrame, kLength, Register::R3);
  }
  read(place_of(field), bytes, ok);
  if (fields_.is_partial[field] && bytes > 1 && bytes <= kPageBytes) {
    const Label fault = code_.label();
    code_.load(8, Register::R3, kFrame, kLength);
    code_.move(Register::R2, Register::R3);
    code_.apply(BpfOperation::And, Register::R2, kPageBytes - 1);
    code_.set(Register::R1, kPageBytes);
    code_.apply(BpfOperation::Subtract, Register::R1, Register::R2);
    code_.move(Register::R2, Register::R1);
    code_.jump_if(BpfCondition::AboveOrEqual, Register::R2, static_cast<int32_t>(bytes), fault);
    address_of(Register::R1, place_of(field));
    code_.call(options_.sleepable ? BpfHelper::CopyFromUser : BpfHelper::ProbeReadUser);
    code_.jump_if(BpfCondition::Equal, Register::R0, 0, ok);
    code_.bind(fault);
  }
  set_fault(field);
  code_.bind(ok);
}

// The elements after one another, as each has its bits taken out.
void FetchCode::fetch_bitfields(uint32_t field) {
  const Field& shape = schema_field(field);
  const Label ok = code_.label();
  const Label next = code_.label();
  read(place_of(field), shape.byte_size(), ok);
  set_fault(field);
  code_.jump(next);
  code_.bind(ok);
  for (uint32_t i = 0; i < shape.count; ++i) {
    const Place place = place_of(field, i * shape.size);
    code_.load(shape.size, Register::R3, place.base, place.offset);
    take_bits(argument(field).type);
    code_.store(shape.size, place.base, place.offset, Register::R3);
  }
  code_.bind(next);
}

}  // namespace uproar
