#include "convert/perf_data/perf_data_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "convert/exported_events.h"
#include "convert/perf_data/perf_data_encode.h"
#include "convert/perf_data/site_maps.h"
#include "event/little_endian.h"
#include "event/record_decoder.h"
#include "replay/side_records.h"

namespace uproar {

namespace {

constexpr uint64_t kRecordsInRound = 8192;
constexpr uint32_t kNone = ~uint32_t{0};
constexpr uint64_t kUpdateName = 2;
constexpr auto kEventUpdate = static_cast<PerfRecordType>(78);
constexpr uint32_t kSoftware = 1, kDummy = 9;  // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY

// Events of perf that are none of tracefs's, such as "dummy:HG", have a name and no records.
bool is_plain(const EventInfo& event) {
  if (!event.schema.group.empty()) return false;
  const std::span bytes(reinterpret_cast<const uint8_t*>(event.perf_attr.data()), event.perf_attr.size());
  const auto attr = parse_perf_attr(bytes);
  return attr && attr->type != PerfAttr::kTracepoint;
}

// One entry of the file's table of events.
struct OutEvent {
  PerfAttrRequest attr;
  std::string name;
  uint64_t id = 0;
};

class Exporter {
 public:
  Exporter(Player& player, ByteOutput& output, const PerfDataOptions& options,
           const ProgressFunction& progress)
      : player_(player),
        reader_(player.reader()),
        output_(output),
        options_(options),
        progress_(progress),
        traced_(traced_events(reader_.events(), traced_number_)),
        exported_(traced_),
        side_(reader_, {.tasks = true, .maps = true, .losses = true}, nullptr) {}

  Result<ExportOutcome> run() {
    list_events();
    file_form_ = options_.form == PerfDataOptions::Form::File ||
                 (options_.form == PerfDataOptions::Form::Best && any_stacks_ && output_.can_patch());
    if (file_form_ && !output_.can_patch())
      return Error{fmt::format("{}: the file form of perf.data cannot be written to a pipe", output_.name()),
                   {},
                   "write the pipe form, which perf reads as well, or to a file",
                   0};
    TRY(file_form_ ? write_file_start() : write_pipe_start());
    TRY(write_records());
    if (file_form_) TRY(write_file_end());
    TRY(output_.flush());
    return std::move(outcome_);
  }

 private:
  static std::vector<EventInfo> traced_events(const std::vector<EventInfo>& all,
                                              std::vector<uint32_t>& numbers) {
    std::vector<EventInfo> traced;
    for (const EventInfo& event : all) {
      numbers.push_back(is_plain(event) ? kNone : static_cast<uint32_t>(traced.size()));
      if (numbers.back() != kNone) traced.push_back(event);
    }
    return traced;
  }

  void list_events() {
    for (const ExportedEvents::Event& event : exported_.events()) {
      number_of_type_[event.type] = static_cast<uint32_t>(events_.size());
      OutEvent out;
      out.attr.config = event.type;
      out.name = event.group + ":" + event.name;
      events_.push_back(std::move(out));
      formats_.push_back({event.group, event.format});
    }
    for (const EventInfo& event : reader_.events()) {
      if (event.has_stacks) any_stacks_ = true;
      if (!is_plain(event)) continue;
      OutEvent out;
      const auto* bytes = reinterpret_cast<const uint8_t*>(event.perf_attr.data());
      const auto attr = parse_perf_attr({bytes, event.perf_attr.size()});
      out.attr.type = attr ? attr->type : kSoftware;
      out.attr.config = attr ? attr->config : kDummy;
      out.attr.records = false;
      out.name = event.schema.name;
      events_.push_back(std::move(out));
    }
    for (size_t i = 0; i < events_.size(); ++i) {
      events_[i].id = i + 1;
      events_[i].attr.leads = i == 0;
      events_[i].attr.clock = perf_clock_of(reader_.session());
      // perf wants the same of all events, or none.
      events_[i].attr.chains = any_stacks_ && events_[i].attr.records;
    }
    if (exported_.too_many())
      outcome_.notes.push_back("there are more events than numbers for them: some are left out");
  }

  std::vector<PerfFeatureBytes> features() const {
    const RecordingReader::Totals totals = reader_.totals();
    return perf_feature_sections(reader_.session(), totals.first_ns, totals.last_ns, reader_.anchors());
  }

