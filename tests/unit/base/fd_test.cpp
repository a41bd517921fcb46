#include "base/fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(Fd, ClosesWhatItOwnsOnce) {
  int raw;
  {
    Fd first = *open_file("/dev/null", O_RDONLY);
    raw = first.get();
    Fd second = std::move(first);
    EXPECT_FALSE(first.valid());
    EXPECT_EQ(second.get(), raw);
  }
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

TEST(Fd, OpenedFilesAreNotInherited) {
  Fd file = *open_file("/dev/null", O_RDONLY);
  EXPECT_TRUE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC);
}

TEST(Fd, ReadFileGivesAllOrAnErrorThatNamesIt) {
  FakeFolder fake;
  fake.put("a", std::string(100'000, 'x'));
  EXPECT_EQ(read_file(fake.root() + "/a")->size(), 100'000u);
  EXPECT_FALSE(read_file(fake.root() + "/a", 99'999).ok());
  auto missing = read_file(fake.root() + "/b");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().sys_errno, ENOENT);
  EXPECT_EQ(missing.error().message, "cannot open " + fake.root() + "/b: No such file or directory");
}

TEST(Fd, NamesInAFolderAreSorted) {
  FakeFolder fake;
  fake.put("b/x", "");
  fake.put("a", "");
  fake.put(".hidden", "");
  EXPECT_EQ(folder_names(fake.root()), (std::vector<std::string>{".hidden", "a", "b"}));
  EXPECT_TRUE(folder_names(fake.root() + "/none").empty());
  EXPECT_TRUE(folder_names(fake.root() + "/a").empty());
}

}  // namespace
}  // namespace uproar
