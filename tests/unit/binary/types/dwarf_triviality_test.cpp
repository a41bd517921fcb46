#include "binary/types/dwarf_triviality.h"

#include <gtest/gtest.h>

#include <map>

#include "support/compile.h"
#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

// What the compiler itself says (__is_trivially_copyable is not quite it) is in the names.
constexpr std::string_view kSource = R"(
struct Plain { int a; };
struct WithMethod { int a; int get() const { return a; } };
struct OwnCopy { int a; OwnCopy() {} OwnCopy(const OwnCopy& o) : a(o.a) {} };
struct OwnMove { int a; OwnMove() {} OwnMove(OwnMove&& o) : a(o.a) {} };
struct OwnEnd { int a; ~OwnEnd() { a = 0; } };
struct Virtual { int a; virtual int get() { return a; } };
struct Defaulted { int a; Defaulted() = default; Defaulted(const Defaulted&) = default; ~Defaulted() = default; };
struct MoveOnly { int a; MoveOnly() {} MoveOnly(const MoveOnly&) = delete; MoveOnly(MoveOnly&&) = default; };
struct Fixed { int a; Fixed() {} Fixed(const Fixed&) = delete; Fixed(Fixed&&) = delete; };
struct Assigned { int a; Assigned& operator=(const Assigned& o) { a = o.a; return *this; } };
struct Tagged { int a; Tagged() {} Tagged(const Tagged& o, int) : a(o.a) {} };
struct Inherits : OwnCopy { int b; };
struct Holds { int b; OwnEnd inner[2]; };
struct Shares { int b; static OwnEnd shared; };
template <typename T> struct Box { T held; Box() {} Box(const Box& o) : held(o.held) {} };
Plain plain; WithMethod with_method; OwnCopy own_copy; OwnMove own_move; OwnEnd own_end; Virtual virtually; Defaulted defaulted;
MoveOnly move_only; Fixed fixed; Assigned assigned; Tagged tagged; Inherits inherits; Holds holds; Shares shares; Box<int> box;
OwnEnd many[3]; int number;
int main() { return plain.a + shares.b; }
)";

class DwarfTriviality : public testing::TestWithParam<const char*> {};

TEST_P(DwarfTriviality, IsThatOfTheLanguage) {
  Workshop shop;
  shop.put("t.cc", kSource);
  if (!shop.run(std::string(GetParam()) + " -std=c++17 -g -O0 -w t.cc -o prog"))
    GTEST_SKIP() << GetParam() << " is not installed";
  auto file = ElfFile::open(shop.path("prog"));
  ASSERT_TRUE(file.ok());
  auto dwarf = DwarfFile::open(**file, {});
  ASSERT_TRUE(dwarf.ok());
  DwarfUnits units(**dwarf);
  DwarfTypes types(units);
  std::map<std::string, std::optional<bool>> found;
  for (const auto& unit : units.all()) {
    for (Dwarf_Die die : units.contents(*unit).variables) {
      auto type = types.complete(types.type_of(die));
      if (type) found[name_of(die)] = is_trivial_for_calls(types, *type);
    }
  }
  for (const char* name :
       {"plain", "with_method", "defaulted", "move_only", "assigned", "tagged", "shares", "number"})
    EXPECT_EQ(found[name], true) << name;
  for (const char* name :
       {"own_copy", "own_move", "own_end", "virtually", "fixed", "inherits", "holds", "box", "many"})
    EXPECT_EQ(found[name], false) << name;
}

INSTANTIATE_TEST_SUITE_P(Compilers, DwarfTriviality, testing::Values("g++", "g++ -gdwarf-4", "clang++"));

}  // namespace
}  // namespace uproar