  Result<void> write_pipe_start() {
    bytes_.bytes(as_bytes(kPerfMagic));
    bytes_.u64(kPerfPipeHeaderSize);
    ByteWriter body;
    for (const OutEvent& event : events_) {
      body.clear();
      append_perf_attr(event.attr, body);
      body.u64(event.id);
      append_perf_record(PerfRecordType::HeaderAttr, body.view(), bytes_);
    }
    for (const PerfFeatureBytes& feature : features()) {
      body.clear();
      body.u64(static_cast<uint64_t>(feature.bit));
      body.bytes(feature.bytes);
      if (!append_perf_record(PerfRecordType::HeaderFeature, body.view(), bytes_))
        outcome_.notes.push_back("the command line is too long for perf.data and was left out");
    }
    for (const OutEvent& event : events_) {
      if (event.attr.records) continue;
      body.clear();
      body.u64(kUpdateName);
      body.u64(event.id);
      body.bytes(as_bytes(event.name));
      do body.u8(0);
      while (body.size() % 8 != 0);
      append_perf_record(kEventUpdate, body.view(), bytes_);
    }
    std::vector<uint8_t> formats = perf_tracing_data(formats_);
    formats.resize((formats.size() + 7) / 8 * 8);
    body.clear();
    body.u32(static_cast<uint32_t>(formats.size()));
    append_perf_record(PerfRecordType::HeaderTracingData, body.view(), bytes_);
    bytes_.bytes(formats);
    return write_out();
  }

  // Header, ids, table of attributes; what is not known yet is patched at the end.
  Result<void> write_file_start() {
    for (size_t i = 0; i < kPerfFileHeaderSize; ++i) bytes_.u8(0);
    for (const OutEvent& event : events_) bytes_.u64(event.id);
    attrs_at_ = bytes_.size();
    for (size_t i = 0; i < events_.size(); ++i) {
      append_perf_attr(events_[i].attr, bytes_);
      bytes_.u64(kPerfFileHeaderSize + 8 * i);
      bytes_.u64(8);
    }
    data_at_ = bytes_.size();
    return write_out();
  }

  Result<void> write_file_end() {
    const uint64_t data_end = output_.position();
    std::vector<PerfFeatureBytes> sections = features();
    sections.insert(sections.begin(), {PerfFeature::TracingData, perf_tracing_data(formats_)});
    ByteWriter names;
    names.u32(static_cast<uint32_t>(events_.size()));
    names.u32(kPerfAttrBytes);
    for (const OutEvent& event : events_) {
      append_perf_attr(event.attr, names);
      names.u32(1);
      append_perf_text(event.name, names);
      names.u64(event.id);
    }
    sections.push_back({PerfFeature::EventDescription, {names.view().begin(), names.view().end()}});
    std::sort(sections.begin(), sections.end(), [](const auto& a, const auto& b) { return a.bit < b.bit; });
    std::array<uint64_t, kPerfFeatureBits / 64> map = {};
    uint64_t at = data_end + kPerfSectionSize * sections.size();
    for (const PerfFeatureBytes& section : sections) {
      map[static_cast<unsigned>(section.bit) / 64] |= uint64_t{1}
                                                      << (static_cast<unsigned>(section.bit) % 64);
      bytes_.u64(at);
      bytes_.u64(section.bytes.size());
      at += section.bytes.size();
    }
    for (const PerfFeatureBytes& section : sections) bytes_.bytes(section.bytes);
    TRY(write_out());

    ByteWriter header;
    header.bytes(as_bytes(kPerfMagic));
    header.u64(kPerfFileHeaderSize);
    header.u64(kPerfAttrBytes + kPerfSectionSize);
    header.u64(attrs_at_);
    header.u64(data_at_ - attrs_at_);
    header.u64(data_at_);
    header.u64(data_end - data_at_);
    header.u64(0);
    header.u64(0);
    for (const uint64_t word : map) header.u64(word);
    return output_.patch(0, header.view());
  }

  Result<void> write_records() {
    TRY(write_first_names());
    StoredRecord record;
    for (uint64_t count = 0; player_.next(record); ++count) {
      write_side(record.time_ns);
      write_sample(record);
      if (count % kRecordsInRound == kRecordsInRound - 1) {
        append_perf_record(PerfRecordType::FinishedRound, {}, bytes_);
        TRY(write_out());
        if (progress_ && !progress_({0, 0, outcome_.events})) {
          outcome_.stopped = true;
          break;
        }
      }
    }
    if (!outcome_.stopped) write_side(~uint64_t{0});
    append_perf_record(PerfRecordType::FinishedRound, {}, bytes_);
    if (too_long_ > 0)
      outcome_.notes.push_back(
          fmt::format("{} events are too long for perf.data and were left out", too_long_));
    left_out_ += player_.undecodable();
    if (left_out_ > 0)
      outcome_.notes.push_back(
          fmt::format("{} events do not fit their formats and were left out", left_out_));
    return write_out();
  }

  // A task's first name holds before it was given, where no fork tells that there was nobody.
  Result<void> write_first_names() {
    std::unordered_set<int32_t> seen;
    for (const TaskInfo& task : reader_.task_events()) {
      if (task.kind == TaskInfo::Kind::Exit || !seen.insert(task.tid).second) continue;
      if (task.kind == TaskInfo::Kind::Fork || task.time_ns == 0) continue;
      TaskInfo first = task;
      first.kind = TaskInfo::Kind::Snapshot;
      first.time_ns = 0;
      write_task(first);
    }
    return write_out();
  }

  void write_side(uint64_t time_ns) {
    while (const SideRecord* side = side_.next(time_ns)) {
      if (side->task != nullptr) write_task(*side->task);
      if (side->map != nullptr) write_map(*side->map);
      if (side->loss != nullptr) write_loss(*side->loss);
    }
  }

