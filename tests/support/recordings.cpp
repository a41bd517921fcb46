#include "support/recordings.h"

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

std::string numbers(std::span<const uint64_t> values) {
  std::string out;
  for (uint64_t value : values) out += " " + number(value);
  return out;
}

std::string numbers(std::initializer_list<uint64_t> values) {
  return numbers(std::span(values.begin(), values.size()));
}

// What format 2 has and format 1 had not: nothing of recordings of format 1, whose dumps never change.
std::string dump_session_more(const SessionInfo& session) {
  if (session.tool.empty() && session.arguments.empty()) return {};
  std::string out = "  by " + session.tool + ":";
  for (const std::string& argument : session.arguments) out += " '" + argument + "'";
  return out + " on " + session.cpu_description + "|" + session.cpu_id +
         numbers({session.cpus_online, session.memory_kb}) + "\n";
}

std::string dump_event_more(const EventInfo& event) {
  if (!event.has_stacks && event.perf_attr.empty() && event.perf_ids.empty() && event.instance.empty())
    return {};
  return std::string("  ") + (event.has_stacks ? "stacks" : "no stacks") + " attr " +
         hex({reinterpret_cast<const uint8_t*>(event.perf_attr.data()), event.perf_attr.size()}) + " ids" +
         numbers(event.perf_ids) + " instance '" + event.instance + "'\n";
}

