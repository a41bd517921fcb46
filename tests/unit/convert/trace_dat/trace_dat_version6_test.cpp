// Version 6, read from files made by hand; trace_dat_import_test.cpp has those of trace-cmd.
#include <gtest/gtest.h>

#include "convert/trace_dat/trace_dat_reader.h"
#include "support/trace_dat_files.h"

namespace uproar::trace_dat {
namespace {

using test::as_text;
using test::number;
using test::option;

Result<Contents> read(std::string_view bytes) {
  const auto input = ByteInput::from_bytes(bytes, "x.dat");
  return read_contents(*input);
}
std::string complaint(std::string_view bytes) {
  const auto contents = read(bytes);
  return contents.ok() ? "" : contents.error().message;
}

// The file with `options` (each with its head) in place of those it has.
std::string with_options(const std::string& options) {
  std::string bytes = test::version6(test::page({1}));
  const std::string_view empty("options  \0\0\0", 12);
  const size_t at = bytes.find(empty);
  bytes.replace(at, empty.size(), std::string("options  \0", 10) + options + std::string("\0\0", 2));
  // The pages moved.
  const size_t table = bytes.find("flyrecord") + 10;
  bytes.replace(table, 8, number(table + 16));
  return bytes;
}

TEST(TraceDatVersion6, PartsStandOneBehindTheOther) {
  const std::string bytes = test::version6(test::page({1, 2}));
  const auto contents = read(bytes);
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(contents->version, 6u);
  EXPECT_EQ(contents->packing, Packing::None);
  EXPECT_EQ(contents->cpus, 1u);
  EXPECT_EQ(contents->names.at(42), "a b");
  ASSERT_EQ(contents->formats.size(), 1u);
  EXPECT_EQ(contents->formats[0].text, test::kFormat);
  ASSERT_EQ(contents->buffers.size(), 1u);
  const Buffer& buffer = contents->buffers[0];
  EXPECT_EQ(buffer.page_bytes, 512u);
  ASSERT_EQ(buffer.streams.size(), 1u);
  EXPECT_EQ(buffer.streams[0].offset, bytes.size() - 512);
  EXPECT_EQ(buffer.streams[0].bytes, 512u);
  EXPECT_TRUE(contents->damage.empty());
}

TEST(TraceDatVersion6, PagesBehindTheEndAreTold) {
  std::string bytes = test::version6(test::page({1}));
  bytes.resize(bytes.size() - 100);
  const auto contents = read(bytes);
  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(contents->buffers[0].streams[0].bytes, 412u);
  ASSERT_EQ(contents->damage.size(), 1u);
  EXPECT_EQ(contents->damage[0].bytes, 100u);
  EXPECT_EQ(contents->damage[0].reason, "the file ends inside the pages of CPU 0");
}

TEST(TraceDatVersion6, InstanceThatIsNotThereCostsOnlyItself) {
  const std::string bytes = with_options(option(3, number(uint64_t{1} << 40) + std::string("one\0", 4)));
  const auto contents = read(bytes);
  ASSERT_TRUE(contents.ok()) << contents.error().message;
  EXPECT_EQ(contents->buffers.size(), 1u);
  ASSERT_EQ(contents->damage.size(), 1u);
  EXPECT_EQ(contents->damage[0].reason, "buffer one cannot be read");
}

TEST(TraceDatVersion6, FaultsHaveNames) {
  EXPECT_NE(complaint(with_options(option(3, "1234"))).find("a buffer without an offset"), std::string::npos);
  std::string bytes = test::version6(test::page({1}));
  bytes.replace(bytes.find("flyrecord"), 9, "latency  ");
  EXPECT_EQ(complaint(bytes), "x.dat holds a latency trace, which is text");
  bytes.replace(bytes.find("latency  "), 9, "something");
  EXPECT_NE(complaint(bytes).find("neither options nor pages begin here"), std::string::npos);
}

// A cut anywhere before the pages gives an error with a place, never half of the contents.
TEST(TraceDatVersion6, CutAnywhereIsAnError) {
  const std::string bytes = test::version6(test::page({1}));
  for (size_t size = 0; size < bytes.size() - 512; ++size)
    EXPECT_NE(complaint(std::string_view(bytes).substr(0, size)), "") << size;
}

}  // namespace
}  // namespace uproar::trace_dat
