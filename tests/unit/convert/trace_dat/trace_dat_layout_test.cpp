#include "convert/trace_dat/trace_dat_layout.h"

#include <gtest/gtest.h>

#include <vector>

#include "convert/trace_dat/trace_dat_reader.h"
#include "support/trace_dat_files.h"

namespace uproar::trace_dat {
namespace {

// A file of one event, two CPUs of the main buffer and one of an instance, a page each.
std::vector<uint8_t> written(unsigned version, bool compress) {
  auto pages = PageSpool::make(compress);
  EXPECT_TRUE(pages.ok());
  SessionInfo session;
  session.host = "vm";
  session.kernel = "6.18.1";
  session.machine = "x86_64";
  session.clock = "mono";
  const std::vector<ExportedEvents::Event> events{{"g", "hit", std::string(test::kFormat), 1500}};
  FileContents contents;
  contents.version = version;
  contents.compress = compress;
  contents.page_bytes = 512;
  contents.session = &session;
  contents.events = &events;
  contents.names = {{42, "a b"}, {43, "new\nline"}};
  contents.cpus = 2;
  contents.lost = {{1, 5}};
  for (const auto& [instance, cpu] : {std::pair("", 0u), std::pair("", 1u), std::pair("one", 1u)}) {
    const size_t stream = pages->add_stream();
    const std::string page = test::page({1 + cpu});
    EXPECT_TRUE(pages->add(stream, {reinterpret_cast<const uint8_t*>(page.data()), page.size()}).ok());
    contents.streams.push_back({instance, cpu, stream});
  }
  EXPECT_TRUE(pages->finish().ok());
  std::vector<uint8_t> bytes;
  const auto output = ByteOutput::to_memory(bytes);
  EXPECT_TRUE(write_trace_dat(contents, *pages, *output).ok());
  EXPECT_TRUE(output->flush().ok());
  return bytes;
}

class TraceDatLayout : public testing::TestWithParam<std::pair<unsigned, bool>> {};

TEST_P(TraceDatLayout, TheReaderFindsEverything) {
  const auto [version, compress] = GetParam();
  const auto bytes = written(version, compress);
  EXPECT_TRUE(is_trace_dat(bytes));
  const auto input = ByteInput::from_bytes(bytes, "x.dat");
  const auto contents = read_contents(*input);
  ASSERT_TRUE(contents.ok()) << contents.error().message;
  EXPECT_TRUE(contents->damage.empty());
  EXPECT_EQ(contents->version, version);
  EXPECT_EQ(contents->packing, compress ? Packing::Zstd : Packing::None);
  EXPECT_EQ(contents->host, "vm");
  EXPECT_EQ(contents->kernel, "6.18.1");
  EXPECT_EQ(contents->machine, "x86_64");
  ASSERT_EQ(contents->formats.size() - contents->tracer_formats, 1u);
  EXPECT_EQ(contents->formats[0].group, "g");
  EXPECT_EQ(contents->formats[0].text, test::kFormat);
  EXPECT_EQ(contents->names.at(42), "a b");
  EXPECT_EQ(contents->names.at(43), "new line") << "its own line end would begin another task";
  ASSERT_EQ(contents->buffers.size(), 2u);
  for (const Buffer& buffer : contents->buffers) {
    EXPECT_EQ(buffer.clock, "mono");
    EXPECT_EQ(buffer.page_bytes, 512u);
    EXPECT_EQ(buffer.streams.size(), buffer.name.empty() ? 2u : 1u);
    for (const Stream& stream : buffer.streams) {
      EXPECT_LE(stream.offset + stream.bytes, bytes.size());
      if (!compress) EXPECT_EQ(stream.bytes, 512u);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, TraceDatLayout,
                         testing::Values(std::pair(7u, true), std::pair(7u, false), std::pair(6u, false)));

}  // namespace
}  // namespace uproar::trace_dat
