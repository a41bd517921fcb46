#include "convert/trace_dat/trace_dat_reader.h"

#include <gtest/gtest.h>

#include "support/trace_dat_files.h"

namespace uproar {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the files made by hand

TEST(TraceDatReader, KnowsAFileByItsFirstBytes) {
  const auto is = [](std::string_view bytes) {
    return trace_dat::is_trace_dat({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  };
  EXPECT_TRUE(is(version6(page({1}))));
  EXPECT_FALSE(is("\x17\x08\x44tracin"));
  EXPECT_FALSE(is("PERFILE2 and more"));
}

}  // namespace
}  // namespace uproar
