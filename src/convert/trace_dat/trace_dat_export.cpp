#include "convert/trace_dat/trace_dat_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

#include "convert/exported_events.h"
#include "convert/trace_dat/page_spool.h"
#include "convert/trace_dat/trace_dat_layout.h"
#include "event/little_endian.h"
#include "event/ring_page_writer.h"

namespace uproar {

namespace {

using namespace trace_dat;

constexpr uint64_t kProgressEvery = 1 << 14;  // records
// Of almost all kernels; and what takes any record, for files that have longer ones.
constexpr uint32_t kPageBytes = 4096;
constexpr uint32_t kLargePageBytes = 65536;

// Losses of one CPU in the order of their times.
struct Losses {
  std::vector<LossInfo> all;
  size_t next = 0;
};

struct CpuPages {
  explicit CpuPages(uint32_t page_bytes) : writer(page_bytes) {}
  RingPageWriter writer;
  size_t stream = 0;
};

class Exporter {
 public:
  Exporter(Player& player, const TraceDatOptions& options, const ProgressFunction& progress)
      : player_(player),
        reader_(player.reader()),
        options_(options),
        progress_(progress),
        events_(reader_.events()) {}

  Result<ExportOutcome> run(ByteOutput& output) {
    TRY_ASSIGN(bool fits, collect(kPageBytes));
    if (!fits) {
      player_.rewind();
      TRY_ASSIGN(fits, collect(kLargePageBytes));
    }
    TRY(write(output));
    TRY(output.flush());
    add_notes();
    return std::move(outcome_);
  }

 private:
  // All records to pages. False: one of them needs larger pages.
  Result<bool> collect(uint32_t page_bytes) {
    page_bytes_ = page_bytes;
    outcome_ = {};
    left_out_ = 0;
    unknown_cpu_ = false;
    pages_.clear();
    tids_.clear();
    take_losses();
    TRY_ASSIGN(PageSpool spool, PageSpool::make(options_.compress && options_.version == 7));
    spool_.emplace(std::move(spool));
    StoredRecord stored;
    for (uint64_t count = 1; player_.next(stored); ++count) {
      const auto record = events_.record(stored);
      if (!record ||
          (page_bytes == kLargePageBytes && record->size() > RingPageWriter::longest_record(page_bytes))) {
        ++left_out_;
        continue;
      }
      if (record->size() > RingPageWriter::longest_record(page_bytes)) return false;
      TRY(add(stored, *record));
      if (count % kProgressEvery == 0 && progress_ && !progress_({0, 0, outcome_.events})) {
        outcome_.stopped = true;
        break;
      }
    }
    for (auto& [key, pages] : pages_) {
      if (!pages.writer.empty()) TRY(spool_->add(pages.stream, pages.writer.take()));
    }
    TRY(spool_->finish());
    return true;
  }

  void take_losses() {
    losses_.clear();
    for (const LossInfo& loss : reader_.losses()) {
      if (player_.selection().wants_cpu(loss.cpu)) losses_[loss.cpu].all.push_back(loss);
    }
    for (auto& [cpu, losses] : losses_) {
      std::stable_sort(losses.all.begin(), losses.all.end(),
                       [](const LossInfo& a, const LossInfo& b) { return a.time_ns < b.time_ns; });
    }
  }

  Result<void> add(const StoredRecord& stored, std::span<const uint8_t> record) {
    uint32_t cpu = stored.cpu;
    if (cpu == kUnknownCpu) {
      cpu = 0;
      unknown_cpu_ = true;
    }
    CpuPages& pages = pages_of(reader_.events()[stored.event].instance, cpu);
    if (auto lost = losses_.find(cpu); lost != losses_.end())
      TRY(mark_losses(lost->second, stored.time_ns, pages));
    if (!pages.writer.add(stored.time_ns, record)) {
      TRY(spool_->add(pages.stream, pages.writer.take()));
      CHECK(pages.writer.add(stored.time_ns, record));
    }
    tids_.insert(static_cast<int32_t>(load_little_endian<uint32_t>(record.data() + 4)));
    ++outcome_.events;
    return {};
  }

  CpuPages& pages_of(const std::string& instance, uint32_t cpu) {
    const auto key = std::make_pair(instance, cpu);
    auto found = pages_.find(key);
    if (found == pages_.end()) {
      found = pages_.emplace(key, CpuPages(page_bytes_)).first;
      found->second.stream = spool_->add_stream();
    }
    return found->second;
  }

  // What was lost before this time begins a page of its own: only a page can tell it.
  Result<void> mark_losses(Losses& losses, uint64_t time_ns, CpuPages& pages) {
    while (losses.next < losses.all.size() && losses.all[losses.next].time_ns <= time_ns) {
      const LossInfo& loss = losses.all[losses.next++];
      if (loss.kind != LossInfo::Kind::Overrun) continue;
      if (!pages.writer.empty()) TRY(spool_->add(pages.stream, pages.writer.take()));
      pages.writer.mark_lost(loss.count);
    }
    return {};
  }

  Result<void> write(ByteOutput& output) {
    FileContents contents;
    contents.version = options_.version;
    contents.compress = options_.compress && options_.version == 7;
    contents.page_bytes = page_bytes_;
    contents.session = &reader_.session();
    contents.events = &events_.events();
    for (const int32_t tid : std::vector<int32_t>(tids_.begin(), tids_.end())) {
      const std::string_view name = reader_.tasks().comm(tid, ~uint64_t{0});
      if (tid > 0 && !name.empty()) contents.names.emplace(tid, name);
    }
    contents.cpus = std::max(reader_.session().cpus, 1u);
    for (const auto& [key, pages] : pages_) {
      contents.cpus = std::max(contents.cpus, key.second + 1);
      contents.streams.push_back({key.first, key.second, pages.stream});
    }
    for (const auto& [cpu, losses] : losses_) {
      for (const LossInfo& loss : losses.all) contents.lost[cpu == kUnknownCpu ? 0 : cpu] += loss.count;
    }
    return write_trace_dat(contents, *spool_, output);
  }

  void add_notes() {
    outcome_.lost = reader_.totals().lost;
    left_out_ += player_.undecodable();
    if (left_out_ > 0)
      outcome_.notes.push_back(fmt::format(
          "{} records do not fit their event's format, or no page, and were left out", left_out_));
    if (events_.too_many())
      outcome_.notes.push_back("a trace.dat has numbers for 65,535 events; the rest was left out");
    if (unknown_cpu_) outcome_.notes.push_back("events of an unknown CPU are shown on CPU 0");
    const bool stacks = std::any_of(reader_.events().begin(), reader_.events().end(),
                                    [](const EventInfo& event) { return event.has_stacks; });
    if (stacks) outcome_.notes.push_back("call chains have no place in a trace.dat and were left out");
  }

  Player& player_;
  RecordingReader& reader_;
  TraceDatOptions options_;
  const ProgressFunction& progress_;
  ExportedEvents events_;
  ExportOutcome outcome_;
  uint32_t page_bytes_ = kPageBytes;
  std::optional<PageSpool> spool_;
  std::map<std::pair<std::string, uint32_t>, CpuPages> pages_;  // the main buffer first
  std::map<uint32_t, Losses> losses_;
  std::unordered_set<int32_t> tids_;
  uint64_t left_out_ = 0;
  bool unknown_cpu_ = false;
};

}  // namespace

Result<ExportOutcome> export_trace_dat(Player& player, ByteOutput& output, const TraceDatOptions& options,
                                       const ProgressFunction& progress) {
  return Exporter(player, options, progress).run(output);
}

}  // namespace uproar
