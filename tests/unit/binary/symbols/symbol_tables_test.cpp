#include "binary/symbols/symbol_tables.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "binary/elf/elf_handle.h"
#include "support/compile.h"
#include "support/elf_oracle.h"

namespace uproar {
namespace {

SymbolTables read(const std::string& path) {
  SymbolTables tables;
  auto opened = open_elf(path);
  EXPECT_TRUE(opened) << path;
  if (!opened) return tables;
  auto done = read_symbol_tables(opened->elf.get(), path, opened->size, tables);
  EXPECT_TRUE(done.ok()) << done.error().message;
  return tables;
}

const ElfSymbol* named(const std::vector<ElfSymbol>& symbols, const std::string& name) {
  auto found = std::find_if(symbols.begin(), symbols.end(), [&](auto& each) { return each.name == name; });
  return found == symbols.end() ? nullptr : &*found;
}

TEST(SymbolTables, AgreeWithNm) {
  const std::string path = oracle::fixture("pie");
  const SymbolTables tables = read(path);
  for (const char* name : {"add_two", "add_alias", "local_helper", "counter", "main"}) {
    const ElfSymbol* symbol = named(tables.defined, name);
    ASSERT_NE(symbol, nullptr) << name;
    EXPECT_EQ(symbol->vaddr, oracle::address(path, name)) << name;
  }
  EXPECT_TRUE(named(tables.defined, "add_two")->is_function);
  EXPECT_TRUE(named(tables.defined, "add_two")->is_global);
  EXPECT_FALSE(named(tables.defined, "local_helper")->is_global);
  EXPECT_TRUE(named(tables.defined, "counter")->is_object);
  EXPECT_TRUE(named(tables.defined, "chosen")->is_ifunc);
  EXPECT_EQ(named(tables.defined, "per_thread"), nullptr);  // has an offset, no place
  EXPECT_NE(std::find(tables.imported.begin(), tables.imported.end(), "atoi"), tables.imported.end());
}

TEST(SymbolTables, AStrippedFileHasItsDynamicSymbols) {
  const SymbolTables tables = read(oracle::fixture("stripped"));
  ASSERT_NE(named(tables.defined, "add_two"), nullptr);
  EXPECT_TRUE(named(tables.defined, "add_two")->is_dynamic);
  EXPECT_EQ(named(tables.defined, "local_helper"), nullptr);
}

TEST(SymbolTables, LabelsOfAssemblyAreToldFromTheEndsOfSections) {
  Workshop shop;
  shop.put("l.s", ".text\n.globl entry\nentry: nop\ninner: ret\n.data\nvalue: .long 1\n");
  if (!shop.run("cc -c l.s -o l.o")) GTEST_SKIP() << "no assembler";
  const SymbolTables tables = read(shop.path("l.o"));
  ASSERT_NE(named(tables.defined, "entry"), nullptr);
  EXPECT_TRUE(named(tables.defined, "entry")->is_label);
  EXPECT_TRUE(named(tables.defined, "inner")->is_label);
  EXPECT_FALSE(named(tables.defined, "value")->is_label);
}

TEST(SymbolTables, ASectionTableBeyondTheFileIsDamage) {
  auto opened = open_elf(oracle::fixture("pie"));
  ASSERT_TRUE(opened);
  SymbolTables tables;
  auto done = read_symbol_tables(opened->elf.get(), "/bin/prog", 4096, tables);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("/bin/prog"), std::string::npos);
  EXPECT_NE(done.error().message.find("past the end of the file"), std::string::npos);
}

ElfSymbol symbol(const std::string& name, uint64_t vaddr, const std::string& version = {}) {
  ElfSymbol made;
  made.name = name;
  made.vaddr = vaddr;
  made.version = version;
  return made;
}

TEST(SymbolTables, WhatStandsInBothTablesStandsOnce) {
  std::vector<ElfSymbol> symbols = {symbol("b", 8), symbol("f", 4, "V1"), symbol("f", 4), symbol("a", 8),
                                    symbol("f", 4, "V2")};
  symbols[1].is_dynamic = true;
  symbols[2].is_function = true;
  symbols[2].size = 16;
  sort_and_join(symbols);
  std::vector<std::string> names;
  for (const ElfSymbol& each : symbols) names.push_back(each.name + each.version);
  EXPECT_EQ(names, (std::vector<std::string>{"fV1", "fV2", "a", "b"}));
  EXPECT_TRUE(symbols[0].is_dynamic);
  EXPECT_TRUE(symbols[0].is_function);
  EXPECT_EQ(symbols[0].size, 16u);
}

}  // namespace
}  // namespace uproar
