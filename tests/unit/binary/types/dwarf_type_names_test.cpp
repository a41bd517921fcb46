// DwarfTypes: types as the language writes them.
#include <gtest/gtest.h>

#include <map>

#include "support/compile.h"
#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

// The types of the global variables of a program, by the variables' names.
std::map<std::string, std::string> types_in(const std::string& path) {
  std::map<std::string, std::string> found;
  auto file = ElfFile::open(path);
  EXPECT_TRUE(file.ok());
  auto dwarf = DwarfFile::open(**file, {});
  EXPECT_TRUE(dwarf.ok());
  DwarfUnits units(**dwarf);
  DwarfTypes types(units);
  for (const auto& unit : units.all()) {
    for (Dwarf_Die die : units.contents(*unit).variables)
      found[name_of(die)] = types.name(types.type_of(die));
  }
  return found;
}

TEST(DwarfTypeNames, AsCWritesThem) {
  Workshop shop;
  shop.put("t.c", R"(
struct Rec { int a; }; enum Color { Red }; union Both { int a; float b; }; typedef struct Rec Alias;
int number; const char* text; char* const fixed = 0; struct Rec rec; enum Color color; union Both both; Alias alias;
int list[4]; int grid[2][3]; int* pointers[2]; int (*row)[3]; volatile int seen; int (*call)(int, char); void* any;
int main(void) { return number + rec.a + color + both.a + alias.a + list[0] + grid[0][0] + seen; }
)");
  if (!shop.run("cc -g -O0 t.c -o prog")) GTEST_SKIP() << "no cc";
  auto types = types_in(shop.path("prog"));
  EXPECT_EQ(types["number"], "int");
  EXPECT_EQ(types["text"], "const char *");
  EXPECT_EQ(types["fixed"], "char *const");
  EXPECT_EQ(types["rec"], "struct Rec");
  EXPECT_EQ(types["color"], "enum Color");
  EXPECT_EQ(types["both"], "union Both");
  EXPECT_EQ(types["alias"], "Alias");
  EXPECT_EQ(types["list"], "int [4]");
  EXPECT_EQ(types["grid"], "int [2][3]");
  EXPECT_EQ(types["pointers"], "int *[2]");
  EXPECT_EQ(types["row"], "int (*)[3]");
  EXPECT_EQ(types["seen"], "volatile int");
  EXPECT_EQ(types["any"], "void *");
}

TEST(DwarfTypeNames, AsCxxWritesThem) {
  Workshop shop;
  shop.put("t.cc", R"(
namespace app { struct Rec { int a; }; enum class Color { Red }; template <typename T> struct Box { T held; }; }
app::Rec rec; app::Color color; app::Box<int> box; app::Rec* pointer; app::Rec& reference = rec; const app::Rec* fixed;
int main() { return rec.a + int(color) + box.held + (pointer != fixed) + reference.a; }
)");
  if (!shop.run("c++ -g -O0 t.cc -o prog")) GTEST_SKIP() << "no C++ compiler";
  auto types = types_in(shop.path("prog"));
  EXPECT_EQ(types["rec"], "app::Rec");
  EXPECT_EQ(types["color"], "app::Color");
  EXPECT_EQ(types["box"], "app::Box<int>");
  EXPECT_EQ(types["pointer"], "app::Rec *");
  EXPECT_EQ(types["reference"], "app::Rec &");
  EXPECT_EQ(types["fixed"], "const app::Rec *");
}

TEST(DwarfTypeNames, NothingIsVoid) {
  oracle::DwarfFixture fixture("o1");
  EXPECT_EQ(fixture.types.name(std::nullopt), "void");
}

}  // namespace
}  // namespace uproar
