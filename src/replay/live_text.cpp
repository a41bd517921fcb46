#include "replay/live_text.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "recording/blocks/stored_record.h"
#include "recording/metadata/task_table.h"
#include "replay/shown_events.h"

namespace uproar {
namespace {

// A record gets its time a moment before it can be read; a virtual CPU may stand still in between.
constexpr uint64_t kOnTheWayNs = 20'000'000;

// A record that waits for its turn; its bytes and its call chain stand in the window.
struct HeldRecord {
  uint64_t time_ns = 0;
  uint32_t cpu = 0;
  uint32_t event = 0;
  uint64_t order = 0;  // in which it came
  size_t bytes_at = 0, bytes = 0;
  size_t stack_at = 0, frames = 0;
};

// In the order of RecordingReader::next.
bool is_earlier(const HeldRecord& a, const HeldRecord& b) {
  return std::tie(a.time_ns, a.cpu, a.order) < std::tie(b.time_ns, b.cpu, b.order);
}

// The records that wait, and what of them has its turn.
class RecordWindow {
 public:
  void add(HeldRecord record, std::span<const uint8_t> bytes, std::span<const uint64_t> stack) {
    record.order = next_order_++;
    record.bytes_at = bytes_.size();
    record.bytes = bytes.size();
    record.stack_at = stack_.size();
    record.frames = stack.size();
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    stack_.insert(stack_.end(), stack.begin(), stack.end());
    records_.push_back(record);
  }
  // Those up to `until_ns`, in order; valid until release(). No record is added in between.
  std::span<const HeldRecord> take(uint64_t until_ns) {
    std::sort(records_.begin(), records_.end(), is_earlier);
    const auto end = std::partition_point(records_.begin(), records_.end(), [&](const HeldRecord& record) {
      return record.time_ns <= until_ns;
    });
    taken_ = static_cast<size_t>(end - records_.begin());
    return {records_.data(), taken_};
  }
  StoredRecord stored(const HeldRecord& held) const {
    return {held.time_ns, held.cpu, held.event, std::span(bytes_).subspan(held.bytes_at, held.bytes),
            std::span(stack_).subspan(held.stack_at, held.frames)};
  }
  void release() {
    std::vector<HeldRecord> rest(records_.begin() + static_cast<ptrdiff_t>(std::exchange(taken_, 0)),
                                 records_.end());
    std::vector<uint8_t> bytes;
    std::vector<uint64_t> stack;
    for (HeldRecord& record : rest) {
      const StoredRecord old = stored(record);
      record.bytes_at = bytes.size();
      record.stack_at = stack.size();
      bytes.insert(bytes.end(), old.bytes.begin(), old.bytes.end());
      stack.insert(stack.end(), old.stack.begin(), old.stack.end());
    }
    records_.swap(rest);
    bytes_.swap(bytes);
    stack_.swap(stack);
  }

 private:
  std::vector<HeldRecord> records_;
  std::vector<uint8_t> bytes_;
  std::vector<uint64_t> stack_;
  uint64_t next_order_ = 0;
  size_t taken_ = 0;
};

// What is no event and waits for its turn.
struct HeldSide {
  uint64_t time_ns = 0;
  std::variant<TaskInfo, MapInfo, LossInfo> what;  // in the order of SideRecords where times are equal

  SideRecord record() const {
    SideRecord side;
    side.time_ns = time_ns;
    side.task = std::get_if<TaskInfo>(&what);
    side.map = std::get_if<MapInfo>(&what);
    side.loss = std::get_if<LossInfo>(&what);
    return side;
  }
};

class LiveTextWriter final : public LiveText {
 public:
  explicit LiveTextWriter(Options options)
      : options_(std::move(options)),
        side_(side_choice_of(options_.printing)),
        names_(maps_, address_names_, task_events_) {}

  bool satisfied() const override { return satisfied_; }
  uint64_t printed() const override { return printed_; }
  uint64_t undecodable() const override { return undecodable_; }

  Result<void> write_session(const SessionInfo& session) override {
    session_ = session;
    return beside() ? beside()->write_session(session) : Result<void>();
  }
  Result<void> add_anchor(const ClockAnchor& anchor) override {
    // Printers were made with those of the head.
    if (!stage_) anchors_.push_back(anchor);
    return beside() ? beside()->add_anchor(anchor) : Result<void>();
  }
  Result<uint32_t> add_event(const EventInfo& event) override {
    CHECK(!stage_);
    recorded_.push_back(event);
    has_stacks_ = has_stacks_ || event.has_stacks;
    if (beside()) return beside()->add_event(event);
    return static_cast<uint32_t>(recorded_.size() - 1);
  }
  using RecordSink::add_record;
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t> stack) override {
    if (last_of_cpu_.size() <= cpu) last_of_cpu_.resize(cpu + size_t{1});
    last_of_cpu_[cpu] = time_ns;
    if (!satisfied_) window_.add({.time_ns = time_ns, .cpu = cpu, .event = event}, record, stack);
    return beside() ? beside()->add_record(cpu, time_ns, event, record, stack) : Result<void>();
  }
  Result<void> add_task(const TaskInfo& task) override {
    tasks_.add(task);
    tasks_changed_ = true;
    if (side_.tasks) sides_.push_back({task.time_ns, task});
    if (has_stacks_) {
      task_events_.push_back(task);
      names_changed_ = true;
    }
    return beside() ? beside()->add_task(task) : Result<void>();
  }
  Result<void> add_map(const MapInfo& map) override {
    if (side_.maps) sides_.push_back({map.time_ns, map});
    if (has_stacks_) {
      maps_.push_back(map);
      names_changed_ = true;
    }
    return beside() ? beside()->add_map(map) : Result<void>();
  }
  Result<void> add_names(const AddressNames& names) override {
    if (has_stacks_) {
      address_names_.push_back(names);
      names_changed_ = true;
    }
    return beside() ? beside()->add_names(names) : Result<void>();
  }
  Result<void> add_loss(const LossInfo& loss) override {
    if (side_.losses) sides_.push_back({loss.time_ns, loss});
    return beside() ? beside()->add_loss(loss) : Result<void>();
  }

