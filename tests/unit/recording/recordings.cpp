#include "recordings.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <utility>

#include "base/result.h"

namespace uproar::test {

namespace {

template <typename T>
void must(const T& result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s", render(result.error()).c_str());
    std::abort();
  }
}

std::string hex(std::span<const uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string number(uint64_t value) {
  return std::to_string(value);
}

// 8 common bytes, the address, and a payload that depends on `seed` only.
Bytes record_bytes(uint32_t seed, size_t payload) {
  Bytes record = {0x2a, 0x07, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0};
  for (size_t i = 0; i < payload; ++i) {
    seed = seed * 1664525 + 1013904223;
    record.push_back(static_cast<uint8_t>(i < 4 ? seed >> 24 : i));
  }
  return record;
}

}  // namespace

Bytes write_recording(const std::function<void(RecordingWriter&)>& fill, RecordingWriter::Options options) {
  Fd fd(::memfd_create("recording", MFD_CLOEXEC));
  Fd copy(::dup(fd.get()));
  {
    auto writer = RecordingWriter::create(std::move(fd), "test.upr", options);
    must(writer);
    fill(**writer);
  }
  struct stat info {};
  ::fstat(copy.get(), &info);
  Bytes bytes(static_cast<size_t>(info.st_size));
  if (::pread(copy.get(), bytes.data(), bytes.size(), 0) != info.st_size) std::abort();
  return bytes;
}

std::vector<upr::BlockPlace> blocks_of(const Bytes& file) {
  auto source = upr::memory_source(file);
  return upr::map_by_walking(*source, upr::kFileHeaderBytes).blocks;
}

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.time_ns << " [" << row.cpu << "] " << row.event << " of " << row.bytes.size() << " bytes";
}

std::vector<Row> rows_of(RecordingReader& reader) {
  std::vector<Row> rows;
  StoredRecord record;
  while (reader.next(record)) {
    rows.push_back({record.time_ns, record.cpu, reader.events().at(record.event).schema.name,
                    Bytes(record.bytes.begin(), record.bytes.end())});
  }
  return rows;
}

std::unique_ptr<RecordingReader> open_bytes(const Bytes& file) {
  auto reader = RecordingReader::from_bytes(file, "test.upr");
  must(reader);
  return std::move(*reader);
}

std::string dump(RecordingReader& reader) {
  std::string out;
  const SessionInfo& session = reader.session();
  out += "session " + session.host + "|" + session.kernel + "|" + session.machine + "|" + session.command +
         "|" + session.via + "|" + session.clock + "|" + session.version + "|" + number(session.cpus) + "\n";
  for (const EventInfo& event : reader.events()) {
    out += "event " + event.schema.full_name() + (event.schema.is_return ? " return" : "") +
           (event.schema.has_ip ? " ip" : "") + " type " + number(event.schema.kernel_type) + " | " +
           event.definition + " | " + event.schema.format + "\n";
    for (const Field& field : event.schema.fields) {
      out += "  field " + field.name + " kind " + number(static_cast<uint64_t>(field.kind)) + " size " +
             number(field.size) + " count " + number(field.count) + " offset " + number(field.offset) + "\n";
    }
    for (const SiteInfo& site : event.sites) {
      out += "  site " + site.path + ":" + number(site.file_offset) + " " + site.symbol + "+" +
             number(site.symbol_offset) + (site.offset_given ? " given " : " ") + site.build_id + "\n";
    }
  }
  out += "tasks " + number(reader.tasks().size()) + ": 4321 is " +
         std::string(reader.tasks().comm(4321, 1500)) + " of " +
         std::to_string(reader.tasks().pid(4321, 1500)) + ", 4400 is " +
         std::string(reader.tasks().comm(4400, ~uint64_t{0})) + "\n";
  for (const LossInfo& loss : reader.losses()) {
    out += "loss kind " + number(static_cast<uint64_t>(loss.kind)) + " cpu " +
           (loss.cpu == kUnknownCpu ? "?" : number(loss.cpu)) + " time " + number(loss.time_ns) + " count " +
           number(loss.count) + "\n";
  }
  for (const ClockAnchor& anchor : reader.anchors()) {
    out += "anchor " + number(anchor.recording_ns) + " " + number(anchor.realtime_ns) + " " +
           number(anchor.perf_ns) + "\n";
  }
  auto totals = reader.totals();
  out += "totals " + number(totals.records) + " lost " + number(totals.lost) + " from " +
         number(totals.first_ns) + " to " + number(totals.last_ns) + " cpus";
  for (uint32_t cpu : totals.cpus) out += " " + number(cpu);
  out += "\n";
  for (const Row& row : rows_of(reader)) {
    out += number(row.time_ns) + " [" + number(row.cpu) + "] " + row.event + " " + hex(row.bytes) + "\n";
  }
  if (reader.end()) {
    out += "end events " + number(reader.end()->events) + " lost " + number(reader.end()->lost) + " hits " +
           (reader.end()->hits_known ? number(reader.end()->hits) : "?") +
           (reader.end()->hits_filtered ? " filtered" : "") + "\n";
  } else {
    out += "no end\n";
  }
  for (const Damage& damage : reader.damage()) {
    out += "damage at " + number(damage.offset) + " of " + number(damage.bytes) + ": " + damage.reason + "\n";
  }
  return out;
}

