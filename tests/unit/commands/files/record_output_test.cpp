#include "commands/files/record_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

class RecordOutputTest : public testing::Test {
 protected:
  static std::string content(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  TemporaryFolder folder_;
  std::string file_ = folder_.path("out.upr");
};

TEST_F(RecordOutputTest, NewFileIsPrivateAndGoesUnlessKept) {
  {
    auto output = RecordOutput::open(file_);
    ASSERT_TRUE(output.ok());
    EXPECT_FALSE(std::filesystem::exists(file_)) << "before anything is in it";
    ASSERT_TRUE(output->keep().ok());
    struct stat status {};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
  }
  std::filesystem::remove(file_);
  { auto output = RecordOutput::open(file_); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(RecordOutputTest, ExistingFileIsKeptAsOld) {
  std::ofstream(file_) << "before";
  auto output = RecordOutput::open(file_);
  ASSERT_TRUE(output.ok());
  ASSERT_TRUE(output->keep().ok());
  EXPECT_EQ(content(file_ + ".old"), "before");
  EXPECT_EQ(content(file_), "");
}

TEST_F(RecordOutputTest, NothingIsTouchedWhenNothingWasRecorded) {
  std::ofstream(file_) << "before";
  std::ofstream(file_ + ".old") << "long before";
  { auto output = RecordOutput::open(file_); }
  EXPECT_EQ(content(file_), "before");
  EXPECT_EQ(content(file_ + ".old"), "long before");
}

TEST_F(RecordOutputTest, EmptyNameIsRefused) {
  auto output = RecordOutput::open("");
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(render(output.error()),
            "error: the name of the output is empty\n  help: choose a file with -o FILE\n");
}

TEST_F(RecordOutputTest, FolderIsRefused) {
  auto output = RecordOutput::open(folder_.path());
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(render(output.error()), "error: cannot write " + folder_.path() +
                                        ": Is a directory\n  help: choose another file with -o FILE\n");
}

TEST_F(RecordOutputTest, MissingFolderIsExplained) {
  auto output = RecordOutput::open(folder_.path("none/out.upr"));
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(render(output.error()), "error: cannot write " + folder_.path() +
                                        "/none/out.upr: No such file or directory\n  help: choose a place "
                                        "that can be written with -o FILE\n");
}

TEST_F(RecordOutputTest, SymbolicLinkMeansItsTarget) {
  const std::string link = folder_.path("link.upr");
  for (const char* target : {"out.upr", "later.upr"}) {  // there, and not yet
    std::filesystem::remove(link);
    std::filesystem::create_symlink(target, link);
    if (target == std::string("out.upr")) std::ofstream(file_) << "before";
    auto output = RecordOutput::open(link);
    ASSERT_TRUE(output.ok());
    ASSERT_TRUE(output->keep().ok());
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(content(folder_.path(target)), "");
    EXPECT_TRUE(std::filesystem::exists(folder_.path(target)));
  }
  EXPECT_EQ(content(file_ + ".old"), "before");
}

TEST_F(RecordOutputTest, WhatIsOpenAlreadyIsWrittenInPlace) {
  std::ofstream(file_) << "";
  Fd opened = open_file(file_, O_RDWR).value();
  auto output = RecordOutput::open("/proc/self/fd/" + std::to_string(opened.get()));
  ASSERT_TRUE(output.ok());
  EXPECT_EQ(output->temporary(), "");
  EXPECT_TRUE(write_all(output->take_descriptor().get(), "x", "x").ok());
  EXPECT_EQ(content(file_), "x");
}

}  // namespace
}  // namespace uproar
