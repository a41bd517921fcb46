#include "replay/sink.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

class Counter final : public Sink {
 public:
  void take(const Event&, std::string&) override { ++events; }
  int events = 0;
};

// A sink needs to know nothing but events.
TEST(Sink, WithoutMoreItTakesNoColumnsAndNoSideRecords) {
  Counter counter;
  std::string out;
  counter.take_side({}, out);
  EXPECT_EQ(counter.prepare({}, 0, [](uint32_t number) { return number; }), nullptr);
  EXPECT_EQ(counter.take_rows(PreparedBlock(), 0, 9, out), 0u);
  Counter other;
  counter.merge(other);
  EXPECT_EQ(out, "");
  EXPECT_EQ(counter.events, 0);
}

}  // namespace
}  // namespace uproar
