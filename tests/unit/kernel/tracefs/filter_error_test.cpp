#include "kernel/tracefs/filter_error.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

std::string explained(const std::string& file, const std::string& filter) {
  std::optional<KernelComplaint> complaint = parse_filter_complaint(file);
  if (!complaint) return "no complaint";
  return render(explain_filter_complaint(*complaint, filter, {"fd", "path", "comm"}));
}

// The `filter` files are as a kernel 6.18 left them.

TEST(FilterError, UnknownFieldIsUnderlinedAndTheFieldsAreNamed) {
  EXPECT_EQ(explained("foo == 1\n    ^\nparse_error: Field not found\n\n", "foo == 1"),
            "error: the kernel refuses this filter: Field not found\n  foo == 1\n  ^~~\n  help: fields are "
            "fd, path, comm\n");
}

TEST(FilterError, BlanksInFrontAreCounted) {
  EXPECT_EQ(explained("zz ~ 3\n   ^\nparse_error: Field not found\n\n", "  zz ~ 3"),
            "error: the kernel refuses this filter: Field not found\n    zz ~ 3\n    ^~\n  help: fields are "
            "fd, path, comm\n");
}

TEST(FilterError, MissingValue) {
  EXPECT_EQ(
      explained("common_pid ==\n             ^\nparse_error: Invalid value (did you forget quotes)?\n\n",
                "common_pid == "),
      "error: the kernel refuses this filter: Invalid value (did you forget quotes)?\n  common_pid == \n     "
      "          ^\n"
      "  help: compare with a number, or with a text in double quotes\n");
}

TEST(FilterError, OpenBracket) {
  EXPECT_EQ(explained("(common_pid == 1\n^\nparse_error: Too many '('\n\n", "(common_pid == 1"),
            "error: the kernel refuses this filter: Too many '('\n  (common_pid == 1\n  ^\n  help: close the "
            "bracket\n");
}

TEST(FilterError, OpenQuote) {
  EXPECT_EQ(explained("comm == \"abc\n        ^\nparse_error: Missing matching quote\n\n", "comm == \"abc"),
            "error: the kernel refuses this filter: Missing matching quote\n  comm == \"abc\n          ^\n  "
            "help: close the quote\n");
}

TEST(FilterError, TextForANumber) {
  EXPECT_EQ(explained("common_pid == \"x\"\n               ^\nparse_error: Expecting numeric field\n\n",
                      "common_pid == \"x\""),
            "error: the kernel refuses this filter: Expecting numeric field\n  common_pid == \"x\"\n         "
            "        ^\n"
            "  help: a number is written without quotes; a string with a length is none to the kernel: "
            "choose with script --filter\n");
}

TEST(FilterError, WorkingFilterIsNoComplaint) {
  EXPECT_FALSE(parse_filter_complaint("none\n"));
  EXPECT_FALSE(parse_filter_complaint("common_pid == 1\n"));
  EXPECT_FALSE(parse_filter_complaint(""));
  EXPECT_FALSE(parse_filter_complaint("\nparse_error: x"));
}

TEST(FilterError, FieldsAreTheArgumentsAndWhatEveryEventHas) {
  const std::string format =
      "name: read\nID: 1700\nformat:\n"
      "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
      "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
      "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
      "\tfield:s32 fd;\toffset:16;\tsize:4;\tsigned:1;\n"
      "\tfield:__data_loc char[] path;\toffset:20;\tsize:4;\tsigned:1;\n"
      "\tfield:u8 bytes[];\toffset:24;\tsize:8;\tsigned:0;\n";
  EXPECT_EQ(filter_fields(format),
            (std::vector<std::string>{"fd", "path", "bytes", "__probe_ip", "common_pid", "comm", "cpu"}));
  EXPECT_EQ(filter_fields(""), (std::vector<std::string>{"common_pid", "comm", "cpu"}));
}

}  // namespace
}  // namespace uproar
