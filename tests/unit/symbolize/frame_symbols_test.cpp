#include "symbolize/frame_symbols.h"

#include <gtest/gtest.h>

#include <memory>

#include "support/perf_map.h"

namespace uproar {
namespace {

TEST(FrameSymbols, OwnVdso) {
  const auto vdso = FrameSymbols::open("[vdso]", "");
  if (!vdso) GTEST_SKIP() << "this process has no vdso";
  bool known = false;
  for (uint64_t address = 0; address < 8192 && !known; ++address) {
    const auto name = vdso->at(address);
    known = name && name->symbol.find("clock_gettime") != std::string::npos;
  }
  EXPECT_TRUE(known);
}

TEST(FrameSymbols, ListOfAJustInTimeCompiler) {
  std::unique_ptr<FrameSymbols> symbols;
  {
    const test::PerfMap file("7f0010 20 LInterpreter; add\nnonsense\n7f0100 8 py::f:/a.py\n");
    symbols = FrameSymbols::open(file.path(), "");
  }
  ASSERT_TRUE(symbols);
  EXPECT_EQ(symbols->at(0x7f002f)->symbol, "LInterpreter; add");
  EXPECT_EQ(symbols->at(0x7f002f)->offset, 0x1fu);
  EXPECT_FALSE(symbols->at(0x7f0030));
  EXPECT_EQ(symbols->at(0x7f0100)->symbol, "py::f:/a.py");
}

TEST(FrameSymbols, NothingToTell) {
  EXPECT_FALSE(FrameSymbols::open("/nowhere/at all", ""));
  EXPECT_FALSE(FrameSymbols::open("//anon", ""));
  EXPECT_FALSE(FrameSymbols::open("/etc/passwd", ""));
  EXPECT_FALSE(FrameSymbols::open("/bin/true", "00112233445566778899aabbccddeeff00112233"));
}

}  // namespace
}  // namespace uproar
