// Records of perf's ring buffers, which are also those of a perf.data file: bytes to values. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "event/user_stack.h"

namespace uproar {

// Kernel: include/uapi/linux/perf_event.h enum perf_event_type.
enum class PerfRecordType : uint32_t {
  Mmap = 1,
  Lost = 2,
  Comm = 3,
  Exit = 4,
  Throttle = 5,
  Unthrottle = 6,
  Fork = 7,
  Read = 8,
  Sample = 9,
  Mmap2 = 10,
  Aux = 11,
  LostSamples = 13,
  // Of user space from here on (tools/lib/perf/include/perf/event.h).
  HeaderAttr = 64,
  HeaderEventType = 65,
  HeaderTracingData = 66,
  HeaderBuildId = 67,
  FinishedRound = 68,
  AuxtraceInfo = 70,
  Auxtrace = 71,
  HeaderFeature = 80,
  Compressed = 81,
  FinishedInit = 82,
  Compressed2 = 83,
};

// perf_event_attr::sample_type, as far as it stands before the end of the raw data, and what else matters.
struct PerfSampleBits {
  static constexpr uint64_t kIp = 1, kTid = 2, kTime = 4, kAddr = 8, kRead = 0x10, kCallchain = 0x20,
                            kId = 0x40, kCpu = 0x80, kPeriod = 0x100, kStreamId = 0x200, kRaw = 0x400,
                            kBranchStack = 0x800, kRegsUser = 0x1000, kStackUser = 0x2000,
                            kIdentifier = 0x10000;
};

// Bits of PerfRecordHeader::misc.
struct PerfMisc {
  static constexpr uint16_t kCpuMode = 7, kKernel = 1, kUser = 2;
  static constexpr uint16_t kExec = 1 << 13;         // Comm: by exec
  static constexpr uint16_t kMapData = 1 << 13;      // Mmap: not executable
  static constexpr uint16_t kMapBuildId = 1 << 14;   // Mmap2: a build-id stands in place of the inode
  static constexpr uint16_t kBuildIdSize = 1 << 15;  // HeaderBuildId: tells its size
};

struct PerfRecordHeader {
  uint32_t type = 0;
  uint16_t misc = 0;
  uint16_t size = 0;  // of the whole record
};
inline constexpr size_t kPerfRecordHeaderSize = 8;

// What the attribute of an event says of its records' layout.
struct PerfLayout {
  uint64_t sample_type = 0;
  uint64_t read_format = 0;
  bool sample_id_all = false;  // records other than samples end with a PerfSampleId
  uint64_t regs_user = 0;      // sample_regs_user: which registers of user space stand in a sample
};

enum class PerfStatus : uint8_t {
  Ok,
  RecordShorterThanHeader,
  RecordShorterThanFields,
  ChainOutsideRecord,
  RawOutsideRecord,
  ReadOutsideRecord,
  StackOutsideRecord,
  NameWithoutEnd,
  BuildIdTooLong,
};
// A short text for messages: "record is shorter than its fields".
const char* describe(PerfStatus status);

// Who, where and when; what was not recorded keeps its default.
struct PerfSampleId {
  int32_t pid = -1, tid = -1;
  uint64_t time_ns = 0;
  uint64_t id = 0;
  uint32_t cpu = ~uint32_t{0};
};

struct PerfSample {
  PerfSampleId at;
  uint64_t ip = 0;
  uint64_t period = 0;
  bool has_raw = false;
  std::span<const uint8_t> raw;  // as the ftrace ring has it, and up to 7 bytes of padding
  std::vector<uint64_t> chain;   // with its PERF_CONTEXT_* marks; keeps its memory
  // Of user space, where they were recorded: registers in the order of the bits of PerfLayout::regs_user, 8 bytes each; the
  // stack from the stack pointer on. Left out where a record of branches stands before them.
  std::span<const uint8_t> registers;
  std::span<const uint8_t> stack;
  bool stack_is_full = false;  // there may have been more of it
};

struct PerfTaskRecord {  // Fork, Exit
  int32_t pid = 0, parent_pid = 0, tid = 0, parent_tid = 0;
  uint64_t time_ns = 0;
  PerfSampleId at;
};
struct PerfCommRecord {
  int32_t pid = 0, tid = 0;
  bool exec = false;
  std::string_view comm;
  PerfSampleId at;
};
struct PerfMapRecord {  // Mmap, Mmap2
  int32_t pid = 0, tid = 0;
  uint64_t start = 0, length = 0, page_offset = 0;
  uint32_t major = 0, minor = 0;
  uint64_t inode = 0, generation = 0;
  std::span<const uint8_t> build_id;
  uint32_t protection = 0, flags = 0;
  bool kernel = false;
  std::string_view path;
  PerfSampleId at;
};
struct PerfLostRecord {  // Lost, LostSamples
  uint64_t id = 0;       // of the event; 0: not known
  uint64_t lost = 0;
  PerfSampleId at;
};

// `record` is the whole record, its header included. Views point into it. Sizes were checked by the caller:
// record.size() == header.size.
PerfRecordHeader read_perf_header(std::span<const uint8_t> record);  // of at least 8 bytes
PerfStatus parse_perf_sample(std::span<const uint8_t> record, const PerfLayout& layout, PerfSample& out);
PerfStatus parse_perf_task(std::span<const uint8_t> record, const PerfLayout& layout, PerfTaskRecord& out);
PerfStatus parse_perf_comm(std::span<const uint8_t> record, const PerfLayout& layout, PerfCommRecord& out);
PerfStatus parse_perf_map(std::span<const uint8_t> record, const PerfLayout& layout, PerfMapRecord& out);
PerfStatus parse_perf_lost(std::span<const uint8_t> record, const PerfLayout& layout, PerfLostRecord& out);
// The tail that every record but a sample has; the default where there is none.
PerfSampleId perf_tail(std::span<const uint8_t> record, const PerfLayout& layout);

// The registers and the stack of a sample, for a machine by its e_machine of ELF. Nothing known: there are none, or they
// are those of a 32-bit program.
UserStack perf_user_stack(const PerfSample& sample, const PerfLayout& layout, uint16_t machine);

// The id of the event that a record belongs to, without parsing the rest: by the layout that all events of a
// file share in this respect. 0: not told, or synthesised.
uint64_t perf_event_id(std::span<const uint8_t> record, const PerfLayout& layout);
// The time alone; 0: not told.
uint64_t perf_time(std::span<const uint8_t> record, const PerfLayout& layout);

}  // namespace uproar
