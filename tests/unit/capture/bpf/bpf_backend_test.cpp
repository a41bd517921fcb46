#include "capture/bpf/bpf_backend.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(BpfBackend, HasItsNameAndCanBeRemovedFromAnyState) {
  const RecordRequest request;
  const auto backend = make_bpf_backend(request);
  EXPECT_EQ(backend->via(), "bpf");
  EXPECT_TRUE(backend->remove().ok());
  EXPECT_TRUE(backend->remove().ok());
}

}  // namespace
}  // namespace uproar
