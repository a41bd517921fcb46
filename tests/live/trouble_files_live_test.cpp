// Files that are no recording, or not a whole one, and outputs that cannot be written.
#include <iterator>
#include <set>

#include "trouble.h"

namespace uproar::live {
namespace {

class TroubleFilesLive : public TroubleTest {
 protected:
  // script and info of a file both fail so.
  static void expect_unreadable(const std::string& path, const std::string& error) {
    expect_error(uproar({"script", path}), 1, "uproar: error: " + error);
    expect_error(uproar({"info", path}), 1, "uproar: error: " + error);
  }
  static uint32_t number(const std::string& bytes, size_t at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i)
      value |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
  }
};

TEST_F(TroubleFilesLive, InputsThatAreNoRecordings) {
  write_file("text", "hello\n");
  write_file("empty", "");
  const std::string other = "\n  help: give a file that uproar record wrote\n";
  expect_unreadable(file("text"), file("text") + " is not a recording" + other);
  expect_unreadable(
      file("empty"),
      file("empty") + " is empty\n  help: the recorder ended before it wrote anything: record again\n");
  expect_unreadable(file("none"), "cannot open " + file("none") +
                                      ": No such file or directory\n  help: uproar record -o " +
                                      file("none") + " writes one\n");
  expect_unreadable("/tmp", "/tmp is a directory\n  help: name the recording in it, as in /tmp/uproar.upr\n");
  expect_unreadable(
      "-", "standard input is empty\n  help: the recorder ended before it wrote anything: record again\n");
  run({"gzip", file("text")});
  expect_unreadable(file("text.gz"),
                    file("text.gz") + " is packed with gzip\n  help: unpack it first: gzip -d\n");
}

TEST_F(TroubleFilesLive, RecordingOfPerf) {
  if (run({"perf", "record", "-q", "-e", "dummy", "-o", file("perf.data"), "true"}).status != 0)
    GTEST_SKIP() << "perf does not record here";
  expect_unreadable(
      file("perf.data"),
      file("perf.data") +
          " is a perf.data file\n  help: make a recording of it: uproar convert FILE OUT.upr\n");
}

TEST_F(TroubleFilesLive, RecordingOfANewerVersion) {
  record({"-e", work("n=%si:s64"), "--", loop(), "3"});
  std::string bytes = content(recording());
  for (int version : {3, 255, 257}) {
    bytes[8] = static_cast<char>(version & 255);
    bytes[9] = static_cast<char>(version >> 8);
    write_file("newer", bytes);
    expect_unreadable(file("newer"),
                      file("newer") + " was written by a newer uproar (format " + std::to_string(version) +
                          ", this one reads up to 2)\n"
                          "  help: read it with the uproar that wrote it, or update this one\n");
  }
}

TEST_F(TroubleFilesLive, RecordingCutAtAnyByte) {
  record({"-e", work("n=%si:s64"), "--", loop(), "3"});
  const std::string bytes = content(recording());
  const std::string text = uproar({"script", recording()}).out;
  ASSERT_EQ(lines_of(text).size(), 3u);
  // Where blocks end, by their headers: 52 bytes, the length of what follows at byte 16.
  std::set<size_t> ends{16};
  for (size_t at = 16; at < bytes.size();) {
    ASSERT_EQ(bytes.substr(at, 4), "\xb5UB\x9e");
    at += 52 + number(bytes, at + 16);
    ends.insert(at);
  }
  ASSERT_EQ(*ends.rbegin(), bytes.size());
  const std::string cut = file("cut");
  size_t events_before = 0;
  for (size_t size = 0; size < bytes.size(); ++size) {
    // A process each: around the ends of blocks every byte, elsewhere one in 13. cut_test has them all.
    if (size > 20 && size % 13 != 0 && !ends.count(size - 1) && !ends.count(size) && !ends.count(size + 1))
      continue;
    write_file("cut", bytes.substr(0, size));
    Ran ran = uproar({"script", cut});
    std::string where = std::to_string(*std::prev(ends.upper_bound(std::max<size_t>(size, 16))));
    if (size == 0) {
      EXPECT_EQ(ran.err,
                "uproar: error: " + cut +
                    " is empty\n  help: the recorder ended before it wrote anything: record again\n");
    } else if (size < 16) {
      EXPECT_EQ(ran.err, "uproar: error: " + cut + " is cut off inside its header (" + std::to_string(size) +
                             " of 16 bytes)\n  help: nothing in it can be saved: record again\n");
    } else if (ends.count(size)) {
      EXPECT_EQ(ran.err,
                "uproar: warning: the recording has no end: its recorder was killed or ran out of room, or "
                "still writes\n");
    } else {
      EXPECT_EQ(ran.err,
                "uproar: error: damaged at byte " + where +
                    ": cut off inside a block\n  help: everything that is whole was read; record again, or "
                    "copy the file again, to have the rest\n");
    }
    ASSERT_EQ(ran.status, ends.count(size) ? 0 : 1)
        << "cut to " << size << " of " << bytes.size() << " bytes";
    size_t events = lines_of(ran.out).size();
    EXPECT_TRUE(events == 0 || ran.out == text) << size;
    EXPECT_GE(events, events_before) << size;
    events_before = events;
  }
  EXPECT_EQ(events_before, 3u);
}

TEST_F(TroubleFilesLive, RecordingWithAFlippedBitAnywhere) {
  record({"-e", work("n=%si:s64"), "--", loop(), "3"});
  const std::string bytes = content(recording());
  for (size_t at = 0; at < bytes.size(); at += 7) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    write_file("damaged", damaged);
    Ran ran = uproar({"script", file("damaged")});
    EXPECT_TRUE(ran.status == 1 || (ran.status == 0 && lines_of(ran.out).size() == 3))
        << at << ": " << ran.status;
    EXPECT_TRUE(ran.status == 0 || ran.err.size() > 20) << at;
  }
}

