#include "kernel/bpf/link_closer.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(LinkCloser, ClosesAllThatItIsGiven) {
  std::vector<Fd> links;
  std::vector<int> numbers;
  for (int i = 0; i < 50; ++i) {
    links.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    numbers.push_back(links.back().get());
  }
  LinkCloser closer;
  closer.close(std::move(links));
  EXPECT_TRUE(closer.wait_for(std::chrono::seconds(20)));
  for (const int number : numbers) EXPECT_EQ(::fcntl(number, F_GETFD), -1);
  closer.wait();
}

TEST(LinkCloser, NothingToCloseIsDoneAtOnce) {
  LinkCloser closer;
  EXPECT_TRUE(closer.wait_for(std::chrono::milliseconds(0)));
  closer.close({});
  closer.wait();
}

}  // namespace
}  // namespace uproar
