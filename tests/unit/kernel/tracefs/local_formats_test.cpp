#include "kernel/tracefs/local_formats.h"

#include <gtest/gtest.h>

#include "support/fake_folder.h"

namespace uproar {
namespace {

TEST(LocalFormats, ByNumber) {
  FakeFolder fake;
  fake.put("events/enable", "0\n");
  fake.put("events/app/enable", "0\n");
  fake.put("events/app/take/id", "1234\n");
  fake.put("events/app/take/format", "name: take\nID: 1234\n");
  fake.put("events/app/other/id", "nonsense\n");
  LocalFormats formats{Tracefs(fake.root())};
  EXPECT_EQ(formats.find(1234).group, "app");
  EXPECT_EQ(formats.find(1234).text, "name: take\nID: 1234\n");
  EXPECT_EQ(formats.find(1235).text, "");
}

TEST(LocalFormats, NoTracefs) {
  LocalFormats formats{Tracefs("/nowhere")};
  EXPECT_EQ(formats.find(1).text, "");
}

}  // namespace
}  // namespace uproar
