#include "convert/io/spool.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>

#include "base/fd.h"

namespace uproar {
namespace {

TEST(Spool, CopyCanBeOpenedAgain) {
  const std::string content(3'000'000, 'x');
  const auto input = ByteInput::from_bytes(std::string_view(content), "x");
  const auto file = spool(*input);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(read_file(path_of(*file)).value(), content);
  struct stat status = {};
  ASSERT_EQ(::fstat(file->get(), &status), 0);
  EXPECT_EQ(status.st_nlink, 0u) << "nobody has to remove it";
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(Spool, FolderThatIsNotThereHasARemedy) {
  const char* before = ::getenv("TMPDIR");
  const std::string old = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/nowhere", 1);
  const auto file = unnamed_file();
  old.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", old.c_str(), 1);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find("/nowhere"), std::string::npos) << file.error().message;
  EXPECT_EQ(file.error().remedy, "set TMPDIR to a folder with room");
}

}  // namespace
}  // namespace uproar
