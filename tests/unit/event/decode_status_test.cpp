#include "event/decode_status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace uproar {
namespace {

TEST(DecodeStatus, EveryFaultHasATextOfItsOwn) {
  std::set<std::string> texts;
  for (int i = 0; i <= static_cast<int>(DecodeStatus::PageStartBeyondCommit); ++i) {
    texts.insert(describe(static_cast<DecodeStatus>(i)));
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(DecodeStatus::PageStartBeyondCommit) + 1);
  EXPECT_EQ(texts.count("unknown status"), 0U);
  EXPECT_STREQ(describe(DecodeStatus::RecordShorterThanFields), "record is shorter than its fields");
}

}  // namespace
}  // namespace uproar
