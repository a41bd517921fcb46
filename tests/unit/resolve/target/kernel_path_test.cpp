#include "resolve/target/kernel_path.h"

#include <gtest/gtest.h>

#include "base/fd.h"
#include "support/compile.h"

namespace uproar {
namespace {

TEST(KernelPath, BlanksAndHashesCannotBeTold) {
  EXPECT_TRUE(kernel_can_read("/bin/bash"));
  EXPECT_TRUE(kernel_can_read("/opt/a:b/\"c\""));
  for (const char* path : {"/my folder/x", "/a\tb", "/a\nb", "/a#b"})
    EXPECT_FALSE(kernel_can_read(path)) << path;
}

TEST(KernelPath, ADescriptorLeadsToTheFile) {
  Workshop workshop;
  const std::string path = workshop.put("a file", "content");
  auto first = path_by_descriptor(path);
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_TRUE(kernel_can_read(*first));
  EXPECT_EQ(*read_file(*first), "content");
  EXPECT_EQ(*path_by_descriptor(path), *first) << "one for each path";
  EXPECT_FALSE(path_by_descriptor(workshop.path("none")).ok());
}

}  // namespace
}  // namespace uproar
