#include "commands/files/recording_file.h"

#include <gtest/gtest.h>

#include "support/in_process.h"
#include "support/recordings.h"

namespace uproar {
namespace {

RecordingChoice given(const std::vector<std::string>& arguments) {
  RecordingChoice choice;
  CLI::App app;
  choice.declare(app);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  return choice;
}

struct Told {
  bool result;
  std::string text;
};

Told told_damage(const std::vector<Damage>& damage, bool has_end) {
  std::FILE* err = std::tmpfile();
  Console console(::fileno(err), ::fileno(err));
  const bool result = report_damage(damage, has_end, console);
  return {result, drained(err)};
}

std::string told_losses(const std::vector<LossInfo>& losses) {
  const auto bytes = test::write_recording([&](RecordingWriter& writer) {
    (void)writer.write_session({});
    EndSummary summary;
    for (const LossInfo& loss : losses) {
      (void)writer.add_loss(loss);
      summary.lost += loss.count;
    }
    (void)writer.finish(summary);
  });
  std::FILE* err = std::tmpfile();
  Console console(::fileno(err), ::fileno(err));
  report_losses(*test::open_bytes(bytes), console);
  return drained(err);
}

LossInfo loss(LossInfo::Kind kind, uint64_t count) {
  LossInfo one;
  one.kind = kind;
  one.count = count;
  return one;
}

TEST(RecordingFile, IsNamedInOneOfTwoWaysOrByDefault) {
  EXPECT_EQ(given({}).path(), "uproar.upr");
  EXPECT_EQ(given({"a.upr"}).path(), "a.upr");
  EXPECT_EQ(given({"-i", "b.upr"}).path(), "b.upr");
  EXPECT_THROW(given({"a.upr", "-i", "b.upr"}), CLI::ParseError);
}

TEST(RecordingFile, FileThatIsNotThere) {
  const auto opened = given({"/nonexistent/a.upr"}).open();
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message.find("/nonexistent/a.upr"), std::string::npos);
}

TEST(RecordingFile, WholeRecordingHasNothingToTell) {
  const Told told = told_damage({}, true);
  EXPECT_FALSE(told.result);
  EXPECT_EQ(told.text, "");
}

TEST(RecordingFile, MissingEndIsAWarningOnly) {
  const Told told = told_damage({}, false);
  EXPECT_FALSE(told.result);
  EXPECT_EQ(told.text,
            "uproar: warning: the recording has no end: its recorder was killed or ran out of room, or still "
            "writes\n");
}

TEST(RecordingFile, DamageIsToldAndNotTheMissingEndBesides) {
  const Told told = told_damage({{17, 5, "checksum of block does not match"}}, false);
  EXPECT_TRUE(told.result);
  EXPECT_EQ(told.text,
            "uproar: error: damaged at byte 17: checksum of block does not match\n"
            "  help: everything that is whole was read; record again, or copy the file again, to have the "
            "rest\n");
}

TEST(RecordingFile, MuchDamageIsCounted) {
  std::vector<Damage> damage;
  for (uint64_t i = 0; i < 13; ++i) damage.push_back({100 * i, 1, "bad"});
  const std::string text = told_damage(damage, true).text;
  EXPECT_NE(text.find("damaged at byte 900: bad\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("damaged at byte 1000"), std::string::npos) << text;
  EXPECT_NE(text.find("uproar: error: 3 more places are damaged\n"), std::string::npos) << text;
}

TEST(RecordingFile, LossesAreTellingWhatWasRemovedOnPurpose) {
  EXPECT_EQ(told_losses({}), "");
  EXPECT_EQ(told_losses({loss(LossInfo::Kind::Overrun, 3), loss(LossInfo::Kind::Dropped, 2)}),
            "uproar: warning: 5 events were lost while recording\n");
  EXPECT_EQ(told_losses({loss(LossInfo::Kind::Rotated, 7)}),
            "uproar: warning: 7 older events were removed to keep the recording below its limit\n");
  EXPECT_EQ(told_losses({loss(LossInfo::Kind::Rotated, 7), loss(LossInfo::Kind::Overrun, 1)}),
            "uproar: warning: 7 older events were removed to keep the recording below its limit\n"
            "uproar: warning: 1 events were lost while recording\n");
}

}  // namespace
}  // namespace uproar
