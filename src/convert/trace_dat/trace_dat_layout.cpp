#include "convert/trace_dat/trace_dat_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/byte_writer.h"
#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_packing.h"

namespace uproar::trace_dat {

namespace {

constexpr uint64_t kDataAlignment = 4096;  // pages are mapped by their reader
constexpr int kLevel = 3;

uint64_t aligned(uint64_t offset) {
  return (offset + kDataAlignment - 1) / kDataAlignment * kDataAlignment;
}

void put(std::string_view text, ByteWriter& out) {
  out.bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}
void put_terminated(std::string_view text, ByteWriter& out) {
  put(text.substr(0, text.find('\0')), out);
  out.u8(0);
}
void put_counted(std::string_view text, ByteWriter& out) {
  out.u64(text.size());
  put(text, out);
}

void put_header_info(const FileContents& contents, ByteWriter& out) {
  put_terminated("header_page", out);
  put_counted(fmt::format("\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                          "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
                          "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                          "\tfield: char data;\toffset:16;\tsize:{};\tsigned:1;\n",
                          contents.page_bytes - 16),
              out);
  put_terminated("header_event", out);
  put_counted(
      "# compressed entry header\n"
      "\ttype_len    :    5 bits\n"
      "\ttime_delta  :   27 bits\n"
      "\tarray       :   32 bits\n\n"
      "\tpadding     : type == 29\n"
      "\ttime_extend : type == 30\n"
      "\ttime_stamp : type == 31\n"
      "\tdata max type_len  == 28\n",
      out);
}

void put_formats(const FileContents& contents, ByteWriter& out) {
  std::map<std::string, std::vector<const ExportedEvents::Event*>> systems;
  for (const auto& event : *contents.events) systems[event.group].push_back(&event);
  out.u32(static_cast<uint32_t>(systems.size()));
  for (const auto& [group, events] : systems) {
    put_terminated(group, out);
    out.u32(static_cast<uint32_t>(events.size()));
    for (const auto* event : events) put_counted(event->format, out);
  }
}

void put_names(const FileContents& contents, ByteWriter& out) {
  std::string text;
  for (const auto& [tid, name] : contents.names) {
    text += fmt::format("{} {}\n", tid, name);
    // The name's own line ends would begin another task.
    std::replace(text.end() - static_cast<std::ptrdiff_t>(name.size()) - 1, text.end() - 1, '\n', ' ');
  }
  put_counted(text, out);
}

// The clock by the name that trace-cmd knows.
std::string clock_name(const FileContents& contents) {
  const std::string& clock = contents.session->clock;
  return clock.empty() || clock == "text" ? "local" : clock;
}

void put_option(uint16_t id, std::string_view data, ByteWriter& out) {
  out.u16(id);
  out.u32(static_cast<uint32_t>(data.size()));
  put(data, out);
}

std::string_view as_text(const ByteWriter& bytes) {
  return {reinterpret_cast<const char*>(bytes.view().data()), bytes.size()};
}

void put_number_option(uint16_t id, uint64_t number, size_t size, ByteWriter& out) {
  ByteWriter data;
  data.u64(number);
  put_option(id, as_text(data).substr(0, size), out);
}

void put_common_options(const FileContents& contents, ByteWriter& out) {
  const SessionInfo& session = *contents.session;
  put_option(kTraceClock, "[" + clock_name(contents) + "]\n" + '\0', out);
  if (!session.host.empty() || !session.kernel.empty()) {
    put_option(kUname, fmt::format("Linux {} {} {}", session.host, session.kernel, session.machine) + '\0',
               out);
  }
  put_option(kVersion, "uproar " + session.version + '\0', out);
  for (uint32_t cpu = 0; cpu < contents.cpus; ++cpu) {
    const auto lost = contents.lost.find(cpu);
    if (lost == contents.lost.end()) continue;
    put_option(kCpuStat,
               fmt::format("CPU: {}\nentries: 0\noverrun: {}\ncommit overrun: 0\ndropped events: 0\n", cpu,
                           lost->second) +
                   '\0',
               out);
  }
}

// One buffer: its CPUs that have pages.
struct BufferPages {
  std::string instance;
  std::vector<const FileContents::Pages*> cpus;
};

std::vector<BufferPages> buffers_of(const FileContents& contents) {
  std::vector<BufferPages> buffers;
  // trace-cmd takes the main buffer for granted.
  buffers.push_back({});
  for (const auto& pages : contents.streams) {
    if (buffers.back().instance != pages.instance) buffers.push_back({pages.instance, {}});
    buffers.back().cpus.push_back(&pages);
  }
  return buffers;
}

Result<void> pad_to(uint64_t offset, ByteOutput& output) {
  static constexpr uint8_t kZeros[kDataAlignment] = {};
  CHECK(offset >= output.position() && offset - output.position() <= kDataAlignment);
  return output.append(std::span(kZeros, static_cast<size_t>(offset - output.position())));
}

Result<void> write_pages(const std::vector<BufferPages>& buffers, const PageSpool& pages,
                         ByteOutput& output) {
  for (const BufferPages& buffer : buffers) {
    for (const auto* cpu : buffer.cpus) {
      TRY(pad_to(aligned(output.position()), output));
      TRY(pages.write(cpu->stream, output));
    }
  }
  return {};
}

void put_start(const FileContents& contents, ByteWriter& out) {
  put(kMagic, out);
  put_terminated(contents.version == 7 ? "7" : "6", out);
  out.u8(0);  // little-endian
  out.u8(8);  // bytes of a long
  out.u32(contents.page_bytes);
}

// ── version 7 ──

void put_section_header(uint16_t id, bool packed, uint64_t bytes, ByteWriter& out) {
  out.u16(id);
  out.u16(packed ? kCompressedSection : 0);
  out.u32(0);
  out.u64(bytes);
}

// A section whose content is known; returns its offset.
uint64_t put_section(uint16_t id, const ByteWriter& content, bool compress, ByteWriter& out) {
  const uint64_t offset = out.size();
  if (!compress) {
    put_section_header(id, false, content.size(), out);
    out.bytes(content.view());
    return offset;
  }
  std::vector<uint8_t> packed;
  pack_zstd(content.view(), kLevel, packed);
  put_section_header(id, true, packed.size() + 8, out);
  out.u32(static_cast<uint32_t>(packed.size()));
  out.u32(static_cast<uint32_t>(content.size()));
  out.bytes(packed);
  return offset;
}

// Where the pages of the buffers will be, given where the section of the first begins. A section begins
// behind the pages of the one before.
struct PlacedBuffer {
  uint64_t section = 0;
  uint64_t section_bytes = 0;  // behind its header
  std::vector<uint64_t> offsets;
};

std::vector<PlacedBuffer> place(const std::vector<BufferPages>& buffers, const PageSpool& pages,
                                uint64_t at) {
  std::vector<PlacedBuffer> placed;
  for (const BufferPages& buffer : buffers) {
    PlacedBuffer one;
    one.section = at;
    at += kSectionHeaderBytes;
    for (const auto* cpu : buffer.cpus) {
      at = aligned(at);
      one.offsets.push_back(at);
      at += pages.bytes(cpu->stream);
    }
    one.section_bytes = at - one.section - kSectionHeaderBytes;
    placed.push_back(std::move(one));
  }
  return placed;
}

void put_buffer_option(const FileContents& contents, const BufferPages& buffer, const PlacedBuffer& placed,
                       const PageSpool& pages, ByteWriter& out) {
  ByteWriter data;
  data.u64(placed.section);
  put_terminated(buffer.instance, data);
  put_terminated(clock_name(contents), data);
  data.u32(contents.page_bytes);
  data.u32(static_cast<uint32_t>(buffer.cpus.size()));
  for (size_t i = 0; i < buffer.cpus.size(); ++i) {
    data.u32(buffer.cpus[i]->cpu);
    data.u64(placed.offsets[i]);
    // trace-cmd does not count the number of chunks before packed pages.
    data.u64(pages.bytes(buffer.cpus[i]->stream) - (contents.compress ? 4 : 0));
  }
  put_option(kBuffer, as_text(data), out);
}

Result<void> write_version_7(const FileContents& contents, const PageSpool& pages, ByteOutput& output) {
  ByteWriter head;
  put_start(contents, head);
  put_terminated(contents.compress ? "zstd" : "none", head);
  put_terminated(contents.compress ? "1.5" : "", head);
  const size_t offset_at = head.size();
  head.u64(0);  // of the options, below

  ByteWriter options;
  auto add = [&](uint16_t id, auto fill) {
    ByteWriter content;
    fill(content);
    put_number_option(id, put_section(id, content, contents.compress, head), 8, options);
  };
  add(kHeaderInfo, [&](ByteWriter& out) { put_header_info(contents, out); });
  add(kFtraceEvents, [](ByteWriter& out) { out.u32(0); });
  add(kEventFormats, [&](ByteWriter& out) { put_formats(contents, out); });
  add(kCmdlines, [&](ByteWriter& out) { put_names(contents, out); });
  put_common_options(contents, options);
  put_number_option(kCpuCount, contents.cpus, 4, options);

  // The options' size does not depend on the offsets in them, so they are made twice.
  const std::vector<BufferPages> buffers = buffers_of(contents);
  const uint64_t options_offset = head.size();
  ByteWriter section;
  uint64_t first_buffer = 0;
  for (int pass = 0; pass < 2; ++pass) {
    const std::vector<PlacedBuffer> placed = place(buffers, pages, first_buffer);
    ByteWriter content;
    content.bytes(options.view());
    for (size_t i = 0; i < buffers.size(); ++i)
      put_buffer_option(contents, buffers[i], placed[i], pages, content);
    put_number_option(kDone, 0, 8, content);
    section.clear();
    put_section_header(0, false, content.size(), section);
    section.bytes(content.view());
    first_buffer = options_offset + section.size();
  }

  ByteWriter offset;
  offset.u64(options_offset);
  TRY(output.append(head.view().first(offset_at)));
  TRY(output.append(offset.view()));
  TRY(output.append(head.view().subspan(offset_at + 8)));
  TRY(output.append(section.view()));
  const std::vector<PlacedBuffer> placed = place(buffers, pages, first_buffer);
  for (size_t i = 0; i < buffers.size(); ++i) {
    ByteWriter header;
    put_section_header(kFlyrecordSection, contents.compress, placed[i].section_bytes, header);
    TRY(output.append(header.view()));
    TRY(write_pages({buffers[i]}, pages, output));
  }
  return {};
}

// ── version 6 ──

// "flyrecord", and for each CPU of the machine the offset and size of its pages.
void put_cpu_table(const FileContents& contents, const BufferPages& buffer, const PageSpool& pages,
                   uint64_t& at, ByteWriter& out) {
  put(std::string_view("flyrecord\0", 10), out);
  size_t next = 0;
  for (uint32_t cpu = 0; cpu < contents.cpus; ++cpu) {
    uint64_t bytes = 0;
    at = aligned(at);
    if (next < buffer.cpus.size() && buffer.cpus[next]->cpu == cpu)
      bytes = pages.bytes(buffer.cpus[next++]->stream);
    out.u64(at);
    out.u64(bytes);
    at += bytes;
  }
  put_counted("[" + clock_name(contents) + "]", out);
}

Result<void> write_version_6(const FileContents& contents, const PageSpool& pages, ByteOutput& output) {
  ByteWriter head;
  put_start(contents, head);
  put_header_info(contents, head);
  head.u32(0);  // formats of the tracers
  put_formats(contents, head);
  head.u32(0);  // symbols of the kernel
  head.u32(0);  // texts of printk
  put_names(contents, head);
  head.u32(contents.cpus);
  put(std::string_view("options  \0", 10), head);
  put_common_options(contents, head);

  // Tables of CPUs have one size, so that it is known where each will be.
  const std::vector<BufferPages> buffers = buffers_of(contents);
  const uint64_t table_bytes = 10 + uint64_t{contents.cpus} * 16 + 8 + clock_name(contents).size() + 2;
  uint64_t options_bytes = 2;
  for (size_t i = 1; i < buffers.size(); ++i) options_bytes += 6 + 8 + buffers[i].instance.size() + 1;
  const uint64_t tables = head.size() + options_bytes;
  for (size_t i = 1; i < buffers.size(); ++i) {
    ByteWriter data;
    data.u64(tables + i * table_bytes);
    put_terminated(buffers[i].instance, data);
    put_option(kBuffer, as_text(data), head);
  }
  head.u16(kDone);
  uint64_t at = tables + buffers.size() * table_bytes;
  for (const BufferPages& buffer : buffers) put_cpu_table(contents, buffer, pages, at, head);
  TRY(output.append(head.view()));
  return write_pages(buffers, pages, output);
}

}  // namespace

Result<void> write_trace_dat(const FileContents& contents, const PageSpool& pages, ByteOutput& output) {
  return contents.version == 7 ? write_version_7(contents, pages, output)
                               : write_version_6(contents, pages, output);
}

}  // namespace uproar::trace_dat
