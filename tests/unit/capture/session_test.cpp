#include "capture/session.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/session_fixture.h"

namespace uproar {
namespace {

TEST_F(SessionTest, StepsComeInTheirOrder) {
  hand_on(1);
  Result<RecordOutcome> outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(journal_.text(),
            "define\n"
            "tasks prepare\n"
            "schemas\n"
            "restrict\n"
            "write session\n"
            "write anchor\n"
            "write event\n"
            "tasks start\n"
            "write task\n"
            "flush\n"
            "arm\n"
            "drain some\n"
            "write record\n"
            "tasks drain some\n"
            "disarm\n"
            "drain all\n"
            "tasks drain all\n"
            "settle\n"
            "write anchor\n"
            "write end\n"
            "tasks remove\n"
            "remove\n");
  EXPECT_TRUE(backend_.tasks.everybody);
  EXPECT_EQ(outcome->summary.events, 1u);
  EXPECT_GT(outcome->bytes, 0u);
  EXPECT_EQ(reader_->session().via, "fake");
  EXPECT_EQ(reader_->session().clock, "mono");
  EXPECT_TRUE(reader_->end());
  EXPECT_EQ(records_in_file(), 1u);
}

TEST_F(SessionTest, BackEndThatNamesTasksItselfNeedsNoWatch) {
  const std::string path = fake_.root() + "/out.upr";
  auto file = RecordingWriter::create(*open_file(path, O_WRONLY | O_CREAT), path);
  test::NotedWriter writer(journal_, std::move(*file));
  EXPECT_TRUE(record_with(backend_, nullptr, request_, writer, progress_).ok());
  EXPECT_EQ(journal_.text().find("tasks"), std::string::npos);
  EXPECT_TRUE(journal_.has("write end"));
}

// Whatever fails before something can have been recorded: the rest is left out, and everything is removed.
TEST_F(SessionTest, StepThatFailsBeforeTheFirstEventEndsIt) {
  for (const char* step : {"define", "tasks prepare", "schemas", "restrict", "write session", "write anchor",
                           "write event", "tasks start", "flush", "arm"}) {
    test::Journal journal;
    journal.fail_always = {step};
    test::FakeBackend backend(journal);
    backend.events = {event_named("work")};
    test::FakeTasks tasks(journal);
    auto file = RecordingWriter::create(*open_file("/dev/null", O_WRONLY), "null");
    test::NotedWriter writer(journal, std::move(*file));
    auto outcome = record_with(backend, &tasks, request_, writer, progress_);
    ASSERT_FALSE(outcome.ok()) << step;
    EXPECT_EQ(outcome.error().message, std::string(step) + " failed");
    const std::string text = journal.text();
    std::string end = std::string(step) + "\ntasks remove\nremove\n";
    if (std::string(step) == "define") end = "define\ntasks prepare\ntasks remove\nremove\n";
    EXPECT_TRUE(text.ends_with(end)) << text;
    EXPECT_FALSE(journal.has("drain some")) << step;
  }
}

TEST_F(SessionTest, FirstErrorIsTheOneTold) {
  journal_.fail_always = {"define", "tasks prepare", "tasks remove", "remove"};
  EXPECT_EQ(run().error().message, "define failed");
  EXPECT_TRUE(journal_.has("remove"));
}

TEST_F(SessionTest, DrainThatFailsOnceLeavesAFinishedFile) {
  journal_.fail_once = {"drain some"};
  hand_on(3);
  auto outcome = run();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "drain some failed");
  EXPECT_TRUE(journal_.text().ends_with(
      "disarm\ndrain all\nwrite record\nwrite record\nwrite record\ntasks drain all\nsettle\nwrite anchor\n"
      "write end\ntasks remove\nremove\n"))
      << journal_.text();
  ASSERT_TRUE(reader_->end());
  EXPECT_EQ(reader_->end()->events, 3u);
}

TEST_F(SessionTest, DrainThatGoesOnFailingKeepsWhatWasRecordedAndGivesItNoEnd) {
  request_.duration_ns.reset();
  journal_.fail_always = {"tasks drain some", "tasks drain all"};
  hand_on(3);
  EXPECT_EQ(run().error().message, "tasks drain some failed");
  EXPECT_TRUE(journal_.text().ends_with("disarm\ndrain all\ntasks drain all\ntasks remove\nremove\n"));
  EXPECT_EQ(records_in_file(), 3u);
  EXPECT_FALSE(reader_->end());
}

TEST_F(SessionTest, DisarmThatFailsKeepsNothingFromBeingFinished) {
  journal_.fail_always = {"disarm"};
  hand_on(1);
  EXPECT_EQ(run().error().message, "disarm failed");
  EXPECT_TRUE(journal_.text().ends_with("settle\nwrite anchor\nwrite end\ntasks remove\nremove\n"));
  EXPECT_TRUE(reader_->end());
}

TEST_F(SessionTest, HitsThatCannotBeSettledLeaveTheFileWithoutAnEnd) {
  journal_.fail_always = {"settle"};
  hand_on(2);
  EXPECT_EQ(run().error().message, "settle failed");
  EXPECT_TRUE(journal_.text().ends_with("settle\ntasks remove\nremove\n"));
  EXPECT_EQ(records_in_file(), 2u);
  EXPECT_FALSE(reader_->end());
}

TEST_F(SessionTest, RemovalThatFailsDoesNotKeepTheRestFromGoing) {
  journal_.fail_always = {"tasks remove", "remove"};
  EXPECT_EQ(run().error().message, "tasks remove failed");
  EXPECT_TRUE(journal_.has("remove"));
  EXPECT_TRUE(reader_->end());
}

TEST_F(SessionTest, FullDiskEndsItAndEverythingIsRemoved) {
  request_.duration_ns.reset();
  journal_.fail_always = {"write record"};
  hand_on(1);
  EXPECT_EQ(run().error().message, "write record failed");
  EXPECT_TRUE(journal_.text().ends_with("tasks remove\nremove\n"));
}

// Hits and losses.

TEST_F(SessionTest, EveryHitIsARecordOrALoss) {
  backend_.report.events = {hits_of(10, 12)};
  hand_on(5, 2);
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->summary.events, 5u);
  EXPECT_EQ(outcome->summary.lost, 5u);
  EXPECT_EQ(outcome->summary.hits, 10u);
  EXPECT_TRUE(outcome->summary.hits_known);
  EXPECT_FALSE(outcome->summary.hits_filtered);
  EXPECT_EQ(outcome->ring_lost, 2u);
  EXPECT_EQ(outcome->hits.vanished, 3u);
  ASSERT_EQ(reader_->losses().size(), 2u);
  EXPECT_EQ(reader_->losses()[1].kind, LossInfo::Kind::NoCounter);
  EXPECT_EQ(reader_->losses()[1].count, 3u);
  EXPECT_EQ(reader_->end()->lost, 5u);
}

