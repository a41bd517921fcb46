// Names of tasks are those of the moment of the event.
#include <algorithm>
#include <map>

#include "cli.h"

namespace uproar::live {
namespace {

using Json = nlohmann::json;

class TasksLive : public LiveTest {};

TEST_F(TasksLive, NamesAreThoseOfTheMoment) {
  record({"-e", "p:step " + target_path("tasks") + ":step n=%di:s32", "--", target_path("tasks")});
  std::map<int, std::string> names;
  std::map<int, Json> by_number;
  for (const Json& event : events()) {
    names[event["args"]["n"]] = event["comm"];
    by_number[event["args"]["n"]] = event;
  }
  // exec names a task after the file it runs, which is "exe" for /proc/self/exe.
  std::map<int, std::string> expected = {{1, "target_tasks"}, {2, "renamed"}, {3, "renamed"},
                                         {4, "thread name"},  {5, "renamed"}, {6, "a child"},
                                         {7, "exe"},          {8, "renamed"}};
  EXPECT_EQ(names, expected);
  EXPECT_EQ(by_number[3]["pid"], by_number[1]["pid"]);
  EXPECT_NE(by_number[3]["tid"], by_number[1]["tid"]);
  EXPECT_EQ(by_number[5]["pid"], by_number[5]["tid"]);
  EXPECT_NE(by_number[5]["pid"], by_number[1]["pid"]);
}

TEST_F(TasksLive, TaskThatExistedBeforeHasItsName) {
  Running target({target_path("sleeper")});
  record({"-e", "p:beat " + target_path("sleeper") + ":beat n=%di:s32", "--duration", "300ms"});
  auto all = events();
  // Every tenth beat is a child's, which did not exist before.
  const auto own = std::find_if(all.begin(), all.end(),
                                [](const Json& event) { return event["args"]["n"].get<int>() % 10 != 9; });
  ASSERT_NE(own, all.end());
  EXPECT_EQ((*own)["comm"], "target_sleeper");
  EXPECT_EQ((*own)["pid"], target.pid());
}

}  // namespace
}  // namespace uproar::live
