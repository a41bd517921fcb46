#include "program_test.h"

#include <fstream>
#include <ostream>

namespace uproar::live {

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.event << ' ' << seen.arguments.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string target_source(const std::string& name) {
  return std::string(UPROAR_SOURCE_DIR) + "/tests/live/targets/" + name;
}

bool has_program(const std::string& name) {
  return run({"sh", "-c", "command -v " + name}).status == 0;
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

void ProgramTest::build(const std::string& line) const {
  Ran ran = run({"sh", "-c", "cd " + file("") + " && " + line});
  ASSERT_EQ(ran.status, 0) << line << '\n' << ran.err;
}

void ProgramTest::write(const std::string& name, const std::string& text) const {
  std::ofstream(file(name)) << text;
}

void ProgramTest::record_program(const std::vector<std::string>& definitions,
                                 const std::vector<std::string>& command,
                                 const std::vector<std::string>& options) {
  std::vector<std::string> arguments = options;
  for (const std::string& definition : definitions) {
    arguments.push_back("-e");
    arguments.push_back(with(definition, "$T", command[0]));
  }
  arguments.push_back("--");
  arguments.insert(arguments.end(), command.begin(), command.end());
  record(arguments);
}

std::vector<Seen> ProgramTest::seen() const {
  std::vector<Seen> all;
  for (const nlohmann::json& event : events()) {
    const std::string name = event["event"];
    all.push_back({name.substr(name.find(':') + 1), event.value("args", nlohmann::json::object())});
  }
  return all;
}

void ProgramTest::expect_seen(const std::vector<Seen>& expected) const {
  if (HasFatalFailure()) return;
  const std::vector<Seen> all = seen();
  EXPECT_EQ(all.size(), expected.size());
  for (size_t i = 0; i < std::min(all.size(), expected.size()); ++i) EXPECT_EQ(all[i], expected[i]) << i;
}

std::string ProgramTest::complaint(const std::string& definition) const {
  Ran ran = uproar({"explain", definition});
  EXPECT_EQ(ran.status, 1) << definition << '\n' << ran.out;
  return ran.err;
}

}  // namespace uproar::live
