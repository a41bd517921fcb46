#include "kernel/provenance.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

class ProvenanceTest : public testing::Test {
 protected:
  void SetUp() override {
    binary_ = folder_.path("a binary");
    std::ofstream(binary_) << "one";
  }

  ProbePlan plan() const {
    struct stat status {};
    ::stat(binary_.c_str(), &status);
    ProbePlan plan;
    plan.group = "g";
    plan.event = "e";
    plan.sites.push_back({.path = binary_, .file_offset = 16});
    plan.file.device = status.st_dev;
    plan.file.inode = status.st_ino;
    return plan;
  }
  void replace_binary() const {
    std::ofstream(binary_ + ".new") << "two";
    std::filesystem::rename(binary_ + ".new", binary_);
  }

  TemporaryFolder folder_;
  std::string binary_;
};

TEST_F(ProvenanceTest, UntouchedFileIsTheSame) {
  Provenance provenance(folder_.path("run/events"));
  ASSERT_TRUE(provenance.remember(plan()).ok());
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), true);
}

TEST_F(ProvenanceTest, ReplacedAndDeletedFilesAreNoticed) {
  Provenance provenance(folder_.path("run/events"));
  ASSERT_TRUE(provenance.remember(plan()).ok());
  replace_binary();
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), false);
  std::filesystem::remove(binary_);
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), false);
}

TEST_F(ProvenanceTest, NothingIsClaimedOfForeignEventsAndPlaces) {
  Provenance provenance(folder_.path("run/events"));
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), std::nullopt);
  ASSERT_TRUE(provenance.remember(plan()).ok());
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 17), std::nullopt);
  EXPECT_EQ(provenance.is_same_file("g", "other", binary_, 16), std::nullopt);
}

TEST_F(ProvenanceTest, DefiningAgainTakesTheNewFile) {
  Provenance provenance(folder_.path("run/events"));
  ASSERT_TRUE(provenance.remember(plan()).ok());
  replace_binary();
  ASSERT_TRUE(provenance.remember(plan()).ok());
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), true);
}

TEST_F(ProvenanceTest, ForgottenEventsAreUnknown) {
  Provenance provenance(folder_.path("run/events"));
  ASSERT_TRUE(provenance.remember(plan()).ok());
  provenance.forget("g", "e");
  EXPECT_EQ(provenance.is_same_file("g", "e", binary_, 16), std::nullopt);
}

}  // namespace
}  // namespace uproar
