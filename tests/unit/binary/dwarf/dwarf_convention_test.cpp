// The conventions beside the code of real compilers, which moves each parameter from where it came.
#include "binary/dwarf/dwarf_convention.h"

#include <gtest/gtest.h>

#include "binary/dwarf/dwarf_scopes.h"
#include "binary/elf/elf_file.h"
#include "support/compile.h"

namespace uproar {
namespace {

constexpr std::string_view kSource = R"(
struct pair { int a; double b; };
struct floats { float a, b, c; };
struct mixed { char a; short b; float c; long d; };
struct big { long a[3]; };
struct bits { unsigned a : 3, b : 20; long c : 40; };
struct __attribute__((packed)) unaligned { char a; int b; };
struct wide { long double a; };
union either { int a; float b; };
typedef float v4 __attribute__((vector_size(16)));
typedef float v8 __attribute__((vector_size(32)));
#define KEEP __attribute__((noinline))
extern "C" {
KEEP int f1(struct pair a, int b) { return a.a + b; }
KEEP int f2(struct floats a, double b, int c) { return (int)(a.a + b) + c; }
KEEP int f3(struct mixed a, struct bits b, struct unaligned c, union either d) { return a.a + b.a + c.b + d.a; }
KEEP int f4(struct big a, int b, struct wide c, long double d, int e) { return a.a[0] + b + (int)c.a + (int)d + e; }
KEEP int f5(long a, long b, long c, long d, long e, __int128 f, long g, long h) { return a + b + c + d + e + (int)f + g + h; }
KEEP struct big f6(v4 a, _Complex double b, float c, bool d, char e) { struct big r = {{(long)a[0] + (long)c + d + e}}; return r; }
KEEP int f7(int a, v8 b, int c) { return a + c; }
}
struct Deep { int v; Deep(const Deep &o) : v(o.v) {} Deep() : v(1) {} ~Deep() { v = 0; } };
struct Empty {};
KEEP int f8(Deep a, int b, Empty c, int d, int &e, int Deep::*f, int (Deep::*g)(), decltype(nullptr) h, int i) { return a.v + b + d + e + i; }
int main() { return 0; }
)";

std::string shown(const Location& location) {
  std::string text;
  switch (location.kind) {
    case Location::Kind::Register:
      return "r" + std::to_string(location.dwarf_register);
    case Location::Kind::Memory:
      text = "[r" + std::to_string(location.at.dwarf_register) + "]";
      for (int64_t each : location.at.reads) text += "+" + std::to_string(each);
      return text + "+" + std::to_string(location.at.addend);
    case Location::Kind::Pieces:
      for (const LocationPiece& each : location.pieces)
        text += (text.empty() ? "" : ",") + shown(each.location) + "/" + std::to_string(each.size);
      return text;
    default:
      return "-";
  }
}

class DwarfConvention : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("ways.cc", kSource);
    if (!shop_.run("g++ -g -gdwarf-5 -O0 -w -o program ways.cc")) GTEST_SKIP() << "no g++";
    auto opened = ElfFile::open(shop_.path("program"));
    ASSERT_TRUE(opened.ok());
    elf_ = std::move(*opened);
    auto read = DwarfFile::open(*elf_, {});
    ASSERT_TRUE(read.ok());
    file_ = std::move(*read);
    units_ = std::make_unique<DwarfUnits>(*file_);
    types_ = std::make_unique<DwarfTypes>(*units_);
  }

  std::string ways(const std::string& name, CallingConvention convention = CallingConvention::SystemV) {
    for (const auto& unit : units_->all()) {
      for (Dwarf_Die function : units_->contents(*unit).functions) {
        if (name_of(function) != name) continue;
        std::string text;
        for (const PassedParameter& each : passed_parameters(function, convention, *types_))
          text += (text.empty() ? "" : " ") + shown(each.location);
        return text;
      }
    }
    return "no such function";
  }

  Workshop shop_;
  std::unique_ptr<ElfFile> elf_;
  std::unique_ptr<DwarfFile> file_;
  std::unique_ptr<DwarfUnits> units_;
  std::unique_ptr<DwarfTypes> types_;
};

TEST_F(DwarfConvention, StructsTravelByTheClassesOfTheirWords) {
  EXPECT_EQ(ways("f1"), "r5/8,r17/8 r4");
  EXPECT_EQ(ways("f2"), "r17/8,r18/4 r19 r5");
  EXPECT_EQ(ways("f3"), "r5/8,r4/8 r1 [r7]+8 r2");
}

TEST_F(DwarfConvention, WhatIsLargeOrUnalignedIsOnTheStack) {
  EXPECT_EQ(ways("f4"), "[r7]+8 r5 [r7]+40 [r7]+56 r4");
  // The number of 16 bytes needs two registers, and what follows takes the one that is left.
  EXPECT_EQ(ways("f5"), "r5 r4 r1 r2 r8 [r7]+8 r9 [r7]+24");
}

TEST_F(DwarfConvention, AResultInMemoryTakesTheFirstRegister) {
  EXPECT_EQ(ways("f6"), "r17 r18/8,r19/8 r20 r4 r1");
}

TEST_F(DwarfConvention, VectorsOfThirtyTwoBytesDependOnTheProcessor) {
  EXPECT_EQ(ways("f7"), "r5 - -");
}

TEST_F(DwarfConvention, ClassesWithAConstructorAreReferredTo) {
  EXPECT_EQ(ways("f8"), "[r5]+0 r4 - r1 r2 r8 [r7]+8 r9 [r7]+24");
}

TEST_F(DwarfConvention, WindowsCountsPositions) {
  EXPECT_EQ(ways("f2", CallingConvention::Windows), "[r2]+0 r18 r8");
  EXPECT_EQ(ways("f5", CallingConvention::Windows), "r2 r1 r8 r9 [r7]+40 [r7]+48+0 [r7]+56 [r7]+64");
}

}  // namespace
}  // namespace uproar
