// One table of definitions through every back end that this machine allows: the same values, which are those that the target
// was written with.
#include <map>

#include "program_test.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

// What one definition must have seen, in the order of the calls.
struct Row {
  std::string definition;
  std::vector<Json> expected;
  std::string filter{};
};

// The target makes the six calls of take() twice.
std::vector<Json> twice(std::vector<Json> calls) {
  std::vector<Json> all = calls;
  all.insert(all.end(), calls.begin(), calls.end());
  return all;
}

const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      {"p:registers $T:take a=%si:s32 b=%si:u8 c=%si:x16 d=%si:s64 e=%si:char f=%si:u64",
       twice({{{"a", -2},
               {"b", 254},
               {"c", "0xfffe"},
               {"d", -2},
               {"e", {{"bytes", "/g=="}}},
               {"f", 18446744073709551614U}},
              {{"a", -1698898192},
               {"b", 240},
               {"c", "0xdef0"},
               {"d", 1311768467463790320},
               {"e", {{"bytes", "8A=="}}},
               {"f", 1311768467463790320U}},
              {{"a", 65}, {"b", 65}, {"c", "0x41"}, {"d", 65}, {"e", "A"}, {"f", 65}},
              {{"a", 200}, {"b", 200}, {"c", "0xc8"}, {"d", 200}, {"e", {{"bytes", "yA=="}}}, {"f", 200}},
              {{"a", 0}, {"b", 0}, {"c", "0x0"}, {"d", 0}, {"e", std::string(1, '\0')}, {"f", 0}},
              {{"a", 0}, {"b", 0}, {"c", "0x0"}, {"d", 0}, {"e", std::string(1, '\0')}, {"f", 0}}})},
      {"p:constants $T:take i=\\42:u32 c=$comm", twice(std::vector<Json>(6, {{"i", 42}, {"c", "engines"}}))},
      {"p:memory $T:take id=+0(%di):s32 next=+0(+16(%di)):s32 name=+0(+8(%di)):string "
       "n2=+0(+8(+16(%di))):string",
       twice({{{"id", -5}, {"next", nullptr}, {"name", "last"}, {"n2", nullptr}},
              {{"id", 7}, {"next", -5}, {"name", nullptr}, {"n2", "last"}},
              {{"id", nullptr}, {"next", nullptr}, {"name", nullptr}, {"n2", nullptr}},
              {{"id", 1701143909}, {"next", nullptr}, {"name", nullptr}, {"n2", nullptr}},
              {{"id", nullptr}, {"next", nullptr}, {"name", nullptr}, {"n2", nullptr}},
              {{"id", -5}, {"next", nullptr}, {"name", "last"}, {"n2", nullptr}}})},
      {"p:bits $T:take low=+4(%di):b3@0/32 delta=+4(%di):b5@3/32 high=+4(%di):b24@8/32 all=+4(%di):x32",
       twice({{{"low", 5}, {"delta", 29}, {"high", 11259375}, {"all", "0xabcdefed"}},
              {{"low", 2}, {"delta", 15}, {"high", 1}, {"all", "0x17a"}},
              {{"low", nullptr}, {"delta", nullptr}, {"high", nullptr}, {"all", nullptr}},
              {{"low", 5}, {"delta", 12}, {"high", 6645093}, {"all", "0x65656565"}},
              {{"low", nullptr}, {"delta", nullptr}, {"high", nullptr}, {"all", nullptr}},
              {{"low", 5}, {"delta", 29}, {"high", 11259375}, {"all", "0xabcdefed"}}})},
      {"p:arrays $T:take bytes=+24(%di):u8[6] pairs=+30(%di):x16[3] signs=+24(%di):s8[6]",
       twice(
           {{{"bytes", {1, 2, 3, 250, 251, 252}},
             {"pairs", {"0x1", "0x8001", "0xffff"}},
             {"signs", {1, 2, 3, -6, -5, -4}}},
            {{"bytes", {0, 0, 0, 0, 0, 0}}, {"pairs", {"0x0", "0x0", "0x0"}}, {"signs", {0, 0, 0, 0, 0, 0}}},
            {{"bytes", std::vector<Json>(6)},
             {"pairs", std::vector<Json>(3)},
             {"signs", std::vector<Json>(6)}},
            {{"bytes", std::vector<Json>(6, 101)},
             {"pairs", std::vector<Json>(3, "0x6565")},
             {"signs", std::vector<Json>(6, 101)}},
            {{"bytes", std::vector<Json>(6)},
             {"pairs", std::vector<Json>(3)},
             {"signs", std::vector<Json>(6)}},
            {{"bytes", {1, 2, 3, 250, 251, 252}},
             {"pairs", {"0x1", "0x8001", "0xffff"}},
             {"signs", {1, 2, 3, -6, -5, -4}}}})},
      {"p:strings $T:take text=+0(%dx):string sized=+0(%dx):string(%cx)",
       twice({{{"text", "hello"}, {"sized", "hel"}},
              {{"text", ""}, {"sized", ""}},
              {{"text", nullptr}, {"sized", nullptr}},
              {{"text", std::string(200, 'w')}, {"sized", std::string(200, 'w')}},
              {{"text", nullptr}, {"sized", "eeeeee"}},
              {{"text", {{"bytes", "ARtbMzFt/yJc"}}}, {"sized", "\x01\x1b[3"}}})},
      {"p:filtered $T:take n=%si:s64", twice({{{"n", 65}}, {{"n", 200}}}), "n > 0 && n < 1000"},
      {"p:globals $T:take n=@counter:s32", twice(std::vector<Json>(6, {{"n", 1234567}}))},
      {"r:result $T:take n=$retval:s64",
       twice(
           {{{"n", -5}}, {{"n", 1311768467463790317}}, {{"n", 62}}, {{"n", 197}}, {{"n", -3}}, {{"n", -3}}})},
      {"r:said $T:answer text=+0($retval):string", {{{"text", "zero"}}, {{"text", ""}}, {{"text", nullptr}}}},
      {"p:places $T:'place_*' a=%di:s32", {{{"a", 11}}, {{"a", 22}}}},
  };
  return rows;
}

