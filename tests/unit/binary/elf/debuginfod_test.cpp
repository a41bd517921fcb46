#include "binary/elf/debuginfod.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

constexpr const char* kBuildId = "0123456789abcdef0123456789abcdef01234567";

// One variable of the environment, put back when the test is over.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = ::getenv(name)) before_ = before, was_set_ = true;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Variable() { was_set_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::string before_;
  bool was_set_ = false;
};

TEST(Debuginfod, WithoutServersNobodyIsAsked) {
  for (const char* urls : {static_cast<const char*>(nullptr), ""}) {
    Variable servers("DEBUGINFOD_URLS", urls);
    const DebuginfodAnswer answer = ask_debuginfod(kBuildId);
    EXPECT_TRUE(answer.path.empty());
    EXPECT_TRUE(answer.trouble.empty());
  }
}

TEST(Debuginfod, AFileWithoutABuildIdIsNotAskedFor) {
  Variable servers("DEBUGINFOD_URLS", "http://127.0.0.1:1");
  EXPECT_TRUE(ask_debuginfod("").trouble.empty());
}

// Nobody listens there; without the library, that is the trouble.
TEST(Debuginfod, AServerThatCannotBeReachedIsTold) {
  const TemporaryFolder cache;
  Variable servers("DEBUGINFOD_URLS", "http://127.0.0.1:1");
  Variable folder("DEBUGINFOD_CACHE_PATH", cache.path().c_str());
  Variable patience("DEBUGINFOD_TIMEOUT", "2");
  const DebuginfodAnswer answer = ask_debuginfod(kBuildId);
  EXPECT_TRUE(answer.path.empty());
  EXPECT_EQ(answer.trouble.find("debuginfod ("), 0u) << answer.trouble;
}

}  // namespace
}  // namespace uproar
