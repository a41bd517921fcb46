#include "convert/text/text_import.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "recording/reader.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

class TextImport : public testing::Test {
 protected:
  Result<ImportOutcome> import(const std::string& text) {
    folder_.put("in.txt", text);
    TRY_ASSIGN(Fd out, open_file(folder_.path("out.upr"), O_WRONLY | O_CREAT | O_TRUNC));
    TRY_ASSIGN(auto writer, RecordingWriter::create(std::move(out), "out.upr"));
    TRY_ASSIGN(auto input, ByteInput::open(folder_.path("in.txt")));
    return import_trace_text(*input, {}, *writer, {});
  }
  TemporaryFolder folder_;
};

TEST_F(TextImport, RecordingHoldsTheEventsOfTheText) {
  auto outcome = import(
      "# tracer: nop\n#\n"
      "            bash-42      [001] DBZff  10.000001: readline: (0x10 <- 0x20) cmd=\"ls\"\n"
      "            bash-42      [000] DBZff  11.000001: readline: (0x10 <- 0x20) cmd=(fault)\n");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->events, 2u);
  auto reader = RecordingReader::open(folder_.path("out.upr"));
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->session().via, "text");
  EXPECT_EQ((*reader)->totals().records, 2u);
  EXPECT_EQ((*reader)->tasks().comm(42, 10'000'001'000), "bash");
  EXPECT_TRUE((*reader)->end().has_value());
}

TEST_F(TextImport, TextWithoutEventsIsAnError) {
  auto outcome = import("hello\nworld\n");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(render(outcome.error()), "error: " + folder_.path() +
                                         "/in.txt holds no trace text\n  help: give what `cat trace_pipe`, "
                                         "`cat trace`, `trace-cmd report` or `perf script` printed\n");
}

TEST_F(TextImport, EmptyTextIsAnEmptyRecording) {
  auto outcome = import("");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->events, 0u);
}

}  // namespace
}  // namespace uproar
