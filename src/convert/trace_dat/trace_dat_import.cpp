#include "convert/trace_dat/trace_dat_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "convert/trace_dat/kernel_symbols.h"
#include "convert/trace_dat/printed_texts.h"
#include "convert/trace_dat/record_source.h"
#include "convert/trace_dat/trace_dat_format.h"
#include "convert/trace_dat/trace_dat_reader.h"
#include "event/event_format.h"
#include "event/record_decoder.h"
#include "recording/file_format.h"
#include "recording/metadata/stack_walk.h"

namespace uproar {

namespace {

using namespace trace_dat;

constexpr uint64_t kProgressEvery = 1 << 14;  // records
constexpr uint32_t kNoEvent = ~uint32_t{0};
// More different tasks than PID_MAX_LIMIT are no tasks.
constexpr size_t kMaxTasks = size_t{1} << 22;
constexpr size_t kMaxAddresses = size_t{1} << 20;  // of the kernel, that are named

// One CPU of one buffer with the record that comes next.
struct Source {
  Source(ByteInput& input, const Contents& contents, uint32_t number, const Stream& stream,
         const StackEntries& stacks, std::vector<Damage>& damage)
      : records(input, contents, contents.buffers[number], stream, stacks, damage), buffer(number) {}
  RecordSource records;
  uint32_t buffer;  // index in Contents::buffers
  uint64_t time_ns = 0;
  uint64_t lost = 0;  // that the sub-buffers told
};

struct Later {
  const std::vector<std::unique_ptr<Source>>& sources;
  bool operator()(uint32_t a, uint32_t b) const {
    return sources[a]->time_ns != sources[b]->time_ns ? sources[a]->time_ns > sources[b]->time_ns : a > b;
  }
};

class Importer {
 public:
  Importer(ByteInput& input, Contents contents, RecordingWriter& writer, const ProgressFunction& progress)
      : input_(input), contents_(std::move(contents)), writer_(writer), progress_(progress) {
    outcome_.damage = std::move(contents_.damage);
    printed_ = std::make_unique<PrintedTexts>(parse_printk_formats(contents_.printk_formats),
                                              contents_.layout.commit_size);
    contents_.printk_formats.clear();
  }

  Result<ImportOutcome> run(SessionInfo session) {
    TRY(write_session(std::move(session)));
    read_formats();
    find_events_with_stacks();
    TRY(add_recorded_events());
    TRY(copy_records());
    TRY(add_remaining_losses());
    TRY(add_tasks());
    TRY(add_kernel_names());
    tell_unreadable();
    EndSummary end;
    end.events = outcome_.events;
    end.lost = outcome_.lost;
    TRY(writer_.finish(end));
    return std::move(outcome_);
  }

 private:
  Result<void> write_session(SessionInfo session) {
    session.host = contents_.host;
    session.kernel = contents_.kernel;
    session.machine = contents_.machine;
    session.via = "trace.dat";
    session.clock = "local";
    for (const Buffer& buffer : contents_.buffers) {
      if (!buffer.clock.empty()) session.clock = buffer.clock;
      if (!buffer.streams.empty()) break;
    }
    if (contents_.tick_multiplier != 0) session.clock = "mono";
    session.cpus = contents_.cpus;
    session.tool = "trace-cmd " + contents_.tool_version.substr(0, contents_.tool_version.find(' '));
    return writer_.write_session(session);
  }

  void read_formats() {
    formats_by_type_.reserve(contents_.formats.size());
    const size_t recorded = contents_.formats.size() - contents_.tracer_formats;
    for (size_t i = 0; i < contents_.formats.size(); ++i) {
      const FormatText& format = contents_.formats[i];
      auto schema = parse_event_format(format.text, format.group);
      if (!schema.ok()) {
        note(schema.error().message);
        continue;
      }
      const uint16_t type = schema->kernel_type;
      if (formats_by_type_.contains(type)) {
        note(fmt::format("two formats have the number {}; the first is taken", type));
        continue;
      }
      printed_->take(*schema);
      if (const auto stack = stack_entry(*schema, contents_.layout.commit_size)) {
        stack_entries_.push_back(*stack);
        // What it holds is its call chain; how long that is, the format does not know.
        schema->fields.clear();
        schema->format.clear();
      }
      formats_by_type_.emplace(type, std::move(*schema));
      if (i < recorded) recorded_types_.push_back(type);
    }
    contents_.formats.clear();
  }

  // Whether an event has call chains is said before its first record, and only its records tell.
  void find_events_with_stacks() {
    if (stack_entries_.empty()) return;
    std::vector<Damage> told_later;
    for (uint32_t b = 0; b < contents_.buffers.size(); ++b) {
      for (const Stream& stream : contents_.buffers[b].streams) {
        RecordSource source(input_, contents_, contents_.buffers[b], stream, stack_entries_, told_later);
        CommonHeader common;
        while (source.next()) {
          if (!source.record().stack.empty() && read_common_header(source.record().bytes, common))
            with_stacks_.insert(key_of(b, common.type));
        }
      }
    }
  }

