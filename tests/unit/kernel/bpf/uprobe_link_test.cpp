#include "kernel/bpf/uprobe_link.h"

#include <fcntl.h>
#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(UprobeLink, AFileThatIsNoProgramKnowsNoLinks) {
  const Fd no_program(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(knows_uprobe_links(no_program.get()));
}

}  // namespace
}  // namespace uproar
