#include "recording/metadata/metadata_status.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace uproar {
namespace {

TEST(MetadataStatus, EveryStatusHasItsOwnWords) {
  std::set<std::string> words;
  const int last = static_cast<int>(MetadataStatus::BadCount);
  for (int status = 0; status <= last; ++status) words.insert(describe(static_cast<MetadataStatus>(status)));
  EXPECT_EQ(words.size(), static_cast<size_t>(last) + 1);
  EXPECT_EQ(words.count("unknown fault"), 0u);
}

}  // namespace
}  // namespace uproar
