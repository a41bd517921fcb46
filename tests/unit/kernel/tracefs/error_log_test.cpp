#include "kernel/tracefs/error_log.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/fd.h"
#include "support/fake_folder.h"
#include "support/line_source_of.h"

namespace uproar {
namespace {

// Lines and complaints as a kernel 6.18 wrote them (tests/fixtures/tracefs/error_log).
std::string captured_log() {
  return read_file(fixture("error_log")).value();
}

std::string explained(const std::string& line, const LineSource& source) {
  std::optional<KernelComplaint> complaint = find_complaint(captured_log(), line);
  if (!complaint) return "no complaint";
  return render(explain_complaint(*complaint, source));
}

TEST(ErrorLog, EveryCapturedComplaintIsExplained) {
  const std::string log = captured_log();
  std::string all;
  size_t entries = 0;
  for (size_t at = log.find("  Command: "); at != std::string::npos; at = log.find("  Command: ", at + 1)) {
    std::string line = log.substr(at + 11, log.find('\n', at) - at - 11);
    std::optional<KernelComplaint> complaint = find_complaint(log, line);
    ASSERT_TRUE(complaint) << line;
    all += render(explain_complaint(*complaint, line_source_of(line)));
    ++entries;
  }
  EXPECT_EQ(entries, 44u);
  EXPECT_EQ(all, read_file(fixture("error_log.explained")).value());
}

TEST(ErrorLog, BlanksOfTheLineDoNotMatter) {
  auto complaint =
      find_complaint(captured_log(), "p:demo/e  /tmp/target:0x1129 \t b=%di   a=+0(%xyz):string");
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->message, "Invalid register name");
  EXPECT_EQ(complaint->command, "p:demo/e /tmp/target:0x1129 b=%di a=+0(%xyz):string");
  EXPECT_EQ(complaint->column, complaint->command.find("%xyz"));
}

TEST(ErrorLog, OtherPeoplesEntriesAreNotOurs) {
  EXPECT_FALSE(find_complaint(captured_log(), "p:demo/e /tmp/target:0x1129 a=%zyx"));
  EXPECT_FALSE(find_complaint("", "p:demo/e /tmp/target:0x1129"));
}

TEST(ErrorLog, TheNewestOfEqualEntriesCounts) {
  auto complaint = find_complaint(
      "[    1.000000] trace_uprobe: error: Old\n  Command: p:a/b /c:0x1\n           ^\n"
      "[    2.000000] trace_uprobe: error: New\n  Command: p:a/b /c:0x1\n               ^\n",
      "p:a/b /c:0x1");
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->message, "New");
  EXPECT_EQ(complaint->column, 4u);
}

TEST(ErrorLog, TruncatedLogIsNotReadPast) {
  const std::string log = captured_log().substr(0, 220);
  for (size_t length = 0; length <= log.size(); ++length) {
    auto complaint =
        find_complaint(std::string_view(log).substr(0, length), "p:demo/e /tmp/target:0x1129 a=%xyz");
    EXPECT_LE(complaint ? complaint->column : 0, complaint ? complaint->command.size() : 0);
  }
}

TEST(ErrorLog, CaretFarOutsideTheCommandIsKeptInside) {
  auto complaint = find_complaint(
      "[ 1.0] x: error: M\n  Command: p:a/b /c:0x1\n" + std::string(500, ' ') + "^\n", "p:a/b /c:0x1");
  ASSERT_TRUE(complaint);
  EXPECT_EQ(complaint->column, complaint->command.size());
  EXPECT_EQ(render(explain_complaint(*complaint, {})),
            "error: the kernel refuses this: M (it was given /c:0x1)\n");
}

TEST(ErrorLog, ArgumentIsFoundInTheUsersTextByItsPosition) {
  EXPECT_EQ(explained("p:demo/e /tmp/target:0x1129 b=%di a=+0(%xyz):string",
                      line_source_of("target:work  b=%di  a=+0(%xyz):string", "", "target:work",
                                     {"b=%di", "a=+0(%xyz):string"})),
            "error: the kernel refuses this: Invalid register name\n"
            "  target:work  b=%di  a=+0(%xyz):string\n"
            "                           ^~~~\n"
            "  help: x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15\n");
}

