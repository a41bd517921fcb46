// Version 7, read from files made by hand; trace_dat_import_test.cpp has those of trace-cmd.
#include <gtest/gtest.h>

#include "convert/trace_dat/trace_dat_reader.h"
#include "support/trace_dat_files.h"

namespace uproar::trace_dat {
namespace {

using test::number;
using test::option;
using test::options_section;
using test::start7;

Result<Contents> read(std::string_view bytes) {
  const auto input = ByteInput::from_bytes(bytes, "x.dat");
  return read_contents(*input);
}
std::string complaint(std::string_view bytes) {
  const auto contents = read(bytes);
  return contents.ok() ? "" : contents.error().message;
}
// "OFFSET: REASON" of each.
std::string damage(std::string_view bytes) {
  const auto contents = read(bytes);
  if (!contents.ok()) return "error: " + contents.error().message;
  std::string out;
  for (const Damage& place : contents->damage)
    out += std::to_string(place.offset) + ": " + place.reason + "\n";
  return out;
}

TEST(TraceDatVersion7, OptionsLeadToSectionsAndBuffers) {
  const std::string pages = test::count(1) + test::chunk(test::page({1}));
  const std::string bytes = test::version7(pages, test::formats_of_g());
  const auto contents = read(bytes);
  ASSERT_TRUE(contents.ok()) << contents.error().message;
  EXPECT_EQ(contents->version, 7u);
  EXPECT_EQ(contents->packing, Packing::Zstd);
  ASSERT_EQ(contents->formats.size(), 1u);
  EXPECT_EQ(contents->formats[0].group, "g");
  ASSERT_EQ(contents->buffers.size(), 1u);
  EXPECT_EQ(contents->buffers[0].clock, "mono");
  ASSERT_EQ(contents->buffers[0].streams.size(), 1u);
  EXPECT_EQ(contents->buffers[0].streams[0].cpu, 3u);
  EXPECT_EQ(contents->buffers[0].streams[0].bytes, pages.size());
  EXPECT_TRUE(contents->damage.empty());
}

TEST(TraceDatVersion7, WhatTheFirstSectionToldStandsWhenTheNextIsGone) {
  const std::string bytes =
      start7("none", 32) + options_section(option(8, test::count(4)) + option(0, number(5000)));
  EXPECT_EQ(damage(bytes), "5000: x.dat: byte 5000: a section of options is to be here, but the file has " +
                               std::to_string(bytes.size()) + " bytes\n");
  EXPECT_EQ(read(bytes)->cpus, 4u);
}

TEST(TraceDatVersion7, SectionOfAnotherKindIsPassedOver) {
  // HeaderInfo that leads to the options themselves.
  const std::string bytes = start7("none", 32) + options_section(option(16, number(32)));
  EXPECT_EQ(damage(bytes), "32: x.dat: byte 32: section 0 stands where 16 should\n");
}

TEST(TraceDatVersion7, BufferThatContradictsItselfIsAnError) {
  const std::string buffer = number(0) + std::string("\0mono\0", 6) + test::count(512) + test::count(1000);
  EXPECT_EQ(complaint(start7("none", 32) + options_section(option(3, buffer))),
            "x.dat: byte 32: the option of a buffer contradicts itself");
}

TEST(TraceDatVersion7, OptionWithoutAnOffsetIsAnError) {
  EXPECT_EQ(complaint(start7("none", 32) + options_section(option(18, "1"))),
            "x.dat: byte 32: an option without an offset");
}

TEST(TraceDatVersion7, SectionThatCannotBeUnpackedIsNamed) {
  std::string section = options_section(test::count(4) + test::count(100) + "nope");
  section[2] = 1;  // packed
  EXPECT_EQ(complaint(start7("zstd", 32) + section),
            "x.dat: byte 48: a section of options cannot be unpacked");
  section[16] = 120;
  EXPECT_EQ(complaint(start7("zstd", 32) + section),
            "x.dat: byte 48: a section of options has impossible sizes");
}

}  // namespace
}  // namespace uproar::trace_dat