EventInfo example_event(const std::string& name) {
  EventInfo event;
  event.schema.group = "uprobes";
  event.schema.name = name;
  event.schema.kernel_type = 1834;
  event.schema.fields = {{"n", Field::Kind::Signed, 4, 0, 16}};
  event.definition = "p:" + name + " /bin/a:0x10 n=%di:s32";
  event.sites = {{"/bin/a", 0x10, "f", 0, false, "c0de"}};
  return event;
}

void fill_minimal(RecordingWriter& writer) {
  must(writer.write_session({"host", "6.1.0", "x86_64", "uproar record", "tracefs", "mono", "0.1.0", 2}));
  must(writer.add_event(example_event("hit")));
  must(writer.add_record(1, 1000, 0,
                         Bytes{0x2a, 7, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 5, 0, 0, 0}));
  must(writer.add_record(1, 1300, 0,
                         Bytes{0x2a, 7, 0, 0, 0xe1, 0x10, 0, 0, 0x10, 0, 0x40, 0, 0, 0, 0, 0, 6, 0, 0, 0}));
  must(writer.finish({2, 0, 2, true, false}));
}

void fill_typical(RecordingWriter& writer, bool finished) {
  must(writer.write_session(
      {"db-7", "6.1.0-18-amd64", "x86_64", "uproar record -e hit -e done", "tracefs", "mono", "0.1.0", 4}));
  must(writer.add_event(example_event("hit")));
  EventInfo done = example_event("done");
  done.schema.is_return = true;
  done.schema.fields = {{"name", Field::Kind::String, 4, 0, 24}, {"v", Field::Kind::Hex, 2, 3, 28}};
  done.schema.format = "name: done\nID: 1835\n";
  done.definition = "r:done /bin/a:f+0x10 name=+0($retval):string v=%ax:x16[3]";
  done.sites = {{"/bin/a", 0x20, "f", 0x10, true, ""}, {"/lib/libb.so.1", 0x1234567, "", 0, false, "aa55"}};
  must(writer.add_event(done));
  must(writer.add_anchor({900, 1700000000000000000, 950}));
  must(writer.add_task({TaskInfo::Kind::Snapshot, 0, 4321, 4320, 0, "worker"}));
  must(writer.add_task({TaskInfo::Kind::Fork, 1200, 4400, 4400, 4321, ""}));
  must(writer.flush());
  for (uint32_t i = 0; i < 30; ++i) {
    must(writer.add_record(i % 3, 1000 + 10 * i, i % 2, record_bytes(i, i % 3 ? 40 : 200)));
    if (i % 12 == 11) must(writer.flush());
  }
  must(writer.add_task({TaskInfo::Kind::Rename, 1400, 4400, 0, 0, "child"}));
  must(writer.add_task({TaskInfo::Kind::Exit, 1500, 4400, 0, 0, ""}));
  must(writer.add_loss({LossInfo::Kind::Overrun, 2, 1350, 7}));
  must(writer.add_loss({LossInfo::Kind::NoCounter, kUnknownCpu, 1600, 1}));
  must(writer.add_anchor({1700, 1700000000000000800, 1750}));
  if (finished) must(writer.finish({30, 8, 38, true, true}));
}

std::vector<Sample> make_samples() {
  Bytes typical = write_recording([](RecordingWriter& writer) { fill_typical(writer); });
  std::vector<Sample> samples;
  samples.push_back({"minimal", write_recording(fill_minimal)});
  samples.push_back({"typical", typical});
  samples.push_back(
      {"killed", write_recording([](RecordingWriter& writer) { fill_typical(writer, false); })});

  std::vector<upr::BlockPlace> records;
  for (const upr::BlockPlace& place : blocks_of(typical)) {
    if (place.header.is(upr::BlockType::Columns)) records.push_back(place);
  }
  samples.push_back(
      {"torn", Bytes(typical.begin(), typical.begin() + static_cast<ptrdiff_t>(records.back().offset + 70))});
  Bytes damaged = typical;
  damaged[records[1].offset + upr::kBlockHeaderBytes + 20] ^= 0x10;
  samples.push_back({"damaged", damaged});
  return samples;
}

}  // namespace uproar::test