TEST_F(SessionTest, LossesThatOnlyTheFinalCountersTellAreCounted) {
  backend_.report.events = {hits_of(4, 4)};
  backend_.records = [](RecordSink& sink, Drain how_much) -> Result<void> {
    if (how_much == Drain::Some) return {};
    return sink.add_loss({LossInfo::Kind::Dropped, 1, 5000, 4});
  };
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->summary.lost, 4u);
  EXPECT_EQ(outcome->hits.vanished, 0u);
}

TEST_F(SessionTest, HitsOfBeforeTheRecordingMakeNoLosses) {
  backend_.report.events = {hits_of(1000, 1000)};
  backend_.report.known = false;
  hand_on(5, 2);
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->summary.hits_known);
  EXPECT_EQ(outcome->summary.lost, 2u);
  EXPECT_EQ(outcome->ring_lost, 2u);
  EXPECT_EQ(reader_->losses().size(), 1u);
}

TEST_F(SessionTest, HitsOfOtherTasksMakeNoLosses) {
  backend_.report.events = {hits_of(100, 100)};
  backend_.report.choice = HitChoice::Tasks;
  hand_on(5);
  auto outcome = run();
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->summary.hits_filtered);
  EXPECT_EQ(outcome->summary.lost, 0u);
  EXPECT_EQ(outcome->hits.unexplained, 95u);
}

// Snapshots.

TEST_F(SessionTest, HitOfTheChosenEventWritesASnapshot) {
  uint64_t written = 0;
  SnapshotPlan plan{{"work"}, [&] {
                      ++written;
                      EXPECT_FALSE(journal_.has("disarm"));
                      EXPECT_TRUE(journal_.text().ends_with("flush\n"));
                    }};
  hand_on(1);
  ASSERT_TRUE(run(&plan).ok());
  EXPECT_EQ(written, 1u);
}

TEST_F(SessionTest, WithoutAHitTheSnapshotIsWrittenAtTheEnd) {
  uint64_t written = 0;
  SnapshotPlan plan{{"uprobes/work"}, [&] {
                      ++written;
                      EXPECT_TRUE(journal_.text().ends_with("write end\ntasks remove\nremove\n"));
                    }};
  ASSERT_TRUE(run(&plan).ok());
  EXPECT_EQ(written, 1u);
}

TEST_F(SessionTest, Usr2WritesASnapshotAndTheRecordingGoesOn) {
  request_.duration_ns = 400'000'000;
  uint64_t written = 0;
  SnapshotPlan plan{{}, [&] { ++written; }};
  at_first_drain([] { ::kill(::getpid(), SIGUSR2); });
  ASSERT_TRUE(run(&plan).ok());
  EXPECT_EQ(written, 1u);
  EXPECT_TRUE(journal_.has("write end"));
}

TEST_F(SessionTest, SnapshotAtAnEventThatIsNotRecordedIsAnError) {
  SnapshotPlan plan{{"other"}, [] {}};
  auto outcome = run(&plan);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "the recording has no event 'other' for --snapshot-at");
  EXPECT_TRUE(journal_.text().ends_with("restrict\ntasks remove\nremove\n"));
}

TEST_F(SessionTest, FailedRecordingWritesNoLastSnapshot) {
  uint64_t written = 0;
  SnapshotPlan plan{{}, [&] { ++written; }};
  journal_.fail_always = {"drain some"};
  EXPECT_FALSE(run(&plan).ok());
  EXPECT_EQ(written, 0u);
}

}  // namespace
}  // namespace uproar
