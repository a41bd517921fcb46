#include "plan/fetch.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

TEST(Fetch, EveryListOfOperationsIsVisited) {
  auto constant = [](int64_t number) {
    return std::vector<FetchOperation>{{FetchOperation::Kind::Immediate, number, {}, false}};
  };
  FetchArgument argument;
  argument.operations = constant(1);
  argument.length = constant(2);
  argument.object = constant(3);
  argument.conditions.resize(2);
  argument.conditions[0].operations = constant(4);
  argument.conditions[1].operations = constant(5);
  argument.array_parts.resize(1);
  argument.array_parts[0].operations = constant(6);
  int64_t sum = 0;
  for_each_operations(argument, [&](std::vector<FetchOperation>& operations) {
    sum = sum * 10 + operations.front().number++;
  });
  EXPECT_EQ(sum, 123456);
  EXPECT_EQ(argument.object.front().number, 4);
}

}  // namespace
}  // namespace uproar
