#include "binary/symbols/symbol_lookup.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

TEST(SymbolLookup, FunctionsAreNamedWithTheDistanceFromTheirStart) {
  const std::string path = oracle::fixture("pie");
  const uint64_t offset = *oracle::offset_by_sections(path, oracle::address(path, "add_two"));
  SymbolLookup symbols;
  EXPECT_EQ(symbols.at(path, offset), "add_two");
  EXPECT_EQ(symbols.at(path, offset + 2), "add_two+0x2");
  EXPECT_EQ(symbols.at(path, 0), "");
  EXPECT_EQ(symbols.at("/no/such/file", 0), "");
}

}  // namespace
}  // namespace uproar