  // Events that were switched on are in the recording even if none of them happened.
  Result<void> add_recorded_events() {
    const uint32_t main = first_buffer_with_pages();
    for (const uint16_t type : recorded_types_) TRY(event_of(main, type));
    return {};
  }

  static uint64_t key_of(uint32_t buffer, uint16_t type) { return uint64_t{buffer} << 16 | type; }

  uint32_t first_buffer_with_pages() const {
    for (uint32_t i = 0; i < contents_.buffers.size(); ++i) {
      if (!contents_.buffers[i].streams.empty()) return i;
    }
    return 0;
  }

  // The number of the event in the recording. One without a format has a name by its number, and no values.
  Result<uint32_t> event_of(uint32_t buffer, uint16_t type) {
    const auto [entry, is_new] = numbers_.try_emplace(key_of(buffer, type), kNoEvent);
    if (!is_new) return entry->second;
    const auto schema = formats_by_type_.find(type);
    EventInfo info;
    if (schema != formats_by_type_.end()) {
      info.schema = schema->second;
    } else {
      info.schema.has_ip = false;
      info.schema.name = fmt::format("tracepoint_{}", type);
      info.schema.kernel_type = type;
    }
    info.has_stacks = with_stacks_.contains(key_of(buffer, type));
    info.instance = contents_.buffers.empty() ? "" : contents_.buffers[buffer].name;
    TRY_ASSIGN(entry->second, writer_.add_event(info));
    return entry->second;
  }

  Result<void> copy_records() {
    for (uint32_t b = 0; b < contents_.buffers.size(); ++b) {
      for (const Stream& stream : contents_.buffers[b].streams) {
        sources_.push_back(
            std::make_unique<Source>(input_, contents_, b, stream, stack_entries_, outcome_.damage));
      }
    }
    std::priority_queue<uint32_t, std::vector<uint32_t>, Later> order(Later{sources_});
    for (uint32_t i = 0; i < sources_.size(); ++i) {
      if (advance(*sources_[i])) order.push(i);
    }
    while (!order.empty()) {
      const uint32_t next = order.top();
      order.pop();
      TRY(take(*sources_[next]));
      if (advance(*sources_[next])) order.push(next);
      if (++taken_ % kProgressEvery == 0 && !go_on()) break;
    }
    return {};
  }

  bool advance(Source& source) {
    if (!source.records.next()) return false;
    uint64_t time = source.records.record().time_ns;
    if (contents_.tick_multiplier != 0) {
      time = static_cast<uint64_t>(static_cast<unsigned __int128>(time) * contents_.tick_multiplier >>
                                   std::min(contents_.tick_shift, 127u));
    }
    source.time_ns = time + static_cast<uint64_t>(contents_.time_shift_ns);
    return true;
  }

  bool go_on() {
    if (!progress_) return true;
    uint64_t read = 0;
    for (const auto& source : sources_) read += source->records.bytes_read();
    outcome_.stopped = !progress_({read, input_.size(), outcome_.events});
    return !outcome_.stopped;
  }

  Result<void> take(Source& source) {
    const uint32_t cpu = source.records.cpu();
    const RecordSource::Record& record = source.records.record();
    if (record.lost_before) {
      source.lost += record.lost;
      TRY(lose({LossInfo::Kind::Overrun, cpu, source.time_ns, record.lost}));
    }
    CommonHeader common;
    if (record.bytes.size() > kMaxRecordBytes || !read_common_header(record.bytes, common)) {
      ++impossible_;
      return lose({LossInfo::Kind::Unreadable, cpu, source.time_ns, 1});
    }
    TRY_ASSIGN(const uint32_t event, event_of(source.buffer, common.type));
    std::span<const uint8_t> bytes = record.bytes;
    if (printed_->has(common.type)) {
      bytes = printed_->text_record(common.type, bytes);
      if (bytes.empty()) {
        ++impossible_;
        return lose({LossInfo::Kind::Unreadable, cpu, source.time_ns, 1});
      }
      note_kernel_address(printed_->ip());
    } else if (!formats_by_type_.contains(common.type)) {
      ++without_format_[common.type];
    }
    walk_stack(record.stack, 0, ~0u, [this](int32_t pid, uint64_t address) {
      if (pid == SymbolNames::kKernel) note_kernel_address(address);
    });
    if (seen_.size() < kMaxTasks) {
      int32_t& process = seen_[common.tid];
      if (record.process > 0) process = record.process;
    }
    last_ns_ = source.time_ns;
    ++outcome_.events;
    return writer_.add_record(cpu, source.time_ns, event, bytes, record.stack);
  }

