#include "convert/perf_data/perf_data_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "convert/perf_data/perf_data_session.h"
#include "convert/perf_data/perf_data_stream.h"
#include "event/little_endian.h"
#include "event/perf_queue.h"
#include "symbolize/perf_task_records.h"
#include "symbolize/task_recorder.h"

namespace uproar {

namespace {

constexpr uint64_t kProgressEvery = 4096;  // records
constexpr size_t kCommonHeader = 8;        // of an ftrace record
constexpr size_t kTidAt = 4;

// Records that only perf itself needs, or that come once for the whole file.
constexpr uint32_t kFirstUserType = 64;
constexpr uint32_t kLastUserType = 90;
constexpr uint32_t kEventUpdate = 78;

uint64_t u64_at(std::span<const uint8_t> bytes, size_t at) {
  return load_little_endian<uint64_t>(bytes.data() + at);
}

bool is(uint32_t type, PerfRecordType wanted) {
  return type == static_cast<uint32_t>(wanted);
}

class Importer {
 public:
  Importer(ByteInput& input, RecordingWriter& writer, const ProgressFunction& progress,
           const PerfDataImportOptions& options)
      : input_(input),
        writer_(writer),
        progress_(progress),
        options_(options),
        recorder_(writer),
        tasks_(recorder_),
        queue_([this](uint64_t offset, std::span<const uint8_t> record) { return process(offset, record); }) {
  }

  Result<ImportOutcome> run() {
    TRY_ASSIGN(const auto head, input_.view(0, kPerfFileHeaderSize));
    TRY_ASSIGN(const PerfFileHeader header, parse_perf_file_header(head, input_.name()));
    uint64_t begin = kPerfPipeHeaderSize, end = ~uint64_t{0};
    if (!header.pipe) {
      if (!input_.can_seek())
        return Error{
            fmt::format("{}: this perf.data cannot come through a pipe, its formats stand at its end",
                        input_.name()),
            {},
            "name the file, or let perf write for a pipe (perf record -o -)",
            0};
      TRY(read_perf_file_sections(input_, header, session_, end));
      begin = header.data.offset;
    }
    stream_ = PerfDataStream::create(input_, begin, end);
    TRY(read_records());
    TRY(begin_recording());
    TRY(queue_.finish_all());
    TRY(finish());
    return std::move(outcome_);
  }

 private:
  Result<void> read_records() {
    PerfRawRecord record;
    for (uint64_t count = 0;; ++count) {
      auto more = stream_->next(record);
      if (!more.ok()) {
        tell({stream_->position(), 0, "cannot be read: " + more.error().message});
        return {};
      }
      if (!*more) return {};
      if (record.header.type >= kFirstUserType) {
        TRY(take_user_record(record));
      } else {
        TRY(begin_recording());
        TRY(take_kernel_record(record));
      }
      if (count % kProgressEvery == 0 && progress_ &&
          !progress_({stream_->position(), input_.size(), outcome_.events})) {
        outcome_.stopped = true;
        return {};
      }
    }
  }

  Result<void> take_user_record(const PerfRawRecord& record) {
    const uint32_t type = record.header.type;
    const auto body = record.bytes.subspan(kPerfRecordHeaderSize);
    if (is(type, PerfRecordType::FinishedRound)) return queue_.finish_round();
    if (is(type, PerfRecordType::HeaderAttr)) return take_attr(record);
    if (is(type, PerfRecordType::HeaderFeature)) {
      if (body.size() < 8) return damaged(record, "a feature record is too short");
      session_.add_feature(static_cast<unsigned>(std::min<uint64_t>(u64_at(body, 0), kPerfFeatureBits)),
                           body.subspan(8), record.offset);
    } else if (is(type, PerfRecordType::HeaderTracingData)) {
      if (body.size() < 4) return damaged(record, "a record of tracing data is too short");
      const uint64_t offset = stream_->position();
      const uint32_t size = load_little_endian<uint32_t>(body.data());
      TRY_ASSIGN(const auto bytes, stream_->payload(size));
      if (bytes.size() < size)
        session_.damage.push_back({offset, bytes.size(), "the file is cut off inside its tracing data"});
      session_.add_tracing_data(bytes, offset);
    } else if (is(type, PerfRecordType::HeaderBuildId)) {
      PerfBuildId id;
      if (!parse_perf_build_id(record.bytes, id))
        return damaged(record, "a record of a build-id is too short");
      session_.features.build_ids.push_back(std::move(id));
    } else if (is(type, PerfRecordType::Auxtrace)) {
      if (body.size() < 8) return damaged(record, "an AUXTRACE record is too short");
      stream_->skip_payload(u64_at(body, 0));
      ++aux_records_;
    } else if (type == kEventUpdate) {
      take_event_name(body);
    } else if (type > kLastUserType) {
      ++unknown_types_;
    }
    return {};
  }

