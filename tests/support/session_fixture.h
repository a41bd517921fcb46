// One recording of a fake back end: what the tests of sessions begin with.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/fd.h"
#include "capture/session.h"
#include "recording/reader.h"
#include "support/fake_backend.h"
#include "support/fake_folder.h"

namespace uproar {

inline constexpr uint8_t kRecord[16] = {7, 0, 0, 0, 5, 0, 0, 0, 0x40, 0x11};

inline EventInfo event_named(const std::string& name) {
  EventInfo event;
  event.schema.group = "uprobes";
  event.schema.name = name;
  event.schema.kernel_type = 7;
  return event;
}

inline EventHits hits_of(uint64_t before_stop, uint64_t after_stop) {
  return {false, true, before_stop, after_stop, 0};
}

// One recording of a fake back end with the event "work", which ends at its first look unless a test says
// otherwise.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    backend_.events = {event_named("work")};
    backend_.report.events = {hits_of(0, 0)};
    request_.duration_ns = 1;
  }

  Result<RecordOutcome> run(const SnapshotPlan* snapshots = nullptr) {
    const std::string path = fake_.root() + "/out.upr";
    auto file = RecordingWriter::create(*open_file(path, O_WRONLY | O_CREAT | O_TRUNC), path);
    EXPECT_TRUE(file.ok());
    std::optional<Result<RecordOutcome>> outcome;
    {
      test::NotedWriter writer(journal_, std::move(*file));
      outcome = record_with(backend_, &tasks_, request_, writer, progress_, snapshots);
    }
    auto reader = RecordingReader::open(path);
    if (reader.ok()) reader_ = std::move(*reader);
    return std::move(*outcome);
  }

  // So many hits at the first drain, then none.
  void hand_on(int hits, uint64_t lost = 0) {
    backend_.records = [this, hits, lost](RecordSink& sink, Drain) -> Result<void> {
      if (handed_) return {};
      handed_ = true;
      for (int i = 0; i < hits; ++i) TRY(sink.add_record(0, 1000 + static_cast<uint64_t>(i), 0, kRecord));
      if (lost == 0) return {};
      return sink.add_loss({LossInfo::Kind::Overrun, 0, 2000, lost});
    };
  }
  // Does this at the first drain.
  void at_first_drain(std::function<void()> what) {
    backend_.records = [this, what](RecordSink&, Drain) -> Result<void> {
      if (!std::exchange(handed_, true)) what();
      return {};
    };
  }
  uint64_t records_in_file() { return reader_ ? reader_->totals().records : 0; }

  FakeFolder fake_;
  test::Journal journal_;
  test::FakeBackend backend_{journal_};
  test::FakeTasks tasks_{journal_};
  RecordRequest request_;
  RecordProgress progress_;
  std::unique_ptr<RecordingReader> reader_;
  bool handed_ = false;
};

}  // namespace uproar
