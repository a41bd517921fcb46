#include "replay/per_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace uproar {
namespace {

TEST(PerSchema, PreparesEachSchemaOnce) {
  EventSchema a;
  EventSchema b;
  a.name = "a";
  b.name = "b";
  int prepared = 0;
  const auto prepare = [&prepared](const EventSchema& schema) {
    ++prepared;
    return schema.name;
  };
  PerSchema<std::string> names;
  const std::string* first = &names.get(&a, prepare);
  EXPECT_EQ(names.get(&a, prepare), "a");
  EXPECT_EQ(names.get(&b, prepare), "b");
  EXPECT_EQ(&names.get(&a, prepare), first);
  EXPECT_EQ(prepared, 2);
}

}  // namespace
}  // namespace uproar
