#include "convert/file_formats.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::optional<FileFormat> seen(std::string_view start) {
  return format_by_content({reinterpret_cast<const uint8_t*>(start.data()), start.size()});
}

TEST(FileFormats, NamesTellTheFormat) {
  EXPECT_EQ(format_by_path("a/session.upr"), FileFormat::Recording);
  EXPECT_EQ(format_by_path("perf.data"), FileFormat::PerfData);
  EXPECT_EQ(format_by_path("perf.data.old"), FileFormat::PerfData);
  EXPECT_EQ(format_by_path("trace.dat"), FileFormat::TraceDat);
  EXPECT_EQ(format_by_path("x.txt"), FileFormat::TraceText);
  EXPECT_EQ(format_by_path("x.jsonl"), FileFormat::JsonLines);
  EXPECT_EQ(format_by_path("x.json"), FileFormat::JsonLines);
  EXPECT_EQ(format_by_path("x.csv"), FileFormat::Csv);
  EXPECT_EQ(format_by_path("x.xml"), std::nullopt);
  EXPECT_EQ(format_by_path("-"), std::nullopt);
}

TEST(FileFormats, ContentTellsTheFormat) {
  EXPECT_EQ(seen("\x89UPR\r\n\x1a\n..."), FileFormat::Recording);
  EXPECT_EQ(seen("\x17\x08\x44tracing7"), FileFormat::TraceDat);
  EXPECT_EQ(seen("PERFILE2"), FileFormat::PerfData);
  EXPECT_EQ(seen("# tracer: nop\n"), FileFormat::TraceText);
  EXPECT_EQ(seen("{\"time\":1.0}"), FileFormat::JsonLines);
  EXPECT_EQ(seen("time,comm,pid,tid,cpu,event,ip"), FileFormat::Csv);
  EXPECT_EQ(seen(std::string_view("\x7f"
                                  "ELF\0\0",
                                  6)),
            std::nullopt);
}

TEST(FileFormats, EveryFormatIsKnownByItsName) {
  for (const FileFormatInfo& info : file_formats()) {
    EXPECT_EQ(format_by_name(info.name), info.format);
    EXPECT_EQ(info_of(info.format).name, info.name);
  }
  EXPECT_EQ(format_by_name("xml"), std::nullopt);
}

}  // namespace
}  // namespace uproar