  Result<void> looked(uint64_t until_ns) override {
    uint64_t complete_ns = until_ns;
    if (until_ns != UINT64_MAX) {
      complete_ns -= std::min(complete_ns, kOnTheWayNs);
      // Behind its last record a ring may hold more.
      for (std::optional<uint64_t>& last : last_of_cpu_) {
        if (last) complete_ns = std::min(complete_ns, *last);
      }
    }
    for (std::optional<uint64_t>& last : last_of_cpu_) last.reset();
    TRY(print(complete_ns));
    return beside() ? beside()->looked(until_ns) : Result<void>();
  }
  Result<void> flush() override {
    // The first time when the head is written: what makes no sense is told before anything is armed.
    if (!stage_) TRY(begin());
    return beside() ? beside()->flush() : Result<void>();
  }
  Result<void> finish(const EndSummary& summary) override {
    TRY(print(UINT64_MAX));
    return beside() ? beside()->finish(summary) : Result<void>();
  }
  uint64_t bytes_written() const override { return beside() ? beside()->bytes_written() : 0; }
  uint64_t records_written() const override { return beside() ? beside()->records_written() : printed_; }
  uint64_t records_removed() const override { return beside() ? beside()->records_removed() : 0; }

 private:
  RecordingWriter* beside() const { return options_.beside; }

  // What explains the records is complete when the first are printed: from here on nothing of it moves.
  Result<void> begin() {
    shown_.emplace(recorded_);
    TRY_ASSIGN(selection_, Selection::make({}, shown_->selectable(), &names_));
    stage_.emplace(*shown_, tasks_);
    TRY(make_sink());
    const Printing& printing = options_.printing;
    printing.style.append_head(about(), printing.options, text_);
    return {};
  }
  PrintedRecording about() const {
    return {session_, recorded_, *shown_, tasks_, names_, anchors_, *selection_};
  }
  Result<void> make_sink() {
    TRY_ASSIGN(const Player::Output output, output_of(about(), options_.printing));
    sink_ = output.make_sink();
    return {};
  }

  Result<void> print(uint64_t until_ns) {
    if (!stage_) TRY(begin());
    if (std::exchange(tasks_changed_, false)) {
      tasks_.seal();
      stage_->tasks_changed();
    }
    if (std::exchange(names_changed_, false)) {
      names_ = SymbolNames(maps_, address_names_, task_events_);
      TRY(make_sink());  // printers keep what they have found
    }
    std::stable_sort(sides_.begin(), sides_.end(), [](const HeldSide& a, const HeldSide& b) {
      return std::pair(a.time_ns, a.what.index()) < std::pair(b.time_ns, b.what.index());
    });
    size_t side = 0;
    const auto print_sides = [&](uint64_t to_ns) {
      while (!satisfied_ && side < sides_.size() && sides_[side].time_ns <= to_ns)
        sink_->take_side(sides_[side++].record(), text_);
    };
    for (const HeldRecord& held : window_.take(until_ns)) {
      if (satisfied_) break;
      const StoredRecord record = window_.stored(held);
      const EventStage::Outcome outcome = stage_->take(record, *selection_, event_);
      if (outcome == EventStage::Outcome::Undecodable) ++undecodable_;
      if (outcome != EventStage::Outcome::Wanted) continue;
      print_sides(event_.time_ns);
      sink_->take(event_, text_);
      ++printed_;
      if (printed_ == options_.most_events) satisfied_ = true;
      if (text_.size() >= kBatchBytes) hand_over();
    }
    window_.release();
    print_sides(until_ns);
    sides_.erase(sides_.begin(), sides_.begin() + static_cast<ptrdiff_t>(side));
    hand_over();
    return {};
  }

  static constexpr size_t kBatchBytes = size_t{1} << 16;
  void hand_over() {
    if (!text_.empty() && !options_.write(text_)) satisfied_ = true;
    text_.clear();
  }

  const Options options_;
  const SideChoice side_;
  SessionInfo session_;
  std::vector<EventInfo> recorded_;
  std::vector<ClockAnchor> anchors_;
  TaskTable tasks_;
  bool tasks_changed_ = false;
  // For the names of call chains, kept only where there are some.
  bool has_stacks_ = false;
  std::vector<TaskInfo> task_events_;
  std::vector<MapInfo> maps_;
  std::vector<AddressNames> address_names_;
  SymbolNames names_;
  bool names_changed_ = false;

  std::optional<ShownEvents> shown_;
  std::optional<Selection> selection_;
  std::optional<EventStage> stage_;
  std::unique_ptr<Sink> sink_;
  Event event_;

  RecordWindow window_;
  std::vector<HeldSide> sides_;
  std::vector<std::optional<uint64_t>> last_of_cpu_;  // since the last look
  std::string text_;
  bool satisfied_ = false;
  uint64_t printed_ = 0, undecodable_ = 0;
};

}  // namespace

std::unique_ptr<LiveText> LiveText::create(Options options) {
  return std::make_unique<LiveTextWriter>(std::move(options));
}

}  // namespace uproar
