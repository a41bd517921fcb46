#include "replay/event_printer.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

class TimePrinter final : public EventPrinter {
 public:
  void take(const Event& event, std::string& out) override { out += std::to_string(shown_time(event)) + " "; }
};

TEST(EventPrinter, TimesCountFromTheOriginAndNeverFallBelowIt) {
  TimePrinter printer;
  Event event;
  event.time_ns = 50;
  std::string out;
  printer.take(event, out);
  printer.count_from(20);
  printer.take(event, out);
  printer.count_from(60);
  printer.take(event, out);
  printer.count_from(0);
  printer.take(event, out);
  EXPECT_EQ(out, "50 30 0 50 ");
}

}  // namespace
}  // namespace uproar