  Result<void> take_attr(const PerfRawRecord& record) {
    const auto bytes = record.bytes.subspan(kPerfRecordHeaderSize);
    auto attr = parse_perf_attr(bytes);
    if (!attr) return damaged(record, "an attribute of an event is too short");
    for (size_t at = attr->bytes.size(); at + 8 <= bytes.size(); at += 8)
      attr->ids.push_back(u64_at(bytes, at));
    session_.add_attr(std::move(*attr));
    if (begun_) return add_event(session_.attrs.back());
    return {};
  }

  // EVENT_UPDATE of the kind NAME, which only the pipe form has: u64 kind, u64 id, the name.
  void take_event_name(std::span<const uint8_t> body) {
    constexpr uint64_t kName = 2;
    if (body.size() < 17 || u64_at(body, 0) != kName) return;
    const auto event = session_.event_of_id.find(u64_at(body, 8));
    const auto text = body.subspan(16);
    if (event != session_.event_of_id.end())
      session_.attrs[event->second].name.assign(text.begin(),
                                                std::find(text.begin(), text.end(), uint8_t{0}));
  }

  Result<void> take_kernel_record(const PerfRawRecord& record) {
    const auto event = session_.event_of(record.bytes);
    if (!event) {
      if (is(record.header.type, PerfRecordType::Sample)) ++unknown_ids_;
      return {};
    }
    const uint64_t time_ns = perf_time(record.bytes, session_.attrs[*event].layout);
    // What perf made up itself, about the tasks that there were, has no time and holds at once.
    if (time_ns == 0 || time_ns == ~uint64_t{0}) return process(record.offset, record.bytes);
    return queue_.add(time_ns, record.offset, record.bytes);
  }

  // Session and events stand first in the recording, so they wait for the first record.
  Result<void> begin_recording() {
    if (begun_) return {};
    begun_ = true;
    stream_->set_largest_unpacked(session_.features.largest_unpacked);
    session_.take_names();
    machine_ = unwind_machine(session_.features.arch);
    unwinds_ = options_.look_up_names && machine_ != 0;
    TRY(writer_.write_session(perf_session_info(session_.features, session_.attrs)));
    if (session_.features.has_clock)
      TRY(writer_.add_anchor({session_.features.clock_ns, session_.features.clock_realtime_ns, 0}));
    for (const PerfAttr& attr : session_.attrs) TRY(add_event(attr));
    return {};
  }

  Result<void> add_event(const PerfAttr& attr) {
    std::string fault;
    const EventInfo info = session_.event_info(attr, options_.local_formats, fault);
    if (!fault.empty()) outcome_.notes.push_back(std::move(fault));
    TRY_ASSIGN(const uint32_t number, writer_.add_event(info));
    events_.push_back({number, info.schema.full_name(), attr.type == PerfAttr::kTracepoint});
    constexpr uint64_t kDwarf = PerfSampleBits::kRegsUser | PerfSampleBits::kStackUser;
    copied_stacks_ = copied_stacks_ || (attr.layout.sample_type & kDwarf) == kDwarf;
    return {};
  }

