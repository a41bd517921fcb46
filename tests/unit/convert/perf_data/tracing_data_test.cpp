#include "convert/perf_data/tracing_data.h"

#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "convert/perf_data/perf_data_encode.h"

namespace uproar {
namespace {

TEST(TracingData, FormatsAndTheirNumbers) {
  const auto bytes = perf_tracing_data(
      {{"a", "name: x\nID: 77\nformat:\n"}, {"b", "name: y\nID:\t8\n"}, {"a", "name: z\n"}});
  const TracingData data = parse_tracing_data(bytes);
  EXPECT_EQ(data.fault, "");
  ASSERT_EQ(data.events.size(), 3u);
  EXPECT_EQ(data.events[0].system, "a");
  EXPECT_EQ(data.events[0].id, 77u);
  EXPECT_EQ(data.events[1].id, 0u);
  EXPECT_EQ(data.events[2].system, "b");
  EXPECT_EQ(data.events[2].id, 8u);
  for (size_t size = 0; size < bytes.size() - 16; ++size)
    EXPECT_NE(parse_tracing_data(std::span(bytes).first(size)).fault, "") << size;
}

}  // namespace
}  // namespace uproar
