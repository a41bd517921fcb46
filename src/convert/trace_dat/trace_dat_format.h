// Numbers and limits of trace.dat, the file of trace-cmd, in its versions 6 and 7 (trace-cmd:
// Documentation/trace-cmd/trace-cmd.dat.v6.5.txt and .v7.5.txt).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uproar::trace_dat {

inline constexpr std::string_view kMagic = "\x17\x08\x44tracing";
inline constexpr size_t kMagicBytes = 10;

// Options. Those from HeaderInfo on are the numbers of the sections, too, that they point to.
enum OptionId : uint16_t {
  kDone = 0,        // version 7: u64 offset of the next section of options, 0: there is none
  kDate = 1,        // text: microseconds to add to every time
  kCpuStat = 2,     // text: what per_cpu/cpuN/stats said in the end
  kBuffer = 3,      // an instance, or in version 7 the main buffer too
  kTraceClock = 4,  // text of trace_clock: "[local] global …"
  kUname = 5,       // "Linux HOST RELEASE MACHINE"
  kOffset = 7,      // text: nanoseconds to add to every time
  kCpuCount = 8,    // u32
  kVersion = 9,     // of trace-cmd
  kTraceId = 11,    // u64
  kTscToNs = 14,    // u32 multiplier, u32 shift, u64 offset
  kStrings = 15,
  kHeaderInfo = 16,
  kFtraceEvents = 17,
  kEventFormats = 18,
  kKallsyms = 19,
  kPrintk = 20,
  kCmdlines = 21,
};
// Section of the pages of a buffer, and its flag for "is compressed".
inline constexpr uint16_t kFlyrecordSection = 3;
inline constexpr uint16_t kCompressedSection = 1;
inline constexpr size_t kSectionHeaderBytes = 16;  // u16 id, u16 flags, u32 name, u64 size

// What a file may ask of its reader. Real ones stay far below: all formats of a kernel are 4 MiB, all names
// of tasks 200 KiB.
inline constexpr uint64_t kMaxSectionBytes = uint64_t{64} << 20;  // unpacked
inline constexpr uint64_t kMaxFormatBytes = uint64_t{1} << 20;    // of one event
inline constexpr uint32_t kMaxFormats = 65536;                    // events have 16-bit numbers
inline constexpr uint32_t kMaxSystems = 16384;
inline constexpr size_t kMaxName = 4096;
inline constexpr uint32_t kMaxCpus = 65536;
inline constexpr size_t kMaxBuffers = 4096;
inline constexpr size_t kMaxStreams = 8192;  // CPUs of all buffers together: NR_CPUS of any distribution
inline constexpr size_t kMaxOptionSections = 4096;  // one a buffer, and a few
inline constexpr uint32_t kMinPageBytes = 64;
inline constexpr uint32_t kMaxPageBytes = uint32_t{4} << 20;  // buffer_subbuf_size_kb goes up to 2 MiB
inline constexpr uint64_t kMaxOpenBytes = uint64_t{1} << 30;  // of pages of all CPUs at one time
// Of one CPU, unpacked; trace-cmd packs 10 pages. Where there are many CPUs it is less.
inline constexpr uint32_t kMaxChunkBytes = uint32_t{32} << 20;
inline constexpr uint32_t kMinChunkBytes = uint32_t{64} << 10;

}  // namespace uproar::trace_dat
