// USDT probes of the runtimes that people use: Java's and Python's.
#include <filesystem>
#include <fstream>

#include "cli.h"

namespace uproar::live {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

class RuntimesLive : public LiveTest {
 protected:
  static bool has_probe(const std::string& path, const std::string& name) {
    Ran listed = uproar({"list", path, "--usdt", "--json", name});
    return listed.status == 0 && !json_lines_of(listed.out).empty();
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(file(name)) << text; }

  std::vector<Json> arguments_of(const std::string& event) const {
    std::vector<Json> all;
    for (const Json& each : events()) {
      if (each["event"] == "uprobes:" + event) all.push_back(each["args"]);
    }
    return all;
  }
};

// The path of libjvm.so of the Java that runs, empty without probes in it.
std::string java_library() {
  Ran java = run({"sh", "-c", "readlink -f $(which java)"});
  const std::string program = lines_of(java.out).empty() ? "" : lines_of(java.out)[0];
  const std::string library =
      (fs::path(program).parent_path().parent_path() / "lib/server/libjvm.so").string();
  return fs::exists(library) ? library : "";
}

// One file that the java launcher compiles by itself: java Hello.java.
constexpr const char* kProgram = R"(
public class Hello {
  static int twice(int number) { return number * 2; }
  public static void main(String[] words) throws Exception {
    int[] sum = {0};
    Thread worker = new Thread(() -> { for (int i = 0; i < 5; ++i) sum[0] += twice(i); }, "arbeiter-\u00fc");
    worker.start();
    worker.join();
    System.exit(sum[0] == 20 ? 0 : 1);
  }
}
)";

TEST_F(RuntimesLive, ClassesThatJavaLoads) {
  const std::string library = java_library();
  if (library.empty()) GTEST_SKIP() << "no Java here";
  if (!has_probe(library, "hotspot:class__loaded")) GTEST_SKIP() << "this Java has no USDT probes";
  // The names are not terminated: their length is the second argument.
  record({"-e", "p:cls " + library + ":%hotspot:class__loaded name=$arg1:string($arg2) length=$arg2", "--",
          "java", "-version"});
  size_t strings = 0;
  for (const Json& each : arguments_of("cls")) {
    ASSERT_TRUE(each["name"].is_string()) << each;
    EXPECT_EQ(each["name"].get<std::string>().size(), each["length"].get<size_t>()) << each;
    if (each["name"] == "java/lang/String") ++strings;
  }
  EXPECT_EQ(strings, 1u);
}

TEST_F(RuntimesLive, ThreadsAndMethodsOfAJavaProgram) {
  const std::string library = java_library();
  if (library.empty()) GTEST_SKIP() << "no Java here";
  if (run({"which", "javac"}).status != 0) GTEST_SKIP() << "no Java compiler here";
  if (!has_probe(library, "hotspot:method__entry")) GTEST_SKIP() << "this Java has no USDT probes";
  write("Hello.java", kProgram);
  ASSERT_EQ(run({"javac", "-d", file(""), file("Hello.java")}).status, 0);
  record(
      {"-e", "p:thread " + library + ":%hotspot:thread__start name=$arg1:string($arg2)", "-e",
       "p:method " + library + ":%hotspot:method__entry class=$arg2:string($arg3) name=$arg4:string($arg5)",
       "--", "java", "-XX:+ExtendedDTraceProbes", "-Xint", "-cp", file(""), "Hello"});
  const Json worker = {{"name", "arbeiter-\u00fc"}};
  const auto threads = arguments_of("thread");
  EXPECT_EQ(std::count(threads.begin(), threads.end(), worker), 1);
  const Json twice = {{"class", "Hello"}, {"name", "twice"}};
  const auto methods = arguments_of("method");
  EXPECT_EQ(std::count(methods.begin(), methods.end(), twice), 5);
}

// Since 3.11 CPython comes by this probe only where it throws something into a generator (closing it does),
// before at every call.
TEST_F(RuntimesLive, FunctionsThatPythonEnters) {
  Ran found = run({"sh", "-c", "readlink -f /usr/bin/python3"});
  const std::string python = found.out.empty() ? "" : lines_of(found.out)[0];
  if (python.empty() || !has_probe(python, "python:function__entry"))
    GTEST_SKIP() << "no Python with USDT probes here";
  write("steps.py",
        "def shown(count):\n    for number in range(count):\n        yield number\n"
        "steps = shown(3)\nassert next(steps) == 0\nsteps.close()\n");
  record({"-e",
          "p:entered " + python + ":%python:function__entry file=$arg1:string name=$arg2:string line=$arg3",
          "--", python, file("steps.py")});
  size_t seen = 0;
  for (const Json& each : arguments_of("entered")) {
    if (each["file"] == file("steps.py") && each["name"] == "shown" && each["line"] > 0) ++seen;
  }
  EXPECT_GE(seen, 1u);
}

}  // namespace
}  // namespace uproar::live
