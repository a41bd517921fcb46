#include "convert/trace_dat/record_source.h"

#include <gtest/gtest.h>

#include "support/trace_dat_files.h"

namespace uproar {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the files made by hand

constexpr uint64_t kKernel = static_cast<uint64_t>(-128);
constexpr uint64_t kUser = static_cast<uint64_t>(-512);

std::string stack_format(std::string_view name, int id, std::string_view first, std::string_view callers) {
  return "name: " + std::string(name) + "\nID: " + std::to_string(id) +
         "\nformat:\n"
         "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
         "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
         "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
         "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n" +
         std::string(first) + "\tfield:unsigned long caller" + std::string(callers) +
         ";\tsigned:0;\n\nprint fmt: \"\"\n";
}

// A file of version 6 with the tracer's own entries and symbols of its kernel.
std::string file_with_stacks(const std::string& pages,
                             std::string_view callers = "[8];\toffset:16;\tsize:64") {
  ByteWriter out;
  put(std::string_view("\x17\x08\x44tracing"
                       "6\0\0\x08",
                       14),
      out);
  out.u32(512);
  put(std::string_view("header_page\0", 12), out);
  put_counted("\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n", out);
  put(std::string_view("header_event\0", 13), out);
  put_counted("", out);
  out.u32(2);
  put_counted(stack_format("kernel_stack", 4, "\tfield:int size;\toffset:8;\tsize:4;\tsigned:1;\n", callers),
              out);
  put_counted(
      stack_format("user_stack", 13, "\tfield:unsigned int tgid;\toffset:8;\tsize:4;\tsigned:0;\n", callers),
      out);
  out.u32(1);
  put(std::string_view("g\0", 2), out);
  out.u32(1);
  put_counted(kFormat, out);
  const std::string symbols = "ffffffff81000000 T deep\nffffffff81000100 T deeper\n";
  out.u32(static_cast<uint32_t>(symbols.size()));
  put(symbols, out);
  out.u32(0);
  put_counted("42 a b\n", out);
  out.u32(1);
  put(std::string_view("options  \0\0\0flyrecord\0", 22), out);
  out.u64(out.size() + 16);
  out.u64(pages.size());
  put(pages, out);
  return as_text(out);
}

class Page {
 public:
  Page& hit(uint32_t n, uint32_t tid = 42) {
    ByteWriter record;
    head(1500, tid, record);
    record.u64(0x1000);
    record.u32(n);
    record.u32(0);
    return add(record);
  }
  Page& kernel(const std::vector<uint64_t>& callers, uint32_t tid = 42) {
    ByteWriter record;
    head(4, tid, record);
    record.u32(static_cast<uint32_t>(callers.size()));
    record.u32(0);
    for (const uint64_t caller : callers) record.u64(caller);
    return add(record);
  }
  Page& user(const std::vector<uint64_t>& callers, uint32_t process, uint32_t tid = 42) {
    ByteWriter record;
    head(13, tid, record);
    record.u32(process);
    record.u32(0);
    for (size_t i = 0; i < 8; ++i) record.u64(i < callers.size() ? callers[i] : 0);
    return add(record);
  }
  std::string bytes() const {
    ByteWriter out;
    out.u64(1'000'000'000);
    out.u64(data_.size());
    out.bytes(data_.view());
    while (out.size() < 512) out.u8(0);
    return as_text(out);
  }

 private:
  static void head(uint16_t type, uint32_t tid, ByteWriter& out) {
    out.u16(type);
    out.u16(0);
    out.u32(tid);
  }
  Page& add(const ByteWriter& record) {
    data_.u32(static_cast<uint32_t>(record.size() / 4) | 1000u << 5);
    data_.bytes(record.view());
    return *this;
  }
  ByteWriter data_;
};

// "EVENT TIDs stack" of each record.
std::vector<std::string> shown(RecordingReader& reader) {
  std::vector<std::string> out;
  StoredRecord record;
  while (reader.next(record)) {
    std::string line = reader.events()[record.event].schema.name;
    for (const uint64_t address : record.stack)
      line += address == kKernel ? " K" : address == kUser ? " U" : " " + std::to_string(address & 0xfff);
    out.push_back(line);
  }
  return out;
}

TEST(RecordSource, ChainsBelongToTheRecordBeforeThem) {
  Page page;
  page.hit(1).kernel({0xffffffff81000010, 0xffffffff81000110}).user({0x401001, 0x401002}, 40);
  page.hit(2).user({0x401003}, 40).hit(3);
  const Imported got = import(file_with_stacks(page.bytes()));
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(got.outcome.events, 3u);
  EXPECT_EQ(got.outcome.lost, 0u);
  EXPECT_EQ(got.outcome.notes, std::vector<std::string>{});
  EXPECT_EQ(shown(*got.reader), (std::vector<std::string>{"hit K 16 272 U 1 2", "hit U 3", "hit"}));
  EXPECT_TRUE(got.reader->events()[0].has_stacks);
  EXPECT_EQ(got.reader->tasks().pid(42, 5), 40);
  got.reader->rewind();
  const std::string text = test::printed(*got.reader, "perf");
  EXPECT_NE(text.find("\tffffffff81000010 deep+0x10 ([kernel.kallsyms])\n\tffffffff81000110 deeper+0x10"),
            std::string::npos)
      << text;
}

TEST(RecordSource, ChainOfAnotherTaskOrASecondOneStandsByItself) {
  Page page;
  page.kernel({0xffffffff81000010}).hit(1).kernel({0xffffffff81000020}, 43).hit(2);
  page.kernel({0xffffffff81000030}).kernel({0xffffffff81000040});
  const Imported got = import(file_with_stacks(page.bytes()));
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(shown(*got.reader), (std::vector<std::string>{"kernel_stack K 16", "hit", "kernel_stack K 32",
                                                          "hit K 48", "kernel_stack K 64"}));
}

TEST(RecordSource, ArraysWithoutASizeHoldAddressesToo) {
  Page page;
  page.hit(1).kernel({0xffffffff81000010});
  const Imported got = import(file_with_stacks(page.bytes(), "[];\toffset:16;\tsize:0"));
  ASSERT_TRUE(got.reader) << got.error;
  EXPECT_EQ(shown(*got.reader), std::vector<std::string>{"hit K 16"});
}

TEST(RecordSource, FileThatIsCutInsideAChainKeepsWhatIsBeforeIt) {
  Page page;
  page.hit(1).kernel({0xffffffff81000010, 0xffffffff81000110});
  const std::string bytes = file_with_stacks(page.bytes());
  for (size_t cut = 1; cut < 512; ++cut) {
    const Imported got = import(std::string_view(bytes).substr(0, bytes.size() - cut));
    ASSERT_TRUE(got.reader) << got.error;
  }
}

}  // namespace
}  // namespace uproar