TEST_F(TroubleFilesLive, OutputsThatCannotBeWritten) {
  auto refused = [&](const std::string& output, const std::string& reason) {
    expect_refused({"-o", output, "--", "true"}, 1, "uproar: error: " + reason);
  };
  const std::string elsewhere = "\n  help: choose a place that can be written with -o FILE\n";
  refused("/nowhere/x", "cannot write /nowhere/x: No such file or directory" + elsewhere);
  refused("/proc/x", "cannot write /proc/x: No such file or directory" + elsewhere);
  refused("/tmp", "cannot write /tmp: Is a directory\n  help: choose another file with -o FILE\n");
  refused("", "the name of the output is empty\n  help: choose a file with -o FILE\n");
  refused("/dev/full",
          "cannot write /dev/full: No space left on device\n"
          "  help: make room or write elsewhere with -o; what was written before can be read\n");
}

TEST_F(TroubleFilesLive, OutputOnAReadOnlyFileSystem) {
  std::filesystem::create_directory(file("mount"));
  Ran ran = run({"unshare", "-m", "sh", "-c",
                 "mount -t tmpfs -o ro none " + file("mount") + " && exec " + uproar_path() + " record -o " +
                     file("mount/x") + " -e '" + work() + "' -- true"});
  expect_error(ran, 1,
               "uproar: error: cannot write " + file("mount/x") +
                   ": Read-only file system\n  help: choose a place that can be written with -o FILE\n");
}

TEST_F(TroubleFilesLive, FailedRecordingTouchesNoOlderOne) {
  record({"-e", work("n=%si:s64"), "--", loop(), "3"});
  record({"-e", work("n=%si:s64"), "--", loop(), "5"});
  const std::string newest = content(recording());
  const std::string older = content(recording() + ".old");
  expect_refused({"--filter", "nosuch == 1", "--", "true"}, 1,
                 "uproar: error: the kernel refuses this filter: Field not found\n" +
                     underlined("nosuch == 1", "nosuch") +
                     "  help: fields are n, __probe_ip, common_pid, comm, cpu\n");
  EXPECT_EQ(content(recording()), newest);
  EXPECT_EQ(content(recording() + ".old"), older);
}

TEST_F(TroubleFilesLive, InputAndOutputOfOneName) {
  write_file("text", "hello\n");
  for (const std::string& output : std::vector<std::string>{file("text"), file("./text")}) {
    expect_error(uproar({"record", "--from", file("text"), "-o", output}), 2,
                 "uproar: error: --from and -o name the same file\n  help: write the recording elsewhere "
                 "with -o FILE\n");
  }
  expect_error(uproar({"record", "--from", file("text"), "-o", recording()}), 1,
               "uproar: error: " + file("text") +
                   " holds no trace text\n  help: give what `cat trace_pipe`, `cat trace`, `trace-cmd "
                   "report` or `perf script` printed\n");
  EXPECT_EQ(files(), std::vector<std::string>{"text"});
  EXPECT_EQ(content(file("text")), "hello\n");
}