  Result<void> process(uint64_t offset, std::span<const uint8_t> bytes) {
    const auto event = session_.event_of(bytes);
    if (!event || *event >= events_.size()) return {};
    const PerfLayout& layout = session_.attrs[*event].layout;
    const uint32_t type = read_perf_header(bytes).type;
    PerfStatus status = PerfStatus::Ok;
    if (is(type, PerfRecordType::Sample)) {
      // Raw data are a trace record only if the event is a tracepoint: those of a software event (perf record
      // -R), of a BPF program or of a unit of the processor are something else, of any length.
      if (!events_[*event].is_tracepoint) {
        ++events_[*event].foreign;
        return {};
      }
      status = parse_perf_sample(bytes, layout, sample_);
      if (status == PerfStatus::Ok) return add_sample(offset, events_[*event], layout);
    } else if (is(type, PerfRecordType::Lost) || is(type, PerfRecordType::LostSamples)) {
      PerfLostRecord lost;
      status = parse_perf_lost(bytes, layout, lost);
      if (status == PerfStatus::Ok) return add_loss(lost);
    } else {
      TRY_ASSIGN(status, tasks_.take(bytes, layout, {.build_id_of = [this](const std::string& path) {
                                       return session_.build_id_of(path);
                                     }}));
    }
    if (status != PerfStatus::Ok) tell({offset, bytes.size(), describe(status)});
    return {};
  }

  struct ImportedEvent {
    uint32_t number = 0;
    std::string name;
    bool is_tracepoint = false;
    uint64_t foreign = 0;  // samples of what is no tracepoint
    uint64_t without_raw = 0;
  };

  Result<void> add_sample(uint64_t offset, ImportedEvent& event, const PerfLayout& layout) {
    if (!sample_.has_raw) {
      ++event.without_raw;
      return {};
    }
    std::span<const uint8_t> raw = sample_.raw;
    if (raw.size() < kCommonHeader) {
      tell({offset, raw.size(), "raw data is shorter than the header of a trace record"});
      return {};
    }
    // In a namespace of process numbers, perf knows the task by another number than the record does.
    const auto tid = static_cast<uint32_t>(sample_.at.tid);
    const bool has_tid = (layout.sample_type & PerfSampleBits::kTid) != 0;
    if (has_tid && load_little_endian<uint32_t>(raw.data() + kTidAt) != tid) {
      patched_.assign(raw.begin(), raw.end());
      store_little_endian(patched_.data() + kTidAt, tid);
      raw = patched_;
    }
    if (has_tid) TRY(recorder_.see_task(sample_.at.pid, sample_.at.tid));
    if (unwinds_) recorder_.unwind(sample_.at.pid, perf_user_stack(sample_, layout, machine_), sample_.chain);
    recorder_.add_chain(sample_.at.pid, sample_.ip, sample_.chain);
    ++outcome_.events;
    const bool has_cpu = (layout.sample_type & PerfSampleBits::kCpu) != 0;
    if (!has_cpu) ++without_cpu_;
    return writer_.add_record(has_cpu ? sample_.at.cpu : 0, sample_.at.time_ns, event.number, raw,
                              sample_.chain);
  }

  Result<void> add_loss(const PerfLostRecord& lost) {
    if (lost.lost == 0) return {};
    LossInfo info;
    info.kind = LossInfo::Kind::Dropped;
    info.cpu = lost.at.cpu;
    info.time_ns = lost.at.time_ns;
    info.count = lost.lost;
    const auto event = session_.event_of_id.find(lost.id);
    if (event != session_.event_of_id.end() && event->second < events_.size())
      info.event = events_[event->second].number;
    info.pid = std::max(lost.at.pid, 0);
    info.tid = std::max(lost.at.tid, 0);
    outcome_.lost += lost.lost;
    return writer_.add_loss(info);
  }

