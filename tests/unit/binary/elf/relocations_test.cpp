#include "binary/elf/relocations.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

const DataPointer* pointer_to(const std::vector<DataPointer>& pointers, const std::string& name) {
  auto found = std::find_if(pointers.begin(), pointers.end(),
                            [&](const DataPointer& each) { return each.name == name; });
  return found == pointers.end() ? nullptr : &*found;
}

TEST(Relocations, DataThatALibraryExportsIsReachedByPointers) {
  Workshop shop;
  shop.put("lib.c",
           "int shown = 1; static int own = 2; extern int elsewhere; int f(void) { return shown + own++ + "
           "elsewhere; }");
  ASSERT_TRUE(shop.run("cc -O1 -shared -fPIC -o lib.so lib.c"));
  auto file = ElfFile::open(shop.path("lib.so"));
  ASSERT_TRUE(file.ok());
  const auto& pointers = (*file)->data_pointers();
  const DataPointer* shown = pointer_to(pointers, "shown");
  ASSERT_NE(shown, nullptr);
  EXPECT_TRUE(shown->is_defined);
  EXPECT_EQ(shown->vaddr, oracle::address(shop.path("lib.so"), "shown"));
  EXPECT_EQ(shown->size, 4u);
  EXPECT_NE(shown->slot, 0u);
  const DataPointer* elsewhere = pointer_to(pointers, "elsewhere");
  ASSERT_NE(elsewhere, nullptr);
  EXPECT_FALSE(elsewhere->is_defined);
  EXPECT_EQ(pointer_to(pointers, "own"), nullptr);
  EXPECT_EQ(pointer_to(pointers, "f"), nullptr);
}

TEST(Relocations, WhatALibraryKeepsToItselfHasNone) {
  Workshop shop;
  shop.put("lib.c",
           "__attribute__((visibility(\"hidden\"))) int inside = 1; int f(void) { return inside++; }");
  ASSERT_TRUE(shop.run("cc -O1 -shared -fPIC -o lib.so lib.c"));
  auto file = ElfFile::open(shop.path("lib.so"));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(pointer_to((*file)->data_pointers(), "inside"), nullptr);
}

}  // namespace
}  // namespace uproar
