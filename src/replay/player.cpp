#include "replay/player.h"

#include <algorithm>
#include <thread>

#include "recording/blocks/stored_blocks.h"
#include "replay/parallel_replay.h"
#include "select/time_choice.h"

namespace uproar {
namespace {

// More gain nothing: one thread writes.
constexpr unsigned kMostThreads = 16;

// What of the ranges (none: all times) lies in `limit`.
std::vector<TimeRange> within(std::vector<TimeRange> ranges, const TimeRange& limit) {
  if (limit.first_ns == 0 && limit.last_ns == UINT64_MAX) return ranges;
  if (ranges.empty()) return {limit};
  std::erase_if(ranges, [&](TimeRange& range) {
    range.first_ns = std::max(range.first_ns, limit.first_ns);
    range.last_ns = std::min(range.last_ns, limit.last_ns);
    return range.first_ns > range.last_ns;
  });
  // No range would mean all.
  return ranges.empty() ? std::vector<TimeRange>{{UINT64_MAX, UINT64_MAX}} : ranges;
}

// Text that is written in one go where one thread does everything.
constexpr size_t kBatchBytes = size_t{1} << 16;

// A count that one thread raises and others look at.
void raise(std::atomic<uint64_t>& count, uint64_t by) {
  count.store(count.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

// One thread's part of a replay in which no sink depends on what came before.
class Player::Lane final : public RecordPrinter {
 public:
  Lane(const Player& player, std::unique_ptr<Sink> sink, Counts& counts)
      : stage_(player.events_, player.reader_.tasks()),
        selection_(*player.selection_),
        sink_(std::move(sink)),
        event_of_(
            [&blocks = player.reader_.stored_blocks()](uint32_t number) { return blocks.index_of(number); }),
        counts_(counts) {}

  Sink& sink() { return *sink_; }
  std::unique_ptr<Sink> take_sink() { return std::move(sink_); }

  void print(const StoredRecord& record, std::string& out) override {
    const EventStage::Outcome outcome = stage_.take(record, selection_, event_);
    if (outcome == EventStage::Outcome::Undecodable) raise(counts_.undecodable, 1);
    if (outcome != EventStage::Outcome::Wanted) return;
    sink_->take(event_, out);
    raise(counts_.events, 1);
  }
  std::unique_ptr<PreparedBlock> prepare(const ColumnBlock& block, uint32_t cpu) override {
    return sink_->prepare(block, cpu, event_of_);
  }
  void print_rows(const PreparedBlock& block, size_t begin, size_t end, std::string& out) override {
    raise(counts_.events, sink_->take_rows(block, begin, end, out));
  }

 private:
  EventStage stage_;
  const Selection& selection_;
  std::unique_ptr<Sink> sink_;
  const std::function<uint32_t(uint32_t)> event_of_;
  Counts& counts_;
  Event event_;
};

Player::Player(RecordingReader& reader)
    : reader_(reader),
      names_(reader.maps(), reader.names(), reader.task_events()),
      events_(reader.events()),
      stage_(events_, reader.tasks()),
      counts_(1) {}

Result<std::unique_ptr<Player>> Player::make(RecordingReader& reader, const PlayChoice& choice,
                                             const PlayedBefore& before) {
  std::unique_ptr<Player> player(new Player(reader));
  TRY_ASSIGN(player->selection_,
             Selection::make(choice.selection, player->events_.selectable(), &player->names_));
  std::vector<TimeRange> ranges;
  if (!choice.time.empty()) {
    const RecordingReader::Totals totals = reader.totals();
    TRY_ASSIGN(ranges, parse_time_choice(choice.time, totals.first_ns, totals.last_ns, choice.relative_time));
  }
  reader.choose_times(within(std::move(ranges), before.times));
  reader.choose_blocks_from(before.blocks);
  reader.choose_blocks_after(before.ends);
  player->side_ = SideRecords(reader, choice.side, &*player->selection_);
  return player;
}

std::unique_ptr<Sink> Player::play(const Output& output) {
  return output.in_turn || !side_.empty() ? play_in_turn(output) : play_in_parallel(output);
}

std::unique_ptr<Sink> Player::play_in_turn(const Output& output) {
  std::unique_ptr<Sink> sink = output.make_sink();
  Counts& counts = counts_.front();
  StoredRecord record;
  std::string text;
  const auto hand_over = [&] {
    const bool more = !output.write || output.write(text);
    text.clear();
    return more;
  };
  while (reader_.next(record)) {
    const EventStage::Outcome outcome = stage_.take(record, *selection_, event_);
    if (outcome == EventStage::Outcome::Undecodable) raise(counts.undecodable, 1);
    if (outcome != EventStage::Outcome::Wanted) continue;
    while (const SideRecord* side = side_.next(event_.time_ns)) sink->take_side(*side, text);
    sink->take(event_, text);
    raise(counts.events, 1);
    if (text.size() >= kBatchBytes && !hand_over()) return sink;
  }
  while (const SideRecord* side = side_.next(UINT64_MAX)) sink->take_side(*side, text);
  hand_over();
  return sink;
}

std::unique_ptr<Sink> Player::play_in_parallel(const Output& output) {
  std::vector<std::unique_ptr<Lane>> lanes;
  ParallelReplay parallel;
  const unsigned threads = output.threads != 0
                               ? output.threads
                               : std::clamp(std::thread::hardware_concurrency(), 1u, kMostThreads);
  while (lanes.size() < threads)
    lanes.push_back(std::make_unique<Lane>(*this, output.make_sink(), counts_.emplace_back()));
  for (const auto& lane : lanes) parallel.printers.push_back(lane.get());
  parallel.write = [&](std::string_view text) { return !output.write || output.write(text); };
  replay_in_parallel(reader_.stored_blocks(), parallel);
  for (size_t i = 1; i < lanes.size(); ++i) lanes.front()->sink().merge(lanes[i]->sink());
  return lanes.front()->take_sink();
}

bool Player::next(StoredRecord& out) {
  while (reader_.next(out)) {
    if (selection_->needs_no_event()) {
      if (selection_->wants_record(out.event, out.cpu)) return true;
      continue;
    }
    const EventStage::Outcome outcome = stage_.take(out, *selection_, event_);
    if (outcome == EventStage::Outcome::Undecodable) raise(counts_.front().undecodable, 1);
    if (outcome == EventStage::Outcome::Wanted) return true;
  }
  return false;
}

void Player::rewind() {
  reader_.rewind();
  side_.rewind();
  counts_.front().undecodable = 0;
}

std::vector<uint64_t> count_records(RecordingReader& reader) {
  std::vector<uint64_t> counts(reader.events().size());
  StoredRecord record;
  while (reader.next(record)) ++counts[record.event];
  return counts;
}

uint64_t Player::played() const {
  uint64_t sum = 0;
  for (const Counts& counts : counts_) sum += counts.events.load(std::memory_order_relaxed);
  return sum;
}

uint64_t Player::undecodable() const {
  uint64_t sum = 0;
  for (const Counts& counts : counts_) sum += counts.undecodable.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace uproar