std::string dump_maps_and_names(RecordingReader& reader) {
  std::string out;
  for (const TaskInfo& task : reader.task_events()) {
    if (task.parent_pid == 0 && task.cpu == kUnknownCpu) continue;
    out += "task kind " + number(static_cast<uint64_t>(task.kind)) + " time " + number(task.time_ns) + " " +
           std::to_string(task.tid) + " of " + std::to_string(task.pid) + " parent " +
           std::to_string(task.parent_tid) + " of " + std::to_string(task.parent_pid) + " cpu " +
           number(task.cpu) + " " + task.comm + "\n";
  }
  for (const MapInfo& map : reader.maps()) {
    out += "map " + number(map.time_ns) + " " + std::to_string(map.pid) + " " + std::to_string(map.tid) +
           numbers({map.start, map.length, map.page_offset, map.protection, map.flags, map.major, map.minor,
                    map.inode, map.generation, map.cpu}) +
           " " + map.path + "|" + map.build_id + "\n";
  }
  for (const AddressNames& names : reader.names()) {
    out += "names of " + names.path + "|" + names.build_id + "\n";
    for (const AddressName& name : names.names) {
      out += "  " + number(name.address) + " " + name.symbol + "+" + number(name.symbol_offset);
      for (const std::string& function : name.inlined) out += " in " + function;
      out += "\n";
    }
  }
  return out;
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

std::vector<MappedBlock> blocks_of(const Bytes& file) {
  auto source = memory_source(file);
  return map_by_walking(*source, kFileHeaderBytes).blocks;
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
  out += dump_session_more(session);
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
    out += dump_event_more(event);
  }
  out += "tasks " + number(reader.tasks().size()) + ": 4321 is " +
         std::string(reader.tasks().comm(4321, 1500)) + " of " +
         std::to_string(reader.tasks().pid(4321, 1500)) + ", 4400 is " +
         std::string(reader.tasks().comm(4400, ~uint64_t{0})) + "\n";
  for (const LossInfo& loss : reader.losses()) {
    out += "loss kind " + number(static_cast<uint64_t>(loss.kind)) + " cpu " +
           (loss.cpu == kUnknownCpu ? "?" : number(loss.cpu)) + " time " + number(loss.time_ns) + " count " +
           number(loss.count);
    if (loss.event != ~uint32_t{0})
      out +=
          " event " + number(loss.event) + " of " + std::to_string(loss.pid) + "/" + std::to_string(loss.tid);
    out += "\n";
  }
  for (const ClockAnchor& anchor : reader.anchors()) {
    out += "anchor " + number(anchor.recording_ns) + " " + number(anchor.realtime_ns) + " " +
           number(anchor.perf_ns) + "\n";
  }
  out += dump_maps_and_names(reader);
  auto totals = reader.totals();
  out += "totals " + number(totals.records) + " lost " + number(totals.lost) + " from " +
         number(totals.first_ns) + " to " + number(totals.last_ns) + " cpus";
  for (uint32_t cpu : totals.cpus) out += " " + number(cpu);
  out += "\n";
  StoredRecord record;
  while (reader.next(record)) {
    out += number(record.time_ns) + " [" + number(record.cpu) + "] " +
           reader.events().at(record.event).schema.name + " " + hex(record.bytes);
    if (!record.stack.empty()) out += " stack" + numbers(record.stack);
    out += "\n";
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

namespace {

void append(Bytes& out, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// Of the event "get": a key, a number of many sizes, and one that has few values.
Bytes get_record(uint32_t i, uint32_t random) {
  Bytes record;
  append(record, 0x72a, 2);
  append(record, 0, 2);
  append(record, 4321 + i / 50, 4);
  append(record, 0x400010, 8);
  const std::string key = i % 10 == 9 ? "" : "key:" + std::to_string(10000 + i % 90);
  append(record, (key.empty() ? 0 : key.size() + 1) << 16 | 32, 4);
  append(record, random >> random % 28, 8);
  append(record, 4096 * (random % 3), 4);
  if (!key.empty()) {
    record.insert(record.end(), key.begin(), key.end());
    record.push_back(0);
  }
  return record;
}

// Of the event "wide", no uprobe: a name in place and an array that is too long to be numbers.
Bytes wide_record(uint32_t i) {
  Bytes record;
  append(record, 0x72b, 2);
  append(record, 1, 2);
  append(record, 4321, 4);
  const std::string name = i % 2 ? "worker" : "a name of 16 by.";
  record.insert(record.end(), name.begin(), name.end());
  record.resize(24);
  for (uint32_t element = 0; element < 6; ++element) append(record, element < 4 ? i / 7 + element : 0, 2);
  return record;
}

}  // namespace

void fill_columns(RecordingWriter& writer) {
  SessionInfo session{"db-7", "6.1.0-18-amd64", "x86_64", "perf record -g", "perf", "mono", "0.2.0", 2};
  session.tool = "perf 6.1.99";
  session.arguments = {"perf", "record", "-g", "-e", "uprobes:get"};
  session.cpus_online = 2;
  session.cpu_description = "A processor";
  session.cpu_id = "GenuineIntel,6,85,7";
  session.memory_kb = 8123456;
  must(writer.write_session(session));
  EventInfo get = example_event("get");
  get.schema.fields = {{"key", Field::Kind::String, 4, 0, 16},
                       {"size", Field::Kind::Signed, 8, 0, 20},
                       {"block", Field::Kind::Unsigned, 4, 0, 28}};
  get.has_stacks = true;
  get.perf_attr = std::string("\x02\0\0\0\x88\0\0\0", 8);
  get.perf_ids = {41, 42};
  must(writer.add_event(get));
  EventInfo wide = example_event("wide");
  wide.schema.has_ip = false;
  wide.schema.fields = {{"comm", Field::Kind::FixedString, 1, 16, 8}, {"v", Field::Kind::Hex, 2, 6, 24}};
  wide.sites.clear();
  wide.instance = "second";
  must(writer.add_event(wide));
  must(writer.add_anchor({900, 1700000000000000000, 0}));
  must(writer.add_task({TaskInfo::Kind::Snapshot, 0, 4321, 4321, 0, "worker"}));
  must(writer.add_task({TaskInfo::Kind::Fork, 1000, 4322, 4321, 4321, "", 4321, 1}));
  must(writer.add_task({TaskInfo::Kind::Exec, 1100, 4322, 4322, 0, "child", 0, 1}));
  must(writer.add_map({0, 4321, 4321, 0x400000, 0x2000, 0x1000, "/bin/a", "c0de", 5, 2, 8, 1, 77, 3}));
  must(writer.add_map(
      {1200, -1, 0, 0xffffffff81000000, 0x1000000, 0, "[kernel.kallsyms]_text", "", 5, 2, 0, 0, 0, 0, 1}));
  must(writer.add_names({"/bin/a", "c0de", {{0x1010, "f", 0, {}}, {0x1100, "g", 0x20, {"h", "i"}}}}));
  uint32_t random = 1;
  for (uint32_t i = 0; i < 240; ++i) {
    random = random * 1664525 + 1013904223;
    const uint64_t time_ns = 2000 + 64 * i + random % 16 * 4;
    std::vector<uint64_t> stack;
    if (i % 4 == 0) stack = {~uint64_t{511}, 0x400010, 0x400100 + 16 * (i % 3), 0x7ffff0001000};
    must(i % 6 == 5 ? writer.add_record(0, time_ns, 1, wide_record(i))
                    : writer.add_record(0, time_ns, 0, get_record(i, random), stack));
  }
  // Two that no layout fits: cut, and with data that stand elsewhere.
  Bytes cut = get_record(1, 5), elsewhere = get_record(2, 5);
  cut.resize(30);
  elsewhere[16] = 33;
  must(writer.add_record(0, 30000, 0, cut));
  must(writer.add_record(0, 30001, 0, elsewhere));
  must(writer.add_loss({LossInfo::Kind::Dropped, 1, 31000, 3, 0, 4321, 4322}));
  must(writer.add_loss({LossInfo::Kind::Rotated, 0, 1900, 12}));
  must(writer.finish({242, 15, 0, false, false}));
}

std::vector<Sample> make_samples() {
  Bytes typical = write_recording([](RecordingWriter& writer) { fill_typical(writer); });
  std::vector<Sample> samples;
  samples.push_back({"minimal", write_recording(fill_minimal)});
  samples.push_back({"typical", typical});
  samples.push_back(
      {"killed", write_recording([](RecordingWriter& writer) { fill_typical(writer, false); })});

  std::vector<MappedBlock> records;
  for (const MappedBlock& place : blocks_of(typical)) {
    if (place.header.is(BlockType::Columns)) records.push_back(place);
  }
  samples.push_back(
      {"torn", Bytes(typical.begin(), typical.begin() + static_cast<ptrdiff_t>(records.back().offset + 70))});
  Bytes damaged = typical;
  damaged[records[1].offset + kBlockHeaderBytes + 20] ^= 0x10;
  samples.push_back({"damaged", damaged});
  samples.push_back({"columns", write_recording(fill_columns), 2});
  return samples;
}

}  // namespace uproar::test