TEST(ErrorLog, ArgumentThatWasRewrittenIsUnderlinedWholeAndSaysWhatTheKernelWasGiven) {
  EXPECT_EQ(explained("p:demo/e /tmp/target:0x1129 b=%di a=+0(%xyz):string",
                      line_source_of("p:e \"target\":\"work(int, int)\" b a=$arg2:string", "p:e",
                                     "\"target\":\"work(int, int)\"", {"b", "a=$arg2:string"})),
            "error: the kernel refuses this: Invalid register name (it was given a=+0(%xyz):string)\n"
            "  p:e \"target\":\"work(int, int)\" b a=$arg2:string\n"
            "                                  ^~~~~~~~~~~~~~\n"
            "  help: x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15\n");
}

TEST(ErrorLog, EachArgumentHasItsOwnPlaceIfOneWordBecameSeveral) {
  EXPECT_EQ(explained("p:demo/e /tmp/target:0x1129 b=%di a=+0(%xyz):string",
                      line_source_of("target:work $params x=1 a=%xyz:string", "", "target:work",
                                     {"$params", "a=%xyz:string"})),
            "error: the kernel refuses this: Invalid register name (it was given a=+0(%xyz):string)\n"
            "  target:work $params x=1 a=%xyz:string\n"
            "                          ^~~~~~~~~~~~~\n"
            "  help: x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15\n");
}

TEST(ErrorLog, WithoutTheArgumentTheWholeTextIsUnderlined) {
  EXPECT_EQ(explained("p:demo/e /tmp/target:0x1129 a=%xyz",
                      line_source_of("target:work $params $vars", "", "target:work", {""})),
            "error: the kernel refuses this: Invalid register name (it was given a=%xyz)\n"
            "  target:work $params $vars\n"
            "  ^~~~~~~~~~~~~~~~~~~~~~~~~\n"
            "  help: x86-64 registers are %ax %bx %cx %dx %si %di %bp %sp %ip %flags %r8 … %r15\n");
}

TEST(ErrorLog, PlaceThatWasLookedUpIsUnderlinedWhole) {
  EXPECT_EQ(explained("p:demo/e /none:0x1129", line_source_of("p:e none:main", "p:e", "none:main")),
            "error: the kernel refuses this: Failed to find the given file (it was given /none:0x1129)\n"
            "  p:e none:main\n"
            "      ^~~~~~~~~\n"
            "  help: check the path; it is looked up in this mount namespace\n");
}

TEST(ErrorLog, NameWithoutTheTemporaryGroupIsUnderlined) {
  EXPECT_EQ(
      explained("p:demo/a-b /tmp/target:0x1129", line_source_of("p:a-b target:work", "p:a-b", "target:work")),
      "error: the kernel refuses this: Event name must follow the same rules as C identifiers\n"
      "  p:a-b target:work\n"
      "    ^~~\n"
      "  help: use letters, digits and _ only, a letter first\n");
}

TEST(ErrorLog, TextWithoutANameIsUnderlinedWhole) {
  EXPECT_EQ(explained("p:demo/e /tmp/target:0x1129 a=%di",
                      line_source_of("target:work a=%di", "", "target:work", {"a=%di"})),
            "error: event demo/e is already defined\n"
            "  target:work a=%di\n"
            "  ^~~~~~~~~~~~~~~~~\n"
            "  help: remove it (uproar remove demo/e) or use another name\n");
}

TEST(ErrorLog, ProgramCalledLikeAProbeKindIsAPlace) {
  KernelComplaint complaint{"Not a regular file", "p:demo/e /x/p:0x10 a=%di", 9};
  EXPECT_EQ(explain_complaint(complaint, line_source_of("p:main a=%di", "", "p:main", {"a=%di"})).excerpt,
            "  p:main a=%di\n  ^~~~~~");
}

TEST(ErrorLog, UnknownComplaintIsHandedOnAsItIs) {
  KernelComplaint complaint{"Something new", "p:demo/e /x:0x10 a=%di", 17};
  EXPECT_EQ(
      render(explain_complaint(complaint, line_source_of("p:demo/e /x:0x10 a=%di"))),
      "error: the kernel refuses this: Something new\n  p:demo/e /x:0x10 a=%di\n                   ^~~~~\n");
}

