// Files of trace-cmd made by hand, and what importing one gives.
#pragma once

#include <zstd.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_writer.h"
#include "convert/trace_dat/trace_dat_import.h"
#include "support/converted.h"

namespace uproar::test {

struct Imported {
  std::unique_ptr<RecordingReader> reader;
  ImportOutcome outcome;
  std::string error;
};

inline Imported import(std::string_view bytes) {
  Imported out;
  out.reader = recorded([&](RecordingWriter& writer) -> Result<void> {
    const auto input = ByteInput::from_bytes(bytes, "x.dat");
    auto outcome = import_trace_dat(*input, {}, writer, {});
    if (!outcome.ok()) {
      out.error = render(outcome.error());
      return std::move(outcome.error());
    }
    out.outcome = std::move(*outcome);
    return {};
  });
  return out;
}

inline std::string damage(const ImportOutcome& outcome) {
  std::string text;
  for (const Damage& place : outcome.damage)
    text += std::to_string(place.offset) + " +" + std::to_string(place.bytes) + ": " + place.reason + "\n";
  return text;
}

inline constexpr std::string_view kFormat =
    "name: hit\nID: 1500\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
    "\tfield:u32 n;\toffset:16;\tsize:4;\tsigned:0;\n\n"
    "print fmt: \"(%lx) n=%u\", REC->__probe_ip, REC->n\n";

inline void put(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}
inline void put_counted(std::string_view text, ByteWriter& out) {
  out.u64(text.size());
  put(text, out);
}
inline std::string as_text(const ByteWriter& bytes) {
  return {reinterpret_cast<const char*>(bytes.view().data()), bytes.size()};
}

// A sub-buffer of 512 bytes with one event each `times`.
inline std::string page(const std::vector<uint64_t>& times, uint32_t flags = 0,
                        std::optional<uint64_t> lost = {}, uint16_t type = 1500) {
  ByteWriter data;
  uint64_t last = times.at(0);
  uint32_t n = 0;
  for (const uint64_t time : times) {
    data.u32(6 | static_cast<uint32_t>(time - last) << 5);
    last = time;
    data.u16(type);
    data.u16(0);
    data.u32(42);
    data.u64(0x1000);
    data.u32(n++);
    data.u32(0);
  }
  ByteWriter out;
  out.u64(times.at(0));
  out.u64(data.size() | flags);
  out.bytes(data.view());
  if (lost) out.u64(*lost);
  while (out.size() < 512) out.u8(0);
  return as_text(out);
}

// Version 6 with these pages as CPU 0's.
inline std::string version6(const std::string& pages) {
  ByteWriter out;
  put(std::string_view("\x17\x08\x44tracing"
                       "6\0\0\x08",
                       14),
      out);
  out.u32(512);
  put(std::string_view("header_page\0", 12), out);
  put_counted("\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n", out);
  put(std::string_view("header_event\0", 13), out);
  put_counted("", out);
  out.u32(0);
  out.u32(1);
  put(std::string_view("g\0", 2), out);
  out.u32(1);
  put_counted(kFormat, out);
  out.u32(0);
  out.u32(0);
  put_counted("42 a b\n", out);
  out.u32(1);
  put(std::string_view("options  \0\0\0flyrecord\0", 22), out);
  out.u64(out.size() + 16);
  out.u64(pages.size());
  put(pages, out);
  return as_text(out);
}

inline constexpr uint32_t kMissed = uint32_t{1} << 31;
inline constexpr uint32_t kStored = uint32_t{1} << 30;

inline std::string start7(std::string_view packing, uint64_t options) {
  ByteWriter out;
  put(std::string_view("\x17\x08\x44tracing"
                       "7\0\0\x08",
                       14),
      out);
  out.u32(512);
  put(packing, out);
  out.u8(0);
  out.u8(0);
  out.u64(options);
  return as_text(out);
}
inline std::string options_section(const std::string& options) {
  ByteWriter out;
  out.u16(0);
  out.u16(0);
  out.u32(0);
  out.u64(options.size());
  put(options, out);
  return as_text(out);
}
inline std::string option(uint16_t id, const std::string& data) {
  ByteWriter out;
  out.u16(id);
  out.u32(static_cast<uint32_t>(data.size()));
  put(data, out);
  return as_text(out);
}
inline std::string number(uint64_t value) {
  ByteWriter out;
  out.u64(value);
  return as_text(out);
}

// A buffer of packed pages in a file of version 7.
inline std::string version7(const std::string& packed_pages, const std::string& formats) {
  const std::string start = start7("zstd", 32 + 16 + formats.size());
  ByteWriter section;
  section.u16(18);
  section.u16(0);
  section.u32(0);
  section.u64(formats.size());
  ByteWriter buffer;
  const size_t options_bytes = 16 + (6 + 8) + (6 + 8 + 1 + 5 + 4 + 4 + 20) + (6 + 8);
  const uint64_t data = 32 + 16 + formats.size() + options_bytes;
  buffer.u64(0);
  put(std::string_view("\0mono\0", 6), buffer);
  buffer.u32(512);
  buffer.u32(1);
  buffer.u32(3);
  buffer.u64(data);
  buffer.u64(packed_pages.size() - 4);
  return start + as_text(section) + formats +
         options_section(option(18, number(32)) + option(3, as_text(buffer)) + option(0, number(0))) +
         packed_pages;
}
inline std::string formats_of_g() {
  ByteWriter out;
  out.u32(1);
  put(std::string_view("g\0", 2), out);
  out.u32(1);
  put_counted(kFormat, out);
  return as_text(out);
}
inline std::string chunk(const std::string& pages, std::optional<uint32_t> told = {}) {
  std::string packed(ZSTD_compressBound(pages.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), pages.data(), pages.size(), 1));
  ByteWriter out;
  out.u32(static_cast<uint32_t>(packed.size()));
  out.u32(told.value_or(static_cast<uint32_t>(pages.size())));
  put(packed, out);
  return as_text(out);
}
inline std::string count(uint32_t chunks) {
  ByteWriter out;
  out.u32(chunks);
  return as_text(out);
}

}  // namespace uproar::test
