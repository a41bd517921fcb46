#include "replay/follow.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "recording/writer.h"
#include "support/sample_event.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

// A recording that grows whenever the follower waits.
class Follow : public testing::Test {
 protected:
  Follow() : path_(folder_.path("growing.upr")) { create(); }

  void create() {
    Fd fd(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    writer_ = std::move(*RecordingWriter::create(std::move(fd), path_));
    EXPECT_TRUE(writer_->add_event(test::event_info("g", "e")).ok());
  }
  void add(uint64_t time_ns, size_t record_bytes = 16, uint32_t cpu = 0) {
    const uint8_t record[16] = {1, 0, 0, 0, 7};
    EXPECT_TRUE(writer_->add_record(cpu, time_ns, 0, {record, record_bytes}).ok());
    LossInfo loss;
    loss.time_ns = time_ns;
    loss.count = time_ns;
    EXPECT_TRUE(writer_->add_loss(loss).ok());
    EXPECT_TRUE(writer_->flush().ok());
  }

  // Prints times of events and counts of losses.
  class Times final : public Sink {
   public:
    void take(const Event& event, std::string& out) override { out += std::to_string(event.time_ns) + " "; }
    void take_side(const SideRecord& side, std::string& out) override {
      out += "lost " + std::to_string(side.loss->count) + " ";
    }
  };

  // `steps` happen one after the other, one each time that the follower waits.
  Result<Followed> followed(std::vector<std::function<void()>> steps, const std::string& time = {}) {
    FollowRequest request;
    request.path = path_;
    request.choice.time = time;
    request.choice.side.losses = true;
    request.play = [this](Player& player) -> Result<bool> {
      Player::Output output;
      output.make_sink = [] { return std::make_unique<Times>(); };
      output.write = [this](std::string_view text) {
        text_ += text;
        return true;
      };
      player.play(output);
      text_ += "| ";
      return true;
    };
    request.hold_ns = hold_ns_;
    size_t waited = 0;
    request.wait = [&](int) {
      if (waited == steps.size()) return true;
      steps[waited++]();
      return false;
    };
    return follow(std::move(*RecordingReader::open(path_)), request);
  }

  TemporaryFolder folder_;
  uint64_t hold_ns_ = 0;
  std::string path_, text_;
  std::unique_ptr<RecordingWriter> writer_;
};

TEST_F(Follow, EveryBlockAndLossOnceUntilTheEnd) {
  add(1);
  const auto result =
      followed({[&] { add(2); }, [] {}, [&] { add(3); }, [&] { EXPECT_TRUE(writer_->finish({}).ok()); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(text_, "lost 1 1 | lost 2 2 | lost 3 3 | | ");
  EXPECT_EQ(result->warning, "");
  EXPECT_TRUE(result->last->end());
}

TEST_F(Follow, EndsWhenItIsTold) {
  add(1);
  const auto result = followed({[&] { add(2); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(text_, "lost 1 1 | lost 2 2 | ");
  EXPECT_EQ(result->warning, "");
}

TEST_F(Follow, FileThatGoesIsTold) {
  add(1);
  const auto result = followed({[&] { std::filesystem::remove(path_); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->warning, path_ + " is gone: what was followed has no end");
}

TEST_F(Follow, AnotherRecordingIsNotGoneOnWith) {
  add(1);
  const auto result = followed({[&] {
    std::filesystem::rename(path_, path_ + ".old");
    create();
    add(5);
  }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(text_.substr(0, 11), "lost 1 1 | ");
  EXPECT_EQ(text_.find('5'), std::string::npos);
  EXPECT_EQ(result->warning, path_ + " is another recording now: the one that was followed has no end");
}

TEST_F(Follow, RecordsThatDoNotFitAreCountedOverAllParts) {
  add(1, 4);
  const auto result = followed({[&] { add(2, 4); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->undecodable, 2u);
}

TEST_F(Follow, SharesOfWhatGrowsAndOtherThanFilesAreErrors) {
  add(1);
  const auto share = followed({}, "10%");
  ASSERT_FALSE(share.ok());
  EXPECT_EQ(share.error().message, "a part of a recording that still grows is not known");
  FollowRequest request;
  request.path = folder_.path();
  const auto folder = follow(std::move(*RecordingReader::open(path_)), request);
  ASSERT_FALSE(folder.ok());
  EXPECT_EQ(folder.error().message, "only a file can be followed");
}

// The CPUs' blocks do not come in the order of time; what waits for its turn is in order.
TEST_F(Follow, EventsAreHeldBackUntilNoEarlierOneComes) {
  hold_ns_ = 3'600'000'000'000;
  add(10);
  const auto result =
      followed({[&] { add(30); }, [&] { add(20, 16, 1); }, [&] { EXPECT_TRUE(writer_->finish({}).ok()); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(text_, "| lost 10 10 lost 20 20 lost 30 30 | ");
}

TEST_F(Follow, EventThatComesTooLateIsPlayedAllTheSame) {
  add(10);
  const auto result =
      followed({[&] { add(30); }, [&] { add(20, 16, 1); }, [&] { EXPECT_TRUE(writer_->finish({}).ok()); }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(text_, "lost 10 10 | lost 30 30 | 20 | lost 20 | ");
}

TEST_F(Follow, EndsWhenNobodyWritesTheFileAnyMore) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs leases on files";
  add(1);
  const auto result = followed({[&] {
                                  add(2);
                                  writer_.reset();
                                },
                                [] {}, [] {}, [] { ADD_FAILURE() << "goes on"; }});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->warning, "nobody writes " + path_ +
                                 " any more, and it has no end: its recorder was killed or ran out of room");
  EXPECT_NE(text_.find("lost 2 2"), std::string::npos) << text_;
}

TEST_F(Follow, EndsWhenItIsOver) {
  add(1);
  FollowRequest request;
  request.path = path_;
  size_t played = 0;
  request.play = [&](Player&) -> Result<bool> { return ++played < 100; };
  request.wait = [](int) { return false; };
  request.is_over = [&] { return played > 0; };
  const auto result = follow(std::move(*RecordingReader::open(path_)), request);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->warning, "");
}

}  // namespace
}  // namespace uproar
