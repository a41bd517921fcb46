// A back end, a task watch and a writer without a kernel: they note what the session asks of them, in its
// order, and fail where a test wants it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "capture/backend.h"
#include "capture/task_watch.h"
#include "recording/writer.h"

namespace uproar::test {

// The steps as text, one a line.
class Journal {
 public:
  // Notes the step; fails if the test wants it. `fail_once` steps fail the first time only.
  Result<void> step(const std::string& name) {
    std::lock_guard lock(mutex_);
    text_ += name + "\n";
    noted_.insert(name);
    changed_.notify_all();
    if (fail_once.erase(name) == 0 && !fail_always.contains(name)) return {};
    return Error{name + " failed", {}, {}, 0};
  }
  // Until another thread has noted the step.
  void wait_for(const std::string& name) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return noted_.contains(name); });
  }
  std::string text() const { return text_; }
  bool has(const std::string& name) const { return noted_.contains(name); }

  std::set<std::string> fail_once;
  std::set<std::string> fail_always;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  std::set<std::string> noted_;
};

inline std::string words_of(const TaskChoice& tasks) {
  if (tasks.everybody) return "everybody";
  std::string words;
  for (int32_t thread : tasks.threads) words += (words.empty() ? "" : ",") + std::to_string(thread);
  return words + (tasks.follow_children ? " and children" : "");
}

inline std::string word_of(Drain how_much) {
  return how_much == Drain::All ? "all" : "some";
}

class FakeBackend : public CaptureBackend {
 public:
  explicit FakeBackend(Journal& journal) : journal_(journal) {}

  std::vector<EventInfo> events;
  HitReport report;
  // What a drain finds.
  std::function<Result<void>(RecordSink&, Drain)> records = [](RecordSink&, Drain) { return Result<void>(); };
  TaskChoice tasks;  // that the session chose

  std::string via() const override { return "fake"; }
  Result<void> define() override { return journal_.step("define"); }
  Result<std::vector<EventInfo>> schemas() override {
    TRY(journal_.step("schemas"));
    return events;
  }
  Result<void> restrict(const TaskChoice& choice) override {
    tasks = choice;
    return journal_.step("restrict");
  }
  Result<void> arm(RecordSink& sink) override {
    sink_ = &sink;
    return journal_.step("arm");
  }
  std::vector<int> poll_fds() const override { return {}; }
  Result<void> drain(Drain how_much) override {
    TRY(journal_.step("drain " + word_of(how_much)));
    return records(*sink_, how_much);
  }
  Result<void> disarm() override { return journal_.step("disarm"); }
  Result<HitReport> settle(uint64_t) override {
    TRY(journal_.step("settle"));
    return report;
  }
  Result<void> remove() override { return journal_.step("remove"); }

 private:
  Journal& journal_;
  RecordSink* sink_ = nullptr;
};

class FakeTasks : public TaskWatch {
 public:
  explicit FakeTasks(Journal& journal) : journal_(journal) {}

  // It may come before or after define(), and is noted behind it.
  Result<void> prepare() override {
    journal_.wait_for("define");
    return journal_.step("tasks prepare");
  }
  Result<void> restrict(const TaskChoice& tasks) override {
    return journal_.step("tasks restrict " + words_of(tasks));
  }
  Result<void> start(RecordSink& sink) override {
    TRY(journal_.step("tasks start"));
    return sink.add_task({TaskInfo::Kind::Snapshot, 0, 1, 1, 0, "init"});
  }
  Result<void> drain(Drain how_much) override { return journal_.step("tasks drain " + word_of(how_much)); }
  Result<void> remove() override { return journal_.step("tasks remove"); }

 private:
  Journal& journal_;
};

// Notes what another writer, whom it hands everything on to, is asked to write.
class NotedWriter : public RecordingWriter {
 public:
  NotedWriter(Journal& journal, std::unique_ptr<RecordingWriter> writer)
      : journal_(journal), writer_(std::move(writer)) {}

  Result<void> write_session(const SessionInfo& session) override {
    TRY(journal_.step("write session"));
    return writer_->write_session(session);
  }
  Result<uint32_t> add_event(const EventInfo& event) override {
    TRY(journal_.step("write event"));
    return writer_->add_event(event);
  }
  using RecordSink::add_record;
  Result<void> add_record(uint32_t cpu, uint64_t time_ns, uint32_t event, std::span<const uint8_t> record,
                          std::span<const uint64_t> stack) override {
    TRY(journal_.step("write record"));
    return writer_->add_record(cpu, time_ns, event, record, stack);
  }
  Result<void> add_task(const TaskInfo& task) override {
    TRY(journal_.step("write task"));
    return writer_->add_task(task);
  }
  Result<void> add_map(const MapInfo& map) override { return writer_->add_map(map); }
  Result<void> add_names(const AddressNames& names) override { return writer_->add_names(names); }
  Result<void> add_loss(const LossInfo& loss) override {
    TRY(journal_.step("write loss"));
    return writer_->add_loss(loss);
  }
  Result<void> add_anchor(const ClockAnchor& anchor) override {
    TRY(journal_.step("write anchor"));
    return writer_->add_anchor(anchor);
  }
  Result<void> flush() override {
    TRY(journal_.step("flush"));
    return writer_->flush();
  }
  Result<void> finish(const EndSummary& summary) override {
    TRY(journal_.step("write end"));
    return writer_->finish(summary);
  }
  uint64_t bytes_written() const override { return writer_->bytes_written(); }
  uint64_t records_written() const override { return writer_->records_written(); }

 private:
  Journal& journal_;
  std::unique_ptr<RecordingWriter> writer_;
};

}  // namespace uproar::test