  PerfStamp stamp(int32_t pid, int32_t tid, uint64_t time_ns, uint32_t cpu) const {
    return {pid, tid, time_ns, cpu == kUnknownCpu && time_ns == 0 ? 0 : cpu, time_ns == 0 ? 0 : first_id()};
  }
  uint64_t first_id() const { return events_.empty() ? 0 : events_.front().id; }

  void write_task(const TaskInfo& task) {
    const int32_t pid = task.pid != 0 ? task.pid : pid_of(task.tid, task.time_ns);
    const PerfStamp at = stamp(pid, task.tid, task.time_ns, task.cpu);
    const bool change = task.kind == TaskInfo::Kind::Fork || task.kind == TaskInfo::Kind::Exit;
    if (change) append_perf_task(at, task, bytes_);
    if (task.kind != TaskInfo::Kind::Exit && has_name(task)) append_perf_comm(at, task, bytes_);
  }

  // A name may be empty. Where another program's file did not tell one it is not known, which is something
  // else; what a task calls itself is a name in any case.
  bool has_name(const TaskInfo& task) const {
    if (!task.comm.empty()) return true;
    if (task.kind == TaskInfo::Kind::Rename || task.kind == TaskInfo::Kind::Exec) return true;
    return task.kind == TaskInfo::Kind::Snapshot && task.tid != 0 && reader_.session().via == "tracefs";
  }

  void write_map(const MapInfo& map) {
    append_perf_map(stamp(map.pid, map.tid, map.time_ns, map.cpu), map, bytes_);
  }

  void write_loss(const LossInfo& loss) {
    if (!player_.selection().wants_cpu(loss.cpu)) return;
    PerfStamp at = stamp(loss.pid, loss.tid, loss.time_ns, loss.cpu);
    if (append_perf_lost(at, loss.count, bytes_)) outcome_.lost += loss.count;
  }

  int32_t pid_of(int32_t tid, uint64_t time_ns) const {
    const int32_t pid = reader_.tasks().pid(tid, time_ns);
    return pid != 0 ? pid : tid;
  }

  void write_sample(StoredRecord record) {
    const uint32_t number = record.event < traced_number_.size() ? traced_number_[record.event] : kNone;
    if (number == kNone) return static_cast<void>(++left_out_);
    const EventSchema& schema = traced_[number].schema;
    decode_record(schema, record.bytes, event_);
    record.event = number;
    const auto bytes = exported_.record(record);
    if (!bytes) return static_cast<void>(++left_out_);
    const auto place = number_of_type_.find(load_little_endian<uint16_t>(bytes->data()));
    if (place == number_of_type_.end()) return static_cast<void>(++left_out_);
    event_.time_ns = record.time_ns;
    event_.cpu = record.cpu;
    write_map_of_site(number);
    const OutEvent& out = events_[place->second];
    const PerfStamp at{pid_of(event_.tid, record.time_ns), event_.tid, record.time_ns, record.cpu, out.id};
    const uint64_t ip = schema.is_return ? event_.return_ip : event_.ip;
    if (append_perf_sample(at, ip, out.attr.chains, record.stack, *bytes, bytes_))
      ++outcome_.events;
    else
      ++too_long_;
  }

  // perf names addresses by maps; a recording without them tells at least where the probed files were.
  void write_map_of_site(uint32_t number) {
    const EventInfo& info = traced_[number];
    if (info.sites.empty() || !info.schema.has_ip) return;
    const int32_t pid = pid_of(event_.tid, event_.time_ns);
    if (player_.names().find(pid, event_.time_ns, event_.ip).map != nullptr) return;
    if (const auto map = site_maps_.map_of(info.sites, event_, pid)) write_map(*map);
  }

  static std::span<const uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  Result<void> write_out() {
    TRY(output_.append(bytes_.view()));
    bytes_.clear();
    return {};
  }

  Player& player_;
  RecordingReader& reader_;
  ByteOutput& output_;
  const PerfDataOptions& options_;
  const ProgressFunction& progress_;
  ExportOutcome outcome_;
  std::vector<uint32_t> traced_number_;  // by number in the recording: that in traced_, or kNone
  std::vector<EventInfo> traced_;
  ExportedEvents exported_;
  SideRecords side_;
  SiteMaps site_maps_;
  std::vector<OutEvent> events_;
  std::vector<PerfFormat> formats_;
  std::unordered_map<uint16_t, uint32_t> number_of_type_;  // of events_
  bool any_stacks_ = false;
  bool file_form_ = false;
  Event event_;
  ByteWriter bytes_;
  uint64_t attrs_at_ = 0, data_at_ = 0;
  uint64_t too_long_ = 0, left_out_ = 0;
};

}  // namespace

Result<ExportOutcome> export_perf_data(Player& player, ByteOutput& output, const PerfDataOptions& options,
                                       const ProgressFunction& progress) {
  return Exporter(player, output, options, progress).run();
}

}  // namespace uproar
