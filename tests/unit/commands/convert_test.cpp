#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/in_process.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

class Convert : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return folder_.path(name); }
  static std::string fixture(const std::string& name) {
    return std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/trace-dat/" + name;
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Names of the files that are there.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path())) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  TemporaryFolder folder_;
};

TEST_F(Convert, TraceDatBecomesARecordingAndBack) {
  const Ran in = run_in_process({"convert", fixture("v7-zstd.dat"), at("a.upr")});
  EXPECT_EQ(in.status, kDone);
  EXPECT_EQ(in.out, "");
  EXPECT_TRUE(in.err.starts_with("uproar: 31 events converted, 0 lost, ")) << in.err;
  EXPECT_EQ(run_in_process({"script", "--style", "trace-cmd", at("a.upr")}).out,
            content(fixture("v7-zstd.txt")));
  struct stat status {};
  ASSERT_EQ(::stat(at("a.upr").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  for (const std::string form : {"v6", "v7"}) {
    EXPECT_EQ(run_in_process({"convert", at("a.upr"), at("b.dat"), "--form", form, "-q"}).err, "");
    EXPECT_EQ(run_in_process({"convert", at("b.dat"), at("b.upr"), "-q"}).status, kDone);
    EXPECT_EQ(run_in_process({"script", "--style", "trace-cmd", at("b.upr")}).out,
              content(fixture("v7-zstd.txt")));
  }
  EXPECT_EQ(files(), (std::vector<std::string>{"a.upr", "b.dat", "b.dat.old", "b.upr", "b.upr.old"}));
}

TEST_F(Convert, TextsAreThoseOfScript) {
  ASSERT_EQ(run_in_process({"convert", "-q", fixture("v6.dat"), at("a.upr")}).status, kDone);
  EXPECT_EQ(run_in_process({"convert", "-q", at("a.upr"), at("a.jsonl")}).err, "");
  EXPECT_EQ(content(at("a.jsonl")), run_in_process({"script", "--json", at("a.upr")}).out);
  EXPECT_EQ(run_in_process({"convert", "-q", at("a.upr"), at("a.txt")}).err, "");
  const std::string text = content(at("a.txt"));
  EXPECT_TRUE(text.starts_with("# tracer: nop\n#\n#"));
  EXPECT_TRUE(text.ends_with(run_in_process({"script", "--style", "ftrace", at("a.upr")}).out));
  EXPECT_EQ(run_in_process({"convert", "-q", at("a.txt"), at("b.upr")}).err, "");
  EXPECT_EQ(run_in_process({"script", "--style", "ftrace", at("b.upr")}).out,
            run_in_process({"script", "--style", "ftrace", at("a.upr")}).out);
}

// From one foreign format to another, without a recording in between.
TEST_F(Convert, ForeignFormatsGoIntoEachOther) {
  EXPECT_EQ(run_in_process({"convert", "-q", fixture("v6.dat"), at("a.csv")}).err, "");
  EXPECT_TRUE(content(at("a.csv"))
                  .starts_with("time,comm,pid,tid,cpu,event,ip,ret_ip,symbol,faults,cut,base64,args."));
  EXPECT_EQ(files(), std::vector<std::string>{"a.csv"});
}

TEST_F(Convert, DamagedInputIsConvertedAsFarAsItIsWholeAndTold) {
  const std::string bytes = content(fixture("v6.dat"));
  std::ofstream(at("cut.dat"), std::ios::binary) << bytes.substr(0, bytes.size() - 4096);
  const Ran ran = run_in_process({"convert", at("cut.dat"), at("a.upr")});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_TRUE(
      ran.err.starts_with("uproar: error: damaged at byte 20480: the file ends inside the pages of CPU 0\n"
                          "  help: everything that is whole was converted\n"))
      << ran.err;
  EXPECT_TRUE(fs::exists(at("a.upr")));
}

TEST_F(Convert, NothingIsLeftOfAConversionThatFails) {
  std::ofstream(at("kept.upr")) << "what was there";
  std::ofstream(at("in.txt")) << "no\ntrace\n";
  const Ran ran = run_in_process({"convert", at("in.txt"), at("kept.upr")});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.err, "uproar: error: " + at("in.txt") +
                         " holds no trace text\n  help: give what `cat trace_pipe`, `cat trace`, `trace-cmd "
                         "report` or `perf script` printed\n");
  EXPECT_EQ(content(at("kept.upr")), "what was there");
  EXPECT_EQ(files(), (std::vector<std::string>{"in.txt", "kept.upr"}));
}

TEST_F(Convert, WhatCannotBeMeantIsAUsageError) {
  auto fails = [](const std::vector<std::string>& arguments, const std::string& message) {
    const Ran ran = run_in_process(arguments);
    EXPECT_EQ(ran.status, kUsage);
    EXPECT_EQ(ran.err, "uproar: error: " + message);
  };
  const std::string dat = fixture("v7-zstd.dat");
  fails({"convert", dat, at("a.xml")}, "the name '" + at("a.xml") +
                                           "' does not tell the format\n  help: say it: --to upr, perf.data, "
                                           "trace.dat, text, json, csv\n");
  fails({"convert", dat, "-"},
        "standard output has no name that tells the format\n  help: say it: --to upr, perf.data, trace.dat, "
        "text, "
        "json, csv\n");
  fails({"convert", dat, at("a.upr"), "--from", "xml"},
        "there is no format 'xml'\n  help: --from takes upr, perf.data, trace.dat, text\n");
  fails({"convert", dat, at("a.csv"), "--form", "v6"},
        "--form v6 is of trace.dat\n  help: leave --form out\n");
  fails({"convert", dat, at("a.dat"), "--form", "v6", "--compression", "zstd"},
        "version 6 of trace.dat has no compression\n  help: use --form v7, or leave one of both out\n");
  std::ofstream(at("empty")).flush();
  fails({"convert", at("empty"), at("a.upr")},
        at("empty") + " is empty\n  help: record again, or copy the file again\n");
  std::ofstream(at("a.json")) << "{\"time\":1}";
  fails({"convert", at("a.json"), at("a.upr")},
        "the format 'json' can be written, not read\n  help: convert what it was made of: upr, perf.data, "
        "trace.dat, "
        "text\n");
  std::ofstream(at("elf"), std::ios::binary) << std::string(
      "\x7f"
      "ELF\0",
      5);
  fails(
      {"convert", at("elf"), at("a.upr")},
      at("elf") +
          " is in no format that is known\n  help: if it is damaged, say what it was: --from upr, perf.data, "
          "trace.dat, text\n");
}

TEST_F(Convert, InputIsNeverOverwritten) {
  fs::copy(fixture("v6.dat"), at("same.dat"));
  const Ran ran = run_in_process({"convert", at("same.dat"), at("same.dat"), "--to", "upr"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_EQ(ran.err, "uproar: error: IN and OUT are the same file\n  help: choose another name as OUT\n");
  EXPECT_EQ(content(at("same.dat")), content(fixture("v6.dat")));
}

// The frames of call chains have their names and files in either.
TEST_F(Convert, JsonIsThatOfScriptWithCallChains) {
  const std::string data = std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/perf-data/packed.data";
  ASSERT_EQ(run_in_process({"convert", "-q", data, at("a.upr")}).status, kDone);
  ASSERT_EQ(run_in_process({"convert", "-q", at("a.upr"), at("a.json")}).status, kDone);
  const std::string json = content(at("a.json"));
  EXPECT_NE(json.find("\"stack\":[{"), std::string::npos);
  EXPECT_NE(json.find("\"dso\":"), std::string::npos);
  EXPECT_EQ(json, run_in_process({"script", "--json", at("a.upr")}).out);
  ASSERT_EQ(run_in_process({"convert", "-q", data, at("b.json")}).status, kDone);
  EXPECT_EQ(content(at("b.json")), json);
}

// Whatever OUT is: what is converted is what script would print.
TEST_F(Convert, OnlyWhatWasChosenInEveryFormat) {
  ASSERT_EQ(run_in_process({"convert", "-q", fixture("v7-zstd.dat"), at("all.upr")}).status, kDone);
  const std::vector<std::string> json = {"script", "--json"};
  const auto printed = [&](const std::string& path, std::vector<std::string> options) {
    options.insert(options.begin(), json.begin(), json.end());
    options.push_back(path);
    const Ran ran = run_in_process(options);
    EXPECT_EQ(ran.status, kDone) << ran.err;
    return ran.out;
  };
  const std::vector<std::vector<std::string>> choices = {
      {"-C", "0"}, {"--time", "0%-50%"}, {"-e", "*:text"}, {"--filter", "s ~ \"h*\""}, {"--tid", "1"}};
  for (const auto& choice : choices) {
    const std::string expected = printed(at("all.upr"), choice);
    for (const std::string out : {"x.upr", "x.data", "x.dat", "x.json"}) {
      std::vector<std::string> command = {"convert", "-q"};
      command.insert(command.end(), choice.begin(), choice.end());
      for (const std::string& in : {at("all.upr"), fixture("v7-zstd.dat")}) {
        std::vector<std::string> whole = command;
        whole.push_back(in);
        whole.push_back(at(out));
        const Ran ran = run_in_process(whole);
        EXPECT_EQ(ran.status, kDone) << ran.err;
        const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
        if (out == "x.json") {
          EXPECT_EQ(content(at(out)), expected);
        } else if (out == "x.upr") {
          EXPECT_EQ(printed(at(out), {}), expected) << choice[0];
        } else {
          EXPECT_EQ(run_in_process({"convert", "-q", at(out), at("back.upr")}).status, kDone);
          EXPECT_EQ(lines(printed(at("back.upr"), {})), lines(expected)) << out << " " << choice[0];
        }
      }
    }
  }
}

TEST_F(Convert, ChoicesThatMakeNoSenseAreUsageErrorsAndLeaveNothing) {
  const std::string golden = std::string(UPROAR_SOURCE_DIR) + "/tests/golden/bash-readline.upr";
  const auto fails = [&](std::vector<std::string> options, const std::string& message) {
    options.insert(options.begin(), "convert");
    options.push_back(golden);
    options.push_back(at("a.csv"));
    const Ran ran = run_in_process(options);
    EXPECT_EQ(ran.status, kUsage);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "uproar: error: " + message);
  };
  fails({"--filter", "cmd = \"a\""}, "there is no comparison =\n  cmd = \"a\"\n      ^\n  help: write ==\n");
  fails({"--filter", "size > 1"},
        "no event has all the fields: size is missing\n  size > 1\n  ^~~~\n  help: there are cmd, comm, pid, "
        "tid, "
        "cpu, ip, time\n");
  fails({"-e", "nothing*"},
        "no event of the recording is called nothing*\n  help: uproar info lists its events\n");
  fails({"--pid", "x"}, "'x' is no number of a task\n  help: write --pid 4711,4712\n");
  fails({"-C", "x"}, "'x' is no list of CPUs\n  help: write -C 0-1,3\n");
  EXPECT_EQ(run_in_process({"convert", "--time", "5", golden, at("a.csv")}).status, kUsage);
  EXPECT_EQ(files(), std::vector<std::string>{});
}

}  // namespace
}  // namespace uproar