  Result<void> finish() {
    if (options_.look_up_names) TRY(recorder_.write_names());
    for (Damage& damage : session_.damage) tell(std::move(damage));
    for (Damage& damage : stream_->take_damage()) tell(std::move(damage));
    std::stable_sort(outcome_.damage.begin(), outcome_.damage.end(),
                     [](const Damage& a, const Damage& b) { return a.offset < b.offset; });
    if (damage_count_ > outcome_.damage.size())
      outcome_.damage.push_back({outcome_.damage.back().offset, 0,
                                 fmt::format("{} more places", damage_count_ - outcome_.damage.size())});
    // Nobody can say how many events stood there.
    if (damage_count_ > 0)
      TRY(writer_.add_loss({.kind = LossInfo::Kind::Unreadable, .cpu = kUnknownCpu, .count = damage_count_}));
    add_notes();
    return writer_.finish({.events = outcome_.events, .lost = outcome_.lost + damage_count_});
  }

  void add_notes() {
    const auto note = [this](std::string text) { outcome_.notes.push_back(std::move(text)); };
    for (const ImportedEvent& event : events_) {
      if (event.foreign > 0)
        note(fmt::format("{} of {}, which is no tracepoint, {} left out",
                         event.foreign == 1 ? "1 sample" : fmt::format("{} samples", event.foreign),
                         event.name, event.foreign == 1 ? "was" : "were"));
      if (event.without_raw > 0)
        note(fmt::format("{} samples of {} have no trace record and were left out", event.without_raw,
                         event.name));
    }
    if (without_cpu_ > 0) note(fmt::format("{} samples have no CPU: 0 stands in its place", without_cpu_));
    if (unknown_ids_ > 0)
      note(fmt::format("{} samples belong to no event of the file and were left out", unknown_ids_));
    if (unknown_types_ > 0) note(fmt::format("{} records of unknown types were left out", unknown_types_));
    if (aux_records_ > 0) note(fmt::format("{} AUXTRACE records were left out", aux_records_));
    if (copied_stacks_ && !unwinds_)
      note(fmt::format("stacks that were copied for unwinding (--call-graph dwarf) were left out: {}",
                       machine_ != 0 ? "no files are looked at"
                                     : "nothing is known of machine '" + session_.features.arch + "'"));
    if (const uint64_t cut = recorder_.cut_chains(); cut > 0)
      note(fmt::format("{} call chain{} early, where the copied piece of the stack ended", cut,
                       cut == 1 ? " ends" : "s end"));
    if (queue_.overflowed()) note("the file has no rounds, or very long ones: it was sorted piece by piece");
    if (recorder_.names_overflowed()) note("there are too many different addresses: some have no name");
  }

  Result<void> damaged(const PerfRawRecord& record, std::string reason) {
    tell({record.offset, record.bytes.size(), std::move(reason)});
    return {};
  }
  void tell(Damage damage) {
    if (++damage_count_ < kMaxDamageTold) outcome_.damage.push_back(std::move(damage));
  }

  ByteInput& input_;
  RecordingWriter& writer_;
  const ProgressFunction& progress_;
  const PerfDataImportOptions& options_;
  ImportOutcome outcome_;
  PerfDataSession session_;
  std::unique_ptr<PerfDataStream> stream_;
  TaskRecorder recorder_;
  PerfTaskRecords tasks_;
  PerfQueue queue_;
  std::vector<ImportedEvent> events_;  // by number in session_.attrs
  PerfSample sample_;
  std::vector<uint8_t> patched_;
  bool begun_ = false;
  bool copied_stacks_ = false, unwinds_ = false;
  uint16_t machine_ = 0;  // whose stacks they are; 0: one that is not known
  uint64_t damage_count_ = 0, unknown_ids_ = 0, unknown_types_ = 0, aux_records_ = 0, without_cpu_ = 0;
};

}  // namespace

Result<ImportOutcome> import_perf_data(ByteInput& input, RecordingWriter& writer,
                                       const ProgressFunction& progress,
                                       const PerfDataImportOptions& options) {
  return Importer(input, writer, progress, options).run();
}

}  // namespace uproar
