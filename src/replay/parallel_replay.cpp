#include "replay/parallel_replay.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace uproar {
namespace {

// Rows of one block that are printed in one go: some hundred microseconds of work, and text that stays in the
// cache.
constexpr size_t kStretchRows = 2048;

// So many wait to be printed or written, so that no thread has to wait for another.
constexpr size_t kStretchesAThread = 4;

struct Block {
  size_t number = 0;  // in StoredBlocks
  LoadedBlock content;
  std::unique_ptr<PreparedBlock> lines;  // null: it prints by rows
  StoredBlocks::Outcome outcome;
  bool loaded = false;
};

// Rows [begin, end) of a block.
struct Part {
  std::shared_ptr<Block> block;
  size_t begin = 0, end = 0;
};

// All rows of a time that no other stretch has a part in.
struct Stretch {
  std::vector<Part> parts;
  std::string text;
  bool printed = false;
};

// Prints a stretch's rows in order of time, CPU and file.
class StretchPrinter {
 public:
  StretchPrinter(const StoredBlocks& blocks, RecordPrinter& printer) : blocks_(blocks), printer_(printer) {}

  void print(Stretch& stretch) {
    const auto later = [this](const Rows& a, const Rows& b) { return earlier(b, a); };
    auto& parts = left_;  // a heap, the earliest on top
    parts.clear();
    for (const Part& part : stretch.parts) parts.push_back({part.block.get(), part.begin, part.end});
    std::make_heap(parts.begin(), parts.end(), later);
    while (!parts.empty()) {
      std::pop_heap(parts.begin(), parts.end(), later);
      Rows first = parts.back();
      parts.pop_back();
      // Records of one CPU come in runs: up to the next part's first, nobody else has to be asked.
      size_t end = first.end;
      if (!parts.empty()) {
        const uint64_t until = parts.front().block->content.time(parts.front().begin);
        end = first.begin + 1;
        while (end < first.end && first.block->content.time(end) < until) ++end;
      }
      print_rows(first, end, stretch.text);
      if (end == first.end) continue;
      first.begin = end;
      parts.push_back(first);
      std::push_heap(parts.begin(), parts.end(), later);
    }
  }

 private:
  struct Rows {
    const Block* block;
    size_t begin, end;
  };
  bool earlier(const Rows& a, const Rows& b) const {
    return blocks_.precedes(a.block->content.time(a.begin), a.block->number, b.block->content.time(b.begin),
                            b.block->number);
  }

  void print_rows(const Rows& part, size_t end, std::string& out) {
    const RowBlock& rows = part.block->content.rows;
    if (part.block->lines) return printer_.print_rows(*part.block->lines, part.begin, end, out);
    for (size_t row = part.begin; row < end; ++row) {
      StoredRecord record;
      record.time_ns = rows.time(row);
      record.event = blocks_.index_of(rows.number(row));
      if (record.event == StoredBlocks::kNoEvent || !blocks_.wanted(record.time_ns, record.time_ns)) continue;
      record.cpu = blocks_.header(part.block->number).cpu;
      record.bytes = rows.record(row);
      record.stack = rows.stack(row);
      printer_.print(record, out);
    }
  }

  const StoredBlocks& blocks_;
  RecordPrinter& printer_;
  std::vector<Rows> left_;
};

// Every thread takes what there is to do. What has to be done in order (which blocks are loaded next, how
// their rows are cut into stretches, writing) is done by whichever finds that something was finished, one at
// a time: a thread for it alone would have to be woken for every stretch.
class Replayer {
 public:
  Replayer(StoredBlocks& blocks, const ParallelReplay& replay)
      : blocks_(blocks), replay_(replay), threads_wanted_(replay.printers.size()) {}

