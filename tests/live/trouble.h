// What the tests of bad input and trouble share.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "cli.h"

namespace uproar::live {

class TroubleTest : public LiveTest {
 protected:
  static std::string loop() { return target_path("loop"); }
  static std::string work(const std::string& arguments = {}) {
    return "p:work " + loop() + ":work" + (arguments.empty() ? "" : " " + arguments);
  }
  // Two runs of the tests at once must not meet.
  static std::string group() { return "trouble" + std::to_string(::getpid()); }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(file("")))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  void write_file(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
  }
  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // The whole of standard error, the status, and nothing on standard output.
  static void expect_error(const Ran& ran, int status, const std::string& error) {
    EXPECT_EQ(ran.err, error);
    EXPECT_EQ(ran.status, status);
    EXPECT_EQ(ran.out, "");
  }

  // record with this definition fails with this text, and writes nothing.
  void expect_refused(const std::string& definition, const std::string& error) const {
    auto before = files();
    expect_error(uproar({"record", "-o", recording(), "-e", definition, "--", loop(), "3"}), 1, error);
    EXPECT_EQ(files(), before);
  }
  // record of `work n=%si:s64` with these options fails so, and writes nothing.
  void expect_refused(std::vector<std::string> options, int status, const std::string& error) const {
    std::vector<std::string> all{"record", "-e", work("n=%si:s64")};
    bool names_output = std::find(options.begin(), options.end(), "-o") != options.end();
    if (!names_output) all.insert(all.end(), {"-o", recording()});
    all.insert(all.end(), options.begin(), options.end());
    auto before = files();
    expect_error(uproar(all), status, error);
    EXPECT_EQ(files(), before);
  }
};

// "  TEXT\n  ^~~~\n": `text` with `place`, its last occurrence, underlined.
inline std::string underlined(const std::string& text, const std::string& place) {
  return "  " + text + "\n  " + std::string(text.rfind(place), ' ') + "^" +
         std::string(place.size() - 1, '~') + "\n";
}

}  // namespace uproar::live
