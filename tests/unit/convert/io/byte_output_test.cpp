#include "convert/io/byte_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/fd.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

TEST(ByteOutput, FileIsPatched) {
  const TemporaryFolder folder;
  const std::string path = folder.path("out");
  auto output = ByteOutput::to_fd(Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), path);
  EXPECT_TRUE(output->can_patch());
  ASSERT_TRUE(output->append("size=???? rest").ok());
  EXPECT_EQ(output->position(), 14u);
  ASSERT_TRUE(output->patch(5, std::vector<uint8_t>{'1', '2', '3', '4'}).ok());
  ASSERT_TRUE(output->append("!").ok());
  ASSERT_TRUE(output->flush().ok());
  EXPECT_EQ(read_file(path).value(), "size=1234 rest!");
}

TEST(ByteOutput, PipeIsNotPatched) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Fd reader(ends[0]);
  EXPECT_FALSE(ByteOutput::to_fd(Fd(ends[1]), "pipe")->can_patch());
}

TEST(ByteOutput, MemoryIsAppendedToAndPatched) {
  std::vector<uint8_t> bytes;
  const auto output = ByteOutput::to_memory(bytes);
  EXPECT_TRUE(output->can_patch());
  ASSERT_TRUE(output->append("abcd").ok());
  ASSERT_TRUE(output->patch(1, std::vector<uint8_t>{'B'}).ok());
  EXPECT_EQ(output->position(), 4u);
  ASSERT_TRUE(output->flush().ok());
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "aBcd");
}

TEST(ByteOutput, FullDeviceIsNamed) {
  Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full.valid()) GTEST_SKIP() << "no /dev/full here";
  const auto output = ByteOutput::to_fd(std::move(full), "out.dat");
  Result<void> written = output->append("abcd");
  if (written.ok()) written = output->flush();
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().message.find("out.dat"), std::string::npos) << written.error().message;
}

}  // namespace
}  // namespace uproar
