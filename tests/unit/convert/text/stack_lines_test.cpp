#include "convert/text/stack_lines.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(StackLines, FramesOfPerf) {
  auto frame = parse_perf_frame("\tffffffff8104f45a native_write_msr+0x6 ([kernel.kallsyms])");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->address, 0xffffffff8104f45au);
  EXPECT_EQ(frame->symbol, "native_write_msr");
  EXPECT_EQ(frame->symbol_offset, 6u);
  EXPECT_EQ(frame->file, "[kernel.kallsyms]");
  EXPECT_TRUE(frame->is_kernel());
  frame = parse_perf_frame("   7f1e2130d999 GCTaskThread::run() (/mnt/libjvm.so)");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->symbol, "GCTaskThread::run()");
  EXPECT_EQ(frame->symbol_offset, kUnknownOffset);
  EXPECT_EQ(frame->file, "/mnt/libjvm.so");
  EXPECT_FALSE(frame->is_kernel());
  frame =
      parse_perf_frame("   c6d7895aac9 LazyCompile:~body_0 evalmachine.<anonymous>:1 (/tmp/perf-31912.map)");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->symbol, "LazyCompile:~body_0 evalmachine.<anonymous>:1");
}

TEST(StackLines, UnknownAndInlinedFramesOfPerf) {
  auto frame = parse_perf_frame("\t 11c7 [unknown] ([unknown])");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->symbol, "");
  EXPECT_FALSE(frame->is_kernel());
  frame = parse_perf_frame("\t 27304 main+0x84 (inlined)");
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->inlined);
  EXPECT_EQ(frame->file, "");
  frame = parse_perf_frame("\t 968f6e system_call (/lib/modules/4.1.0/build/vmlinux)");
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->is_kernel());
  frame = parse_perf_frame("\tffffffffff600000 time ([vsyscall])");
  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->is_kernel());
}

TEST(StackLines, OtherLinesAreNoFrames) {
  for (const char* line :
       {"", "main (/bin/x)", "\tTHIS_IS_WEIRD", "12345678123456781 a (b)", "  file.c:9", "12 main"})
    EXPECT_FALSE(parse_perf_frame(line)) << line;
  for (const char* line : {"", "= > x", "x => y"}) EXPECT_FALSE(parse_arrow_frame(line)) << line;
}

TEST(StackLines, FramesOfTheKernelAndOfTraceCmd) {
  auto frame = parse_arrow_frame(" =>  <000055b45485d015>");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->address, 0x55b45485d015u);
  EXPECT_EQ(frame->symbol, "");
  frame = parse_arrow_frame(" => kfree+0x1/0x20 <ffffffff81000001>");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->address, 0xffffffff81000001u);
  EXPECT_EQ(frame->symbol, "kfree");
  EXPECT_EQ(frame->symbol_offset, 1u);
  frame = parse_arrow_frame("=> do_nanosleep (ffffffff81000002)");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->address, 0xffffffff81000002u);
  EXPECT_EQ(frame->symbol, "do_nanosleep");
  frame = parse_arrow_frame("=> ffffffff814d9480");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->address, 0xffffffff814d9480u);
  EXPECT_EQ(frame->symbol, "");
  frame = parse_arrow_frame(" => /lib/libc.so.6[+0x1234] <00007f0000001234>");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->file, "/lib/libc.so.6");
  EXPECT_EQ(frame->symbol, "");
  frame = parse_arrow_frame(" => do_syscall_64");
  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->address);
  EXPECT_EQ(frame->symbol, "do_syscall_64");
}

}  // namespace
}  // namespace uproar