class EnginesLive : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    if (IsSkipped()) return;
    if (!has_program("gcc")) GTEST_SKIP() << "no gcc here";
    build("gcc -g -O1 -w -o engines " + target_source("engines.c"));
  }
  // All rows in one recording; what each of them saw.
  std::map<std::string, std::vector<Json>> seen_through(const std::string& via) {
    std::vector<std::string> arguments = {"--via", via};
    for (const Row& row : table()) {
      arguments.insert(arguments.end(), {"-e", with(row.definition, "$T", file("engines"))});
      if (!row.filter.empty()) arguments.insert(arguments.end(), {"--filter", row.filter});
    }
    arguments.insert(arguments.end(), {"--", file("engines")});
    record(arguments);
    std::map<std::string, std::vector<Json>> all;
    for (const Seen& event : seen()) all[event.event].push_back(event.arguments);
    return all;
  }
};

std::string name_of(const Row& row) {
  return row.definition.substr(2, row.definition.find(' ') - 2);
}

// Nothing, zeros, or the e's that stand in front of the memory that is not there.
bool is_nothing(const Json& value) {
  return value.is_null() || value == std::string(1, '\0') ||
         value.dump().find_first_not_of("[],\"0xe") == std::string::npos;
}

// `sees_faults`: tracefs reads 0 where memory cannot be read, and only tells pointers that lead nowhere; of a string that runs
// into such memory it keeps the beginning. The fifth call is the one that gives such pointers.
void expect_table(const std::map<std::string, std::vector<Json>>& seen, bool sees_faults) {
  for (const Row& row : table()) {
    const auto found = seen.find(name_of(row));
    const std::vector<Json> none;
    const std::vector<Json>& events = found == seen.end() ? none : found->second;
    ASSERT_EQ(events.size(), row.expected.size()) << row.definition;
    for (size_t i = 0; i < events.size(); ++i) {
      const bool reads_nothing = row.expected.size() == 12 && i % 6 == 4;
      if (sees_faults || !reads_nothing) {
        EXPECT_EQ(events[i], row.expected[i]) << row.definition << " call " << i;
        continue;
      }
      for (const auto& [name, value] : row.expected[i].items()) {
        const Json& shown = events[i][name];
        EXPECT_TRUE(shown == value || (value.is_null() || value.is_array() ? is_nothing(shown) : false))
            << row.definition << " call " << i << ": " << name << " is " << shown;
      }
    }
  }
}

TEST_F(EnginesLive, TracefsHasTheTruth) {
  expect_table(seen_through("tracefs"), false);
}

TEST_F(EnginesLive, PerfHasTheTruth) {
  expect_table(seen_through("perf"), false);
  EXPECT_EQ(info()["via"], "perf");
  EXPECT_EQ(info()["lost"], 0);
}

// Behind the first instruction, where that is cheaper: the event is told to be where the definition says.
TEST_F(EnginesLive, PlacesThatSlidAreToldWhereTheFunctionBegins) {
  write("slid.c", R"(int slid(int n);
asm(".globl slid\n.type slid,@function\nslid: endbr64\n cmp $44,%rdi\n ja 1f\n mov %edi,%eax\n ret\n"
    "1: lea (%rdi,%rdi),%eax\n ret\n.size slid,.-slid");
int main(void) { return slid(50) + slid(3) == 103 ? 0 : 1; })");
  build("gcc -no-pie -o slid slid.c");
  std::vector<Json> first;
  for (const std::string via : {"tracefs", "perf", "bpf"}) {
    record({"--via", via, "-e", "p:in " + file("slid") + ":slid n=%di:s32", "-e",
            "r:out " + file("slid") + ":slid n=$retval:s32", "--", file("slid")});
    std::vector<Json> all;
    for (const Json& event : events())
      all.push_back({event["event"], event["ip"], event.value("ret_ip", ""), event["symbol"], event["args"]});
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << via;
    ASSERT_EQ(all.size(), 4u) << via;
    EXPECT_EQ(all[0][1], all[1][1]);
  }
}

TEST_F(EnginesLive, BpfHasTheTruth) {
  expect_table(seen_through("bpf"), true);
  EXPECT_EQ(info()["via"], "bpf");
  EXPECT_EQ(info()["lost"], 0);
}

}  // namespace
}  // namespace uproar::live