TEST_F(TroubleFilesLive, RecordingIsNotSentToATerminal) {
  if (run({"script", "-qec", "true", "/dev/null"}).status != 0) GTEST_SKIP() << "there is no script(1)";
  Ran ran = run({"script", "-qec", uproar_path() + " record -o - -e '" + work() + "' -- true", "/dev/null"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.out,
            "uproar: error: a recording is binary and would spoil the terminal\r\n"
            "  help: send standard output to a file or a pipe, or give -o FILE\r\n");
}

TEST_F(TroubleFilesLive, StandardOutputThatIsFullOrClosed) {
  record({"-e", work("n=%si:s64"), "--", loop(), "20000"});
  for (const std::string& arguments : std::vector<std::string>{
           "script " + recording(), "info " + recording(), std::string("--help"), std::string("--version"),
           std::string("record --help"), std::string("doctor")}) {
    Ran full = run({"sh", "-c", uproar_path() + " " + arguments + " > /dev/full"});
    EXPECT_EQ(full.err, "uproar: error: cannot write standard output: No space left on device\n")
        << arguments;
    EXPECT_EQ(full.status, 1) << arguments;
  }
  Ran closed = run({"sh", "-c", uproar_path() + " script " + recording() + " >&-"});
  EXPECT_EQ(closed.err, "uproar: error: cannot write standard output: Bad file descriptor\n");
  EXPECT_EQ(closed.status, 1);
  Ran head = run({"sh", "-c", uproar_path() + " script " + recording() + " | head -1"});
  EXPECT_EQ(head.err, "");
  EXPECT_EQ(lines_of(head.out).size(), 1u);
}

TEST_F(TroubleFilesLive, RecordingIntoAPipeThatCloses) {
  Ran ran = run({"sh", "-c",
                 uproar_path() + " record -o - -e '" + work("n=%si:s64") + "' -- " + loop() +
                     " 300000 | head -c 100 >" + file("head")});
  EXPECT_EQ(content(file("head")).size(), 100u);
  EXPECT_NE(ran.err.find("uproar: error: cannot write standard output: Broken pipe\n"), std::string::npos)
      << ran.err;
}

TEST_F(TroubleFilesLive, DiskThatFillsUp) {
  std::filesystem::create_directory(file("mount"));
  // A mount of the test's own name space goes with its processes; the recording is copied out first.
  const std::string full = file("mount/x.upr");
  Ran ran =
      run({"unshare", "-m", "sh", "-c",
           "mount -t tmpfs -o size=256k none " + file("mount") + " && " + uproar_path() + " record -o " +
               full + " -e '" + work("n=%si:s64 a=+0(%di):string b=%ax c=%bx d=%cx e=%sp") + "' -- " +
               loop() + " 300000; status=$?; ls " + file("mount") + " >&2; cp " + full + " " + recording() +
               "; exit $status"});
  EXPECT_EQ(ran.status, 1);
  auto about = info();
  EXPECT_EQ(about["complete"], false);
  EXPECT_EQ(about["damage"].size(), 0u);
  EXPECT_EQ(about["lost"], 0) << "what was written lost nothing";
  EXPECT_LT(std::filesystem::file_size(recording()), 256u * 1024);
  auto events = about["events"].get<uint64_t>();
  EXPECT_GT(events, 1000u);
  EXPECT_EQ(ran.err, "uproar: recording\nuproar: error: cannot write " + full +
                         ": No space left on device\n"
                         "  help: make room or write elsewhere with -o; what was written before can be read\n"
                         "uproar: " +
                         std::to_string(events) + " events were recorded before that; " + full +
                         " keeps them\nx.upr\n");
  Ran script = uproar({"script", recording()});
  EXPECT_EQ(script.status, 0);
  EXPECT_EQ(lines_of(script.out).size(), events);
  EXPECT_EQ(script.err,
            "uproar: warning: the recording has no end: its recorder was killed or ran out of room, or still "
            "writes\n");
}

}  // namespace
}  // namespace uproar::live
