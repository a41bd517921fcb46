#include "convert/file_formats.h"

#include <gtest/gtest.h>

#include "replay/styles/styles.h"

namespace uproar {
namespace {

std::string name_of(const FileFormat* format) {
  return format != nullptr ? format->name : "none";
}

std::string seen(std::string_view start) {
  return name_of(format_by_content({reinterpret_cast<const uint8_t*>(start.data()), start.size()}));
}

std::string of_path(std::string_view path) {
  return name_of(format_by_path(path));
}

TEST(FileFormats, NamesTellTheFormat) {
  EXPECT_EQ(of_path("a/session.upr"), "upr");
  EXPECT_EQ(of_path("perf.data"), "perf.data");
  EXPECT_EQ(of_path("perf.data.old"), "perf.data");
  EXPECT_EQ(of_path("trace.dat"), "trace.dat");
  EXPECT_EQ(of_path("x.txt"), "text");
  EXPECT_EQ(of_path("x.jsonl"), "json");
  EXPECT_EQ(of_path("x.json"), "json");
  EXPECT_EQ(of_path("x.csv"), "csv");
  EXPECT_EQ(of_path("x.xml"), "none");
  EXPECT_EQ(of_path("-"), "none");
}

TEST(FileFormats, ContentTellsTheFormat) {
  EXPECT_EQ(seen("\x89UPR\r\n\x1a\n..."), "upr");
  EXPECT_EQ(seen("\x17\x08\x44tracing7"), "trace.dat");
  EXPECT_EQ(seen("PERFILE2"), "perf.data");
  EXPECT_EQ(seen("# tracer: nop\n"), "text");
  EXPECT_EQ(seen("{\"time\":1.0}"), "json");
  EXPECT_EQ(seen("time,comm,pid,tid,cpu,event,ip"), "csv");
  EXPECT_EQ(seen(std::string_view("\x7f"
                                  "ELF\0\0",
                                  6)),
            "none");
}

TEST(FileFormats, EveryFormatIsKnownByItsNameAndSuffixes) {
  for (const FileFormat& format : file_formats()) {
    EXPECT_EQ(format_by_name(format.name), &format);
    for (const std::string_view suffix : format.suffixes)
      EXPECT_EQ(of_path("x" + std::string(suffix)), format.name);
    EXPECT_TRUE(format.can_read() || format.can_write()) << format.name;
  }
  EXPECT_EQ(format_by_name("xml"), nullptr);
}

TEST(FileFormats, EveryOutputWithFilesIsAFormat) {
  for (const Style& style : styles()) {
    if (style.format.empty()) continue;
    ASSERT_NE(format_by_name(style.format), nullptr) << style.name;
    EXPECT_TRUE(format_by_name(style.format)->can_write());
  }
}

}  // namespace
}  // namespace uproar
