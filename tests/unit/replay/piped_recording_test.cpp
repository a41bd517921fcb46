#include "replay/piped_recording.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "recording/writer.h"
#include "support/sample_event.h"

namespace uproar {
namespace {

class Piped : public testing::Test {
 protected:
  Piped() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    in_.reset(ends[1]);
    recording_ = std::move(*PipedRecording::start(Fd(ends[0])));
  }

  Fd in_;
  std::unique_ptr<PipedRecording> recording_;
};

TEST_F(Piped, IsOpenedOnceItsHeadIsThereAndGrows) {
  auto writer = std::move(*RecordingWriter::create(std::move(in_), "-"));
  ASSERT_TRUE(writer->add_event(test::event_info("g", "e")).ok());
  ASSERT_TRUE(writer->flush().ok());
  auto reader = recording_->open("standard input");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->events().size(), 1u);
  EXPECT_FALSE((*reader)->end());
  EXPECT_FALSE(recording_->is_over());
  ASSERT_TRUE(writer->finish({}).ok());
  writer.reset();
  while (!recording_->is_over()) ::usleep(1000);
  EXPECT_TRUE((*RecordingReader::open(recording_->path()))->end());
}

TEST_F(Piped, WhatIsNoRecordingIsSaidOfItsName) {
  EXPECT_EQ(::write(in_.get(), "hello", 5), 5);
  in_.reset();
  auto reader = recording_->open("standard input");
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().message.find("standard input"), std::string::npos) << reader.error().message;
  EXPECT_EQ(reader.error().message.find("/proc/"), std::string::npos) << reader.error().message;
}

TEST_F(Piped, GoesAwayBeforeTheEnd) {
  recording_.reset();
  EXPECT_TRUE(in_.valid());
}

}  // namespace
}  // namespace uproar
