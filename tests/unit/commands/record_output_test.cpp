#include "commands/record_output.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace uproar {
namespace {

class RecordOutputTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/uproar-output-XXXXXX";
    folder_ = ::mkdtemp(name);
    file_ = folder_ + "/out.upr";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static std::string content(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string folder_;
  std::string file_;
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
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
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
  auto output = RecordOutput::open(folder_);
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(render(output.error()), "error: cannot write " + folder_ +
                                        ": Is a directory\n  help: choose another file with -o FILE\n");
}

TEST_F(RecordOutputTest, MissingFolderIsExplained) {
  auto output = RecordOutput::open(folder_ + "/none/out.upr");
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(render(output.error()), "error: cannot write " + folder_ +
                                        "/none/out.upr: No such file or directory\n  help: choose a place "
                                        "that can be written with -o FILE\n");
}

}  // namespace
}  // namespace uproar
