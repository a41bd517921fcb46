#include "event/perf_record.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/byte_reader.h"

namespace uproar {

namespace {

using Bits = PerfSampleBits;

constexpr size_t kBuildIdBytes = 20;

// PERF_FORMAT_*
constexpr uint64_t kFormatTotalEnabled = 1, kFormatTotalRunning = 2, kFormatId = 4, kFormatGroup = 8,
                   kFormatLost = 16;

bool has(const PerfLayout& layout, uint64_t bit) {
  return (layout.sample_type & bit) != 0;
}

ByteReader body(std::span<const uint8_t> record) {
  return ByteReader(record.subspan(std::min(record.size(), kPerfRecordHeaderSize)));
}

// Bytes of the tail: one word for each of these bits.
size_t tail_size(const PerfLayout& layout) {
  constexpr uint64_t kInTail =
      Bits::kTid | Bits::kTime | Bits::kId | Bits::kStreamId | Bits::kCpu | Bits::kIdentifier;
  if (!layout.sample_id_all) return 0;
  return 8 * static_cast<size_t>(std::popcount(layout.sample_type & kInTail));
}

// Kernel: perf_event__output_id_sample.
PerfSampleId read_tail(std::span<const uint8_t> tail, const PerfLayout& layout) {
  ByteReader in(tail);
  PerfSampleId at;
  if (has(layout, Bits::kTid)) {
    at.pid = static_cast<int32_t>(in.u32());
    at.tid = static_cast<int32_t>(in.u32());
  }
  if (has(layout, Bits::kTime)) at.time_ns = in.u64();
  if (has(layout, Bits::kId)) at.id = in.u64();
  if (has(layout, Bits::kStreamId)) in.u64();
  if (has(layout, Bits::kCpu)) {
    at.cpu = in.u32();
    in.u32();
  }
  if (has(layout, Bits::kIdentifier)) at.id = in.u64();
  return at;
}

// The record without its tail; nothing where it is too short to have one.
struct Parts {
  bool whole = false;
  std::span<const uint8_t> body;
  PerfSampleId at;
};
Parts split(std::span<const uint8_t> record, const PerfLayout& layout) {
  const size_t tail = tail_size(layout);
  if (record.size() < kPerfRecordHeaderSize + tail) return {};
  const size_t body_size = record.size() - kPerfRecordHeaderSize - tail;
  return {true, record.subspan(kPerfRecordHeaderSize, body_size), read_tail(record.last(tail), layout)};
}

// A name that ends with NUL, padded to 8 bytes.
bool read_name(ByteReader& in, std::string_view& out) {
  const auto rest = in.bytes(in.remaining());
  const auto end = std::find(rest.begin(), rest.end(), uint8_t{0});
  if (in.failed() || end == rest.end()) return false;
  out = {reinterpret_cast<const char*>(rest.data()), static_cast<size_t>(end - rest.begin())};
  return true;
}

// Kernel: perf_output_read_one, perf_output_read_group.
bool skip_read(ByteReader& in, uint64_t format) {
  const uint64_t times =
      ((format & kFormatTotalEnabled) ? 1u : 0u) + ((format & kFormatTotalRunning) ? 1u : 0u);
  const uint64_t each = 1 + ((format & kFormatId) ? 1u : 0u) + ((format & kFormatLost) ? 1u : 0u);
  uint64_t words = each + times;
  if (format & kFormatGroup) {
    const uint64_t count = in.u64();
    if (in.failed() || count > in.remaining() / 8) return false;
    words = times + count * each;
  }
  in.bytes(words * 8);
  return !in.failed();
}

// Kernel: perf_output_sample; the registers are missing in a kernel thread.
bool read_user_stack(ByteReader& in, const PerfLayout& layout, PerfSample& out) {
  if (has(layout, Bits::kRegsUser)) {
    const uint64_t abi = in.u64();
    constexpr uint64_t k64Bit = 2;
    if (abi != 0) {
      const auto registers = in.bytes(8 * static_cast<uint64_t>(std::popcount(layout.regs_user)));
      if (abi == k64Bit) out.registers = registers;
    }
  }
  if (has(layout, Bits::kStackUser)) {
    const uint64_t size = in.u64();
    if (size != 0) {
      const auto bytes = in.bytes(size);
      const uint64_t filled = in.u64();
      if (in.failed() || filled > size) return false;
      out.stack = bytes.first(static_cast<size_t>(filled));
      out.stack_is_full = filled == size;
    }
  }
  return !in.failed();
}

}  // namespace

const char* describe(PerfStatus status) {
  switch (status) {
    case PerfStatus::Ok:
      return "ok";
    case PerfStatus::RecordShorterThanHeader:
      return "record is shorter than its header";
    case PerfStatus::RecordShorterThanFields:
      return "record is shorter than its fields";
    case PerfStatus::ChainOutsideRecord:
      return "call chain reaches beyond its record";
    case PerfStatus::RawOutsideRecord:
      return "raw data reaches beyond its record";
    case PerfStatus::ReadOutsideRecord:
      return "counter values reach beyond their record";
    case PerfStatus::StackOutsideRecord:
      return "copied stack reaches beyond its record";
    case PerfStatus::NameWithoutEnd:
      return "name in record has no end";
    case PerfStatus::BuildIdTooLong:
      return "build-id in record is too long";
  }
  return "unknown";
}

PerfRecordHeader read_perf_header(std::span<const uint8_t> record) {
  ByteReader in(record);
  PerfRecordHeader header;
  header.type = in.u32();
  header.misc = in.u16();
  header.size = in.u16();
  return header;
}

// Kernel: perf_output_sample.
PerfStatus parse_perf_sample(std::span<const uint8_t> record, const PerfLayout& layout, PerfSample& out) {
  if (record.size() < kPerfRecordHeaderSize) return PerfStatus::RecordShorterThanHeader;
  ByteReader in = body(record);
  out.at = {};
  out.ip = out.period = 0;
  out.has_raw = false;
  out.raw = {};
  out.registers = {};
  out.stack = {};
  out.stack_is_full = false;
  out.chain.clear();
  if (has(layout, Bits::kIdentifier)) out.at.id = in.u64();
  if (has(layout, Bits::kIp)) out.ip = in.u64();
  if (has(layout, Bits::kTid)) {
    out.at.pid = static_cast<int32_t>(in.u32());
    out.at.tid = static_cast<int32_t>(in.u32());
  }
  if (has(layout, Bits::kTime)) out.at.time_ns = in.u64();
  if (has(layout, Bits::kAddr)) in.u64();
  if (has(layout, Bits::kId)) out.at.id = in.u64();
  if (has(layout, Bits::kStreamId)) in.u64();
  if (has(layout, Bits::kCpu)) {
    out.at.cpu = in.u32();
    in.u32();
  }
  if (has(layout, Bits::kPeriod)) out.period = in.u64();
  if (in.failed()) return PerfStatus::RecordShorterThanFields;
  if (has(layout, Bits::kRead) && !skip_read(in, layout.read_format)) return PerfStatus::ReadOutsideRecord;
  if (has(layout, Bits::kCallchain)) {
    const uint64_t count = in.u64();
    if (in.failed() || count > in.remaining() / 8) return PerfStatus::ChainOutsideRecord;
    out.chain.reserve(static_cast<size_t>(count));
    for (uint64_t i = 0; i < count; ++i) out.chain.push_back(in.u64());
  }
  if (has(layout, Bits::kRaw)) {
    const uint32_t size = in.u32();
    out.raw = in.bytes(size);
    if (in.failed()) return PerfStatus::RawOutsideRecord;
    out.has_raw = true;
  }
  if (has(layout, Bits::kBranchStack)) return PerfStatus::Ok;
  return read_user_stack(in, layout, out) ? PerfStatus::Ok : PerfStatus::StackOutsideRecord;
}

PerfStatus parse_perf_task(std::span<const uint8_t> record, const PerfLayout& layout, PerfTaskRecord& out) {
  const Parts parts = split(record, layout);
  if (!parts.whole) return PerfStatus::RecordShorterThanFields;
  ByteReader in(parts.body);
  out.at = parts.at;
  out.pid = static_cast<int32_t>(in.u32());
  out.parent_pid = static_cast<int32_t>(in.u32());
  out.tid = static_cast<int32_t>(in.u32());
  out.parent_tid = static_cast<int32_t>(in.u32());
  out.time_ns = in.u64();
  return in.failed() ? PerfStatus::RecordShorterThanFields : PerfStatus::Ok;
}

PerfStatus parse_perf_comm(std::span<const uint8_t> record, const PerfLayout& layout, PerfCommRecord& out) {
  const Parts parts = split(record, layout);
  if (!parts.whole) return PerfStatus::RecordShorterThanFields;
  ByteReader in(parts.body);
  out.at = parts.at;
  out.pid = static_cast<int32_t>(in.u32());
  out.tid = static_cast<int32_t>(in.u32());
  if (in.failed()) return PerfStatus::RecordShorterThanFields;
  out.exec = (read_perf_header(record).misc & PerfMisc::kExec) != 0;
  return read_name(in, out.comm) ? PerfStatus::Ok : PerfStatus::NameWithoutEnd;
}

PerfStatus parse_perf_map(std::span<const uint8_t> record, const PerfLayout& layout, PerfMapRecord& out) {
  constexpr uint32_t kExecutable = 4;  // PROT_EXEC
  const Parts parts = split(record, layout);
  if (!parts.whole) return PerfStatus::RecordShorterThanFields;
  const PerfRecordHeader header = read_perf_header(record);
  ByteReader in(parts.body);
  out = {};
  out.at = parts.at;
  out.pid = static_cast<int32_t>(in.u32());
  out.tid = static_cast<int32_t>(in.u32());
  out.start = in.u64();
  out.length = in.u64();
  out.page_offset = in.u64();
  out.kernel = (header.misc & PerfMisc::kCpuMode) == PerfMisc::kKernel;
  if (header.type == static_cast<uint32_t>(PerfRecordType::Mmap2)) {
    if (header.misc & PerfMisc::kMapBuildId) {
      const uint8_t size = in.u8();
      in.bytes(3);
      const auto id = in.bytes(kBuildIdBytes);
      if (!in.failed() && size > kBuildIdBytes) return PerfStatus::BuildIdTooLong;
      out.build_id = id.first(std::min<size_t>(size, id.size()));
    } else {
      out.major = in.u32();
      out.minor = in.u32();
      out.inode = in.u64();
      out.generation = in.u64();
    }
    out.protection = in.u32();
    out.flags = in.u32();
  } else {
    out.protection = (header.misc & PerfMisc::kMapData) ? 0 : kExecutable;
  }
  if (in.failed()) return PerfStatus::RecordShorterThanFields;
  return read_name(in, out.path) ? PerfStatus::Ok : PerfStatus::NameWithoutEnd;
}

PerfStatus parse_perf_lost(std::span<const uint8_t> record, const PerfLayout& layout, PerfLostRecord& out) {
  const Parts parts = split(record, layout);
  if (!parts.whole) return PerfStatus::RecordShorterThanFields;
  ByteReader in(parts.body);
  out.at = parts.at;
  const bool names_event = read_perf_header(record).type == static_cast<uint32_t>(PerfRecordType::Lost);
  out.id = names_event ? in.u64() : parts.at.id;
  out.lost = in.u64();
  return in.failed() ? PerfStatus::RecordShorterThanFields : PerfStatus::Ok;
}

PerfSampleId perf_tail(std::span<const uint8_t> record, const PerfLayout& layout) {
  return split(record, layout).at;
}

UserStack perf_user_stack(const PerfSample& sample, const PerfLayout& layout, uint16_t machine) {
  // kernel: arch/x86/include/uapi/asm/perf_regs.h: AX BX CX DX SI DI BP SP IP FLAGS CS SS DS ES FS GS R8 … R15; of DWARF: -1 none.
  constexpr std::array<int8_t, 24> kX86 = {0,  3,  2,  1,  4, 5, 6,  7,  16, -1, -1, -1,
                                           -1, -1, -1, -1, 8, 9, 10, 11, 12, 13, 14, 15};
  const UnwindRegisters numbers = unwind_registers(machine);
  UserStack out;
  out.machine = machine;
  out.bytes = sample.stack;
  out.may_go_on = sample.stack_is_full;
  ByteReader in(sample.registers);
  for (unsigned bit = 0; bit < 64 && numbers.count != 0; ++bit) {
    if ((layout.regs_user >> bit & 1) == 0) continue;
    const uint64_t value = in.u64();
    if (in.failed()) break;
    // kernel: arch/arm64/include/uapi/asm/perf_regs.h: X0 … X29 LR SP PC.
    const int number = numbers.count == UserStack::kRegisters ? static_cast<int>(bit)
                       : bit < kX86.size()                    ? kX86[bit]
                                                              : -1;
    if (number >= 0 && number < numbers.count) out.set(static_cast<size_t>(number), value);
  }
  return out;
}

uint64_t perf_event_id(std::span<const uint8_t> record, const PerfLayout& layout) {
  if (record.size() < kPerfRecordHeaderSize) return 0;
  if (read_perf_header(record).type != static_cast<uint32_t>(PerfRecordType::Sample))
    return split(record, layout).at.id;
  ByteReader in = body(record);
  if (has(layout, Bits::kIdentifier)) return in.u64();
  if (!has(layout, Bits::kId)) return 0;
  constexpr uint64_t kBefore = Bits::kIp | Bits::kTid | Bits::kTime | Bits::kAddr;
  in.bytes(8 * static_cast<uint64_t>(std::popcount(layout.sample_type & kBefore)));
  return in.u64();
}

uint64_t perf_time(std::span<const uint8_t> record, const PerfLayout& layout) {
  if (record.size() < kPerfRecordHeaderSize || !has(layout, Bits::kTime)) return 0;
  if (read_perf_header(record).type != static_cast<uint32_t>(PerfRecordType::Sample))
    return split(record, layout).at.time_ns;
  ByteReader in = body(record);
  constexpr uint64_t kBefore = Bits::kIdentifier | Bits::kIp | Bits::kTid;
  in.bytes(8 * static_cast<uint64_t>(std::popcount(layout.sample_type & kBefore)));
  return in.u64();
}

}  // namespace uproar