  void run() {
    const std::vector<RecordPrinter*>& printers = replay_.printers;
    std::vector<std::thread> threads;
    for (size_t i = 1; i < printers.size(); ++i) {
      try {
        threads.emplace_back([this, printer = printers[i]] { work_or_fail(*printer); });
      } catch (const std::system_error&) {
        break;  // the user may have no more threads: fewer do it too
      }
    }
    work_or_fail(*printers.front());
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // What is thrown (no memory, nothing else) ends the work of all, and is thrown again by the caller's
  // thread.
  void work_or_fail(RecordPrinter& printer) {
    try {
      work(printer);
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      over_ = true;
      work_.notify_all();
    }
  }

  void work(RecordPrinter& printer) {
    StoredBlocks::Scratch scratch(blocks_);
    StretchPrinter stretches(blocks_, printer);
    std::unique_lock lock(mutex_);
    while (!over_) {
      if (finished_ && !ordering_) {
        ordering_ = true;
        finished_ = false;
        lock.unlock();
        const bool more = put_in_order();
        lock.lock();
        ordering_ = false;
        over_ = !more;
      } else if (!to_print_.empty()) {
        Stretch* const stretch = to_print_.front();
        to_print_.pop_front();
        lock.unlock();
        stretches.print(*stretch);
        lock.lock();
        stretch->printed = true;
        finished_ = true;
      } else if (!to_load_.empty()) {
        Block* const block = to_load_.front();
        to_load_.pop_front();
        lock.unlock();
        load(*block, scratch, printer);
        lock.lock();
        block->loaded = true;
        finished_ = true;
      } else {
        work_.wait(lock);
      }
    }
    work_.notify_all();
  }

  void load(Block& block, StoredBlocks::Scratch& scratch, RecordPrinter& printer) const {
    block.lines.reset();
    block.outcome = blocks_.load(block.number, scratch, block.content);
    if (!block.outcome.usable || !block.content.by_columns) return;
    if (blocks_.wanted_whole(block.number))
      block.lines = printer.prepare(block.content.columns, blocks_.header(block.number).cpu);
    if (!block.lines) block.content.make_rows();
  }

  // All that follows is done by one thread at a time. False: there is nothing left to do.
  bool put_in_order() {
    for (;;) {
      start_loading();
      const bool cut = printing_.size() < kStretchesAThread * threads_wanted_ && cut_stretch();
      if (write_finished()) {
        if (!wanted_) return false;
      } else if (!cut) {
        return !printing_.empty() || !loading_.empty() || !open_.empty();
      }
    }
  }

  template <typename Item>
  void hand_out(std::deque<Item*>& queue, Item* item) {
    {
      std::lock_guard lock(mutex_);
      queue.push_back(item);
    }
    work_.notify_one();
  }

  // One that nobody holds any more (only this thread takes and gives up shares), with the memory it has:
  // fresh memory costs more than what is done in it. Where very many are held, not all are asked.
  template <typename Item>
  static std::shared_ptr<Item> spare(std::vector<std::shared_ptr<Item>>& made) {
    constexpr size_t kAsked = 64;
    for (size_t i = 0; i < std::min(made.size(), kAsked); ++i) {
      if (made[i].use_count() == 1) return made[i];
    }
    auto item = std::make_shared<Item>();
    if (made.size() < kAsked) made.push_back(item);
    return item;
  }

  void start_loading() {
    while (loading_.size() <= threads_wanted_ && next_ < blocks_.size()) {
      const size_t number = next_++;
      if (!blocks_.wanted(number)) continue;
      const std::shared_ptr<Block> block = spare(blocks_made_);
      block->number = number;
      block->loaded = false;
      loading_.push_back(block);
      hand_out(to_load_, block.get());
    }
  }

  bool is_loaded(const Block& block) {
    std::lock_guard lock(mutex_);
    return block.loaded;
  }

  uint64_t earliest_end() const {
    uint64_t end = ~uint64_t{0};
    for (const Part& part : open_) end = std::min(end, part.block->content.time(part.end - 1));
    return end;
  }

  // Opens every block that may have a row up to the earliest end of those that are open. False: one of them
  // is not there yet.
  bool open_due_blocks() {
    uint64_t end = earliest_end();
    while (!loading_.empty() && (open_.empty() || blocks_.header(loading_.front()->number).first_ns <= end)) {
      const auto block = loading_.front();
      if (!is_loaded(*block)) return false;
      loading_.pop_front();
      start_loading();
      if (block->outcome.usable && !blocks_.admit(block->number, block->content.memory_bytes(), open_bytes_))
        continue;
      blocks_.note(block->number, block->outcome);
      if (!block->outcome.usable) continue;
      open_bytes_ += block->content.memory_bytes();
      open_.push_back({block, 0, block->content.size()});
      end = std::min(end, block->content.time(block->content.size() - 1));
    }
    return true;
  }

  // The next stretch, if its blocks are there.
  bool cut_stretch() {
    if (!open_due_blocks() || open_.empty()) return false;
    uint64_t end = earliest_end();
    for (const Part& part : open_)
      end = std::min(end, part.block->content.time(std::min(part.begin + kStretchRows, part.end) - 1));
    const std::shared_ptr<Stretch> stretch = spare(stretches_made_);
    stretch->printed = false;
    for (Part& part : open_) {
      const size_t begin = part.begin;
      // Rows of one time stay together only where other blocks have rows of that time too.
      const size_t most = open_.size() == 1 ? std::min(begin + kStretchRows, part.end) : part.end;
      while (part.begin < most && part.block->content.time(part.begin) <= end) ++part.begin;
      if (part.begin > begin) stretch->parts.push_back({part.block, begin, part.begin});
    }
    std::erase_if(open_, [this](const Part& part) {
      if (part.begin < part.end) return false;
      open_bytes_ -= part.block->content.memory_bytes();
      return true;
    });
    printing_.push_back(stretch);
    hand_out(to_print_, stretch.get());
    return true;
  }

  bool write_finished() {
    if (printing_.empty()) return false;
    const auto stretch = printing_.front();
    {
      std::lock_guard lock(mutex_);
      if (!stretch->printed) return false;
    }
    printing_.pop_front();
    wanted_ = replay_.write(stretch->text);
    stretch->parts.clear();
    stretch->text.clear();
    return true;
  }

  StoredBlocks& blocks_;
  const ParallelReplay& replay_;
  const size_t threads_wanted_;

  std::mutex mutex_;  // for these, Block::loaded and Stretch::printed
  std::condition_variable work_;
  std::deque<Block*> to_load_;
  std::deque<Stretch*> to_print_;
  bool finished_ = true;   // something was, since the last put_in_order(); at first, nothing is begun
  bool ordering_ = false;  // a thread is in put_in_order()
  bool over_ = false;
  std::exception_ptr failure_;

  std::vector<std::shared_ptr<Block>> blocks_made_;
  std::vector<std::shared_ptr<Stretch>> stretches_made_;
  size_t next_ = 0;                             // block
  std::deque<std::shared_ptr<Block>> loading_;  // in order
  std::vector<Part> open_;                      // rows that are in no stretch yet
  uint64_t open_bytes_ = 0;
  std::deque<std::shared_ptr<Stretch>> printing_;  // in order
  bool wanted_ = true;
};

}  // namespace

void replay_in_parallel(StoredBlocks& blocks, const ParallelReplay& replay) {
  Replayer(blocks, replay).run();
}

}  // namespace uproar
