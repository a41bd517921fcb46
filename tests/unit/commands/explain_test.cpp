#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/in_process.h"

namespace uproar {
namespace {

// This very program: a file with symbols on every machine.
std::string definition() {
  return std::filesystem::read_symlink("/proc/self/exe").string() + ":main";
}

TEST(Explain, InstructionStandsBehindThePlace) {
  Ran ran = run_in_process({"explain", definition()});
  ASSERT_EQ(ran.status, 0) << ran.err;
  size_t place = ran.out.find("\n  place     ");
  size_t instruction = ran.out.find("\n  instruction  ");
  ASSERT_NE(place, std::string::npos) << ran.out;
  ASSERT_NE(instruction, std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find('\n', place + 1), instruction);
  std::string line = ran.out.substr(instruction + 1, ran.out.find('\n', instruction + 1) - instruction - 1);
  EXPECT_NE(line.find("): "), std::string::npos) << line;
  EXPECT_NE(line.find("µs a hit"), std::string::npos) << line;
}

TEST(Explain, JsonSaysTheInstructionOfEverySite) {
  Ran ran = run_in_process({"explain", "--json", definition()});
  ASSERT_EQ(ran.status, 0) << ran.err;
  auto site = nlohmann::json::parse(ran.out).at("sites").at(0);
  EXPECT_FALSE(site.at("instruction").get<std::string>().empty());
  std::string bytes = site.at("bytes");
  EXPECT_EQ(bytes.size() % 3, 2u) << bytes;
  std::string cost = site.at("cost");
  EXPECT_TRUE(cost == "emulated" || cost == "optimised" || cost == "single-stepped") << cost;
}

TEST(Explain, TheProgramHasNamedParts) {
  Ran ran = run_in_process(
      {"explain", "--via", "bpf", definition() + " first=$arg1:s32 text=+0($arg2):string(\\8)"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"\n  cookie\n", "\n  task\n", "\n  counters\n", "\n  first\n", "\n  text\n",
                           "\n  send from the slot\n", "\n  no room\n", "call ringbuf_output\n"})
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << ran.out;
  EXPECT_EQ(ran.out.find("\n  kernel "), std::string::npos);
}

}  // namespace
}  // namespace uproar
