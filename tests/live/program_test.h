// Live tests that build the program they probe, so that each knows how it was compiled.
#pragma once

#include <string>
#include <vector>

#include "cli.h"

namespace uproar::live {

// An event as a test compares it: its name without the group, and its arguments.
struct Seen {
  std::string event;
  nlohmann::json arguments;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& seen, std::ostream* out);

class ProgramTest : public LiveTest {
 protected:
  // A line of shell in the test's own folder, which must succeed.
  void build(const std::string& line) const;
  void write(const std::string& name, const std::string& text) const;
  // record -e … -- COMMAND must succeed; $T in definitions stands for the command's program.
  void record_program(const std::vector<std::string>& definitions, const std::vector<std::string>& command,
                      const std::vector<std::string>& options = {});
  std::vector<Seen> seen() const;
  void expect_seen(const std::vector<Seen>& expected) const;
  // What explain complains of.
  std::string complaint(const std::string& definition) const;
};

// A target's source in tests/live/targets.
std::string target_source(const std::string& name);
bool has_program(const std::string& name);
// Replaces every `from` in the text.
std::string with(std::string text, const std::string& from, const std::string& to);

}  // namespace uproar::live
