// Layouts against the format texts that a kernel wrote for the same definitions (tests/fixtures/kernels).
#include "lower/record_layout.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/fd.h"
#include "event/event_format.h"
#include "support/plan_of_text.h"

namespace uproar {
namespace {

const std::string kFolder = std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/kernels/6.18/";

std::string shown(const EventSchema& schema) {
  std::ostringstream text;
  text << schema.group << ':' << schema.name << (schema.is_return ? " return" : " entry")
       << (schema.has_ip ? " with ip\n" : "\n");
  for (const Field& field : schema.fields) {
    text << field.name << " kind " << static_cast<int>(field.kind) << " size " << static_cast<int>(field.size)
         << " count " << field.count << " at " << field.offset << '\n';
  }
  return text.str();
}

TEST(RecordLayout, IsWhatTheKernelMakesOfEveryFetchType) {
  auto listing = read_file(kFolder + "uprobe_events");
  ASSERT_TRUE(listing.ok());
  std::istringstream lines(*listing);
  size_t events = 0;
  for (std::string line; std::getline(lines, line); ++events) {
    auto plan = plan_of_text(line);
    ASSERT_TRUE(plan.ok()) << render(plan.error());
    auto arguments = kernel_arguments(*plan, Helpers::Needed);
    ASSERT_TRUE(arguments.ok()) << render(arguments.error());
    auto text = read_file(kFolder + "events/" + plan->group + "/" + plan->event + "/format");
    ASSERT_TRUE(text.ok()) << render(text.error());
    auto parsed = parse_event_format(*text, plan->group);
    ASSERT_TRUE(parsed.ok()) << render(parsed.error());
    EXPECT_EQ(shown(record_layout(*plan, *arguments)), shown(*parsed));
  }
  EXPECT_EQ(events, 7u);
}

TEST(RecordLayout, HelpersFollowTheArguments) {
  auto plan = plan_of_text("p:g/e /x:0x10 n=%si:s16 t=%di:string(%si:u32)");
  ASSERT_TRUE(plan.ok()) << render(plan.error());
  plan->sites.push_back(plan->sites.front());
  plan->sites.back().symbol = "another";
  auto arguments = kernel_arguments(*plan, Helpers::All);
  ASSERT_TRUE(arguments.ok());
  EXPECT_EQ(shown(record_layout(*plan, *arguments)),
            "g:e entry with ip\n"
            "n kind 1 size 2 count 0 at 16\n"
            "t kind 2 size 8 count 64 at 18\n"
            "__len_2 kind 0 size 4 count 0 at 530\n"
            "__data_2 kind 2 size 8 count 0 at 534\n"
            "__place kind 0 size 4 count 0 at 542\n");
}

}  // namespace
}  // namespace uproar
