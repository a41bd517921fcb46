// The ids, sizes and limits of formats 1 and 2 of the .upr file. formats/recording/README.md is the page that
// explains them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace uproar {

// As PNG's: the high bit shows 7-bit transfers, CR LF and LF show text-mode copies, 0x1a stops `type` on old
// systems.
inline constexpr std::array<uint8_t, 8> kFileMagic = {0x89, 'U', 'P', 'R', 0x0d, 0x0a, 0x1a, 0x0a};
inline constexpr uint16_t kFileVersion = 2;  // what is written
inline constexpr uint16_t kOldestFileVersion = 1;
inline constexpr size_t kFileHeaderBytes = 16;
// A later header of the same version may be longer; more than this is damage.
inline constexpr size_t kMaxFileHeaderBytes = 4096;

// Stored as the bytes b5 'U' 'B' 9e: no text in any encoding holds them, so that a search after damage rarely
// stops at a false place.
inline constexpr std::array<uint8_t, 4> kBlockMagic = {0xb5, 'U', 'B', 0x9e};
inline constexpr size_t kBlockHeaderBytes = 52;

enum class BlockType : uint8_t {
  Session = 1,
  Event = 2,    // of format 1
  Records = 3,  // of format 1: rows
  Tasks = 4,    // of format 1
  Losses = 5,   // of format 1
  Anchors = 6,
  Index = 7,
  End = 8,
  Columns = 9,  // records of one CPU, value by value
  Maps = 10,
  Names = 11,
  TaskEvents = 12,
  LossEvents = 13,
  Events = 14,  // several, each as in an Event block of format 1 and with its length in front
};
inline constexpr BlockType kLastBlockType = BlockType::Events;

enum class Codec : uint8_t { Stored = 0, Zstd = 1 };

// cpu of blocks that belong to no CPU.
inline constexpr uint32_t kNoCpu = ~uint32_t{0};

// Above any sensible block, small enough that a file cannot make its reader take much memory at once.
inline constexpr uint32_t kMaxBlockBytes = uint32_t{16} << 20;
// Below this, compression saves less than the block's header weighs.
inline constexpr size_t kMinPackedBytes = 512;
// The kernel's ring refuses events larger than a sub-buffer, which is at most 64 KiB.
inline constexpr size_t kMaxRecordBytes = size_t{64} << 10;
// Time delta, event number and length take at least a byte each.
inline constexpr uint32_t kMinStoredRecordBytes = 3;
// Rows of a block of columns, and of the records that they give at most kMaxBlockBytes: columns of one value
// are a few bytes, so the size of the block itself is no limit.
inline constexpr uint32_t kMaxBlockRows = uint32_t{1} << 17;
// ftrace numbers its event types with 16 bits.
inline constexpr uint32_t kMaxEvents = 65536;
// Well above NR_CPUS of any distribution (8192).
inline constexpr uint32_t kMaxCpus = 65536;
// A kernel format file of thousands of fields, a command line at its limit (MAX_ARG_STRLEN is 128 KiB): both
// fit.
inline constexpr size_t kMaxTextBytes = size_t{1} << 20;
// uprobe events have at most 128 arguments; other events of the kernel stay below 300 fields.
inline constexpr uint64_t kMaxFields = 4096;
// Sites of one event: as many as all functions of a large browser.
inline constexpr uint64_t kMaxSites = uint64_t{1} << 18;

// Words of a command line, ids of one perf event (one for each CPU and thread), addresses of one file that
// were given names, functions inlined into each other.
inline constexpr uint64_t kMaxArguments = uint64_t{1} << 17;
inline constexpr uint64_t kMaxIds = uint64_t{1} << 20;
inline constexpr uint64_t kMaxNames = uint64_t{1} << 22;
inline constexpr uint64_t kMaxInlined = 4096;
// Addresses in one call chain: perf's sysctl perf_event_max_stack allows 640 and 8 marks by default, at most
// 65536.
inline constexpr size_t kMaxStackDepth = 65536;

// Index blocks are written each time so many blocks stand in none, so that a recorder that runs for weeks
// needs no more memory than one that runs for a second.
inline constexpr size_t kBlocksPerIndex = 4096;
// The End block has one size, so that a reader finds it from the end of the file.
inline constexpr size_t kEndPayloadBytes = 33;
inline constexpr size_t kEndBlockBytes = kBlockHeaderBytes + kEndPayloadBytes;

// Memory that a reader spends on what one file says, whatever the file says.
inline constexpr uint64_t kMaxMetadataBytes = uint64_t{1} << 30;
inline constexpr uint64_t kMaxOpenBytes = uint64_t{1} << 30;

}  // namespace uproar