TEST(ErrorLog, AnyColumnOfAnyTextStaysInside) {
  const std::string command = "p:g/e /x:0x10 a=+0(%di):string b";
  for (std::string user :
       {"", " ", "p", "p:", "p:g/e", "x:y", "\"", "p:e \"x y:z", "a=", "p:g/e /x:0x10 a=+0(%di):string b"}) {
    for (size_t column = 0; column <= command.size(); ++column) {
      Error error = explain_complaint({"M", command, column}, line_source_of(user));
      EXPECT_FALSE(error.message.empty());
    }
  }
}

struct Refusal {
  int errno_value;
  const char* line;
  const char* user_text;
  const char* place;  // in it
  const char* rendered;
};

TEST(ErrorLog, RefusalWithoutAnEntryIsExplainedByErrnoAndLine) {
  const Refusal refusals[] = {
      {EEXIST, "p:g/e /x:0x1", "p:g/e x:f", "x:f",
       "error: event g/e is already defined\n  p:g/e x:f\n  ^~~~~~~~~\n"
       "  help: remove it (uproar remove g/e) or use another name\n"},
      {EEXIST, "p:e /x:0x1", "p:e x:f", "x:f",
       "error: event uprobes/e is already defined\n  p:e x:f\n  ^~~~~~~\n"
       "  help: remove it (uproar remove uprobes/e) or use another name\n"},
      {ENOENT, "p:g/e /x:0x1", "x:f", "x:f",
       "error: the kernel does not find the file of this probe\n  x:f\n  ^~~\n"
       "  help: check the path; it is looked up in this mount namespace\n"},
      {E2BIG, "p:g/e /x:0x1", "x:f", "x:f",
       "error: the kernel finds too many or too long arguments in this definition\n  x:f\n  ^~~\n"
       "  help: an event has at most 128 arguments of 63 bytes, 3,072 bytes of values together\n"},
      {EBUSY, "p:g/e /x:0x1", "x:f", "x:f",
       "error: event g/e is in use, so that its definition cannot change\n  x:f\n  ^~~\n"
       "  help: disable it first, or use another name\n"},
      {EACCES, "p:g/e /x:0x1", "x:f", "x:f",
       "error: this user may not define events\n  help: run it as root: sudo uproar …\n"},
      {EINVAL, "p:g/e /x:0x1", "p:g/e x:f", "x:f",
       "error: another event uses this place with another reference counter\n  p:g/e x:f\n        ^~~\n"
       "  help: uproar events shows it; remove it, or give the same reference counter\n"},
      {EINVAL, "p:g/e x:0x1", "p:g/e x:0x1", "x:0x1",
       "error: the kernel takes absolute paths only\n  p:g/e x:0x1\n        ^~~~~\n"
       "  help: begin the path with /\n"},
      {EINVAL, "p:g/e /x:main", "p:g/e /x:main", "/x:main",
       "error: the kernel takes file offsets only: \"main\" is none\n  p:g/e /x:main\n        ^~~~~~~\n"
       "  help: write PATH:0xOFFSET\n"},
      {EINVAL, "p:g/e /x", "p:g/e /x", "p:g/e",
       "error: the kernel finds no place in this definition\n  p:g/e /x\n  ^~~~~\n  help: write "
       "PATH:OFFSET\n"},
      {EINVAL, "q:g/e /x:0x1", "q:g/e /x:0x1", "/x:0x1",
       "error: the kernel does not know this kind of probe\n  q:g/e /x:0x1\n  ^~~~~~~~~~~~\n"
       "  help: begin with p: (entry) or r: (return)\n"},
      {EIO, "p:g/e /x:0x1", "x:f", "x:f",
       "error: the kernel refuses this definition: Input/output error\n  x:f\n  ^~~\n"},
  };
  for (const Refusal& refusal : refusals) {
    Error error = explain_refusal(refusal.errno_value, refusal.line,
                                  line_source_of(refusal.user_text, "", refusal.place));
    EXPECT_EQ(render(error), refusal.rendered) << refusal.line;
    EXPECT_EQ(error.sys_errno, refusal.errno_value) << refusal.line;
  }
}

}  // namespace
}  // namespace uproar