  void note_kernel_address(uint64_t address) {
    if (kernel_addresses_.size() < kMaxAddresses) kernel_addresses_.insert(address);
  }

  // By the list of symbols in the file, never by that of this machine.
  Result<void> add_kernel_names() {
    if (kernel_addresses_.empty() || contents_.kernel_symbols.empty()) return {};
    const auto names = names_of(KernelSymbols(contents_.kernel_symbols), kernel_addresses_);
    if (names.empty()) return {};
    TRY(writer_.add_map(kernel_map()));
    for (const AddressNames& piece : names) TRY(writer_.add_names(piece));
    return {};
  }

  Result<void> lose(const LossInfo& loss) {
    outcome_.lost += loss.count;
    // Unreadable records may be many: one entry for all of one CPU, in the end.
    if (loss.kind == LossInfo::Kind::Unreadable) {
      auto& sum = unreadable_[loss.cpu];
      sum = {loss.kind, loss.cpu, loss.time_ns, sum.count + loss.count};
      return {};
    }
    return writer_.add_loss(loss);
  }

  // What the kernel counted beyond what its sub-buffers tell: without a number in them, or behind the last.
  Result<void> add_remaining_losses() {
    for (const auto& [cpu, loss] : unreadable_) TRY(writer_.add_loss(loss));
    if (outcome_.stopped) return {};
    std::map<std::pair<std::string, uint32_t>, uint64_t> told;
    for (const auto& source : sources_)
      told[{contents_.buffers[source->buffer].name, source->records.cpu()}] += source->lost;
    for (const CpuStatistics& counted : contents_.statistics) {
      const uint64_t known = told[{counted.buffer, counted.cpu}];
      const uint64_t overrun = counted.overrun > known ? counted.overrun - known : 0;
      if (overrun > 0) TRY(lose({LossInfo::Kind::Overrun, counted.cpu, last_ns_ + 1, overrun}));
      if (counted.dropped > 0)
        TRY(lose({LossInfo::Kind::Dropped, counted.cpu, last_ns_ + 1, counted.dropped}));
    }
    return {};
  }

  Result<void> add_tasks() {
    std::vector<std::pair<int32_t, int32_t>> tasks(seen_.begin(), seen_.end());
    std::sort(tasks.begin(), tasks.end());
    for (const auto& [tid, process] : tasks) {
      const auto name = contents_.names.find(tid);
      if (name == contents_.names.end() && process == 0) continue;
      TaskInfo task;
      task.tid = tid;
      task.pid = process;
      if (name != contents_.names.end()) task.comm = name->second;
      TRY(writer_.add_task(task));
    }
    return {};
  }

  void tell_unreadable() {
    if (impossible_ > 0)
      note(fmt::format("{} records are shorter than a record's head, or longer than 64 KiB", impossible_));
    for (const auto& [type, count] : without_format_)
      note(fmt::format("{} of event number {}, whose format the file does not have: {} values are left out",
                       count == 1 ? "1 record is" : fmt::format("{} records are", count), type,
                       count == 1 ? "its" : "their"));
  }

  void note(std::string text) {
    if (outcome_.notes.size() < 100) outcome_.notes.push_back(std::move(text));
  }

  ByteInput& input_;
  Contents contents_;
  RecordingWriter& writer_;
  const ProgressFunction& progress_;
  ImportOutcome outcome_;
  std::unordered_map<uint16_t, EventSchema> formats_by_type_;
  std::unordered_map<uint64_t, uint32_t> numbers_;  // buffer << 16 | type → number in the recording
  std::vector<std::unique_ptr<Source>> sources_;
  std::map<uint32_t, LossInfo> unreadable_;
  std::map<uint16_t, uint64_t> without_format_;
  std::unordered_map<int32_t, int32_t> seen_;  // tasks, with their thread groups (0: not known)
  std::unique_ptr<PrintedTexts> printed_;
  StackEntries stack_entries_;
  std::vector<uint16_t> recorded_types_;
  std::unordered_set<uint64_t> with_stacks_;  // as in numbers_
  std::unordered_set<uint64_t> kernel_addresses_;
  uint64_t impossible_ = 0;
  uint64_t taken_ = 0;
  uint64_t last_ns_ = 0;
};

}  // namespace

Result<ImportOutcome> import_trace_dat(ByteInput& input, SessionInfo session, RecordingWriter& writer,
                                       const ProgressFunction& progress) {
  TRY_ASSIGN(Contents contents, read_contents(input));
  return Importer(input, std::move(contents), writer, progress).run(std::move(session));
}

}  // namespace uproar
