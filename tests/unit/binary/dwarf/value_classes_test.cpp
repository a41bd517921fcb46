#include "binary/dwarf/value_classes.h"

#include <gtest/gtest.h>

#include "support/compile.h"
#include "support/dwarf_fixture.h"

namespace uproar {
namespace {

// Each global is of the type that it is named after.
constexpr std::string_view kSource = R"(
struct Two { int a; double b; }; Two two;
struct Floats { float a, b, c; }; Floats floats;
struct Mixed { char a; float b; long c; }; Mixed mixed;
struct Big { long a[3]; }; Big big;
struct __attribute__((packed)) Across { char a; void* b; }; Across across;
struct __attribute__((packed)) AcrossEnum { char a; enum Long { One = 0x1fffffff } b; }; AcrossEnum across_enum;
struct Wide { long double a; }; Wide wide;
struct Bits { unsigned a : 3, b : 20; long c : 60; }; Bits bits;
struct Empty {}; Empty empty;
struct Counted { int v; Counted(const Counted& o) : v(o.v) {} Counted() : v(1) {} ~Counted() {} }; Counted counted;
typedef float Four __attribute__((vector_size(16))); Four four;
struct Beside { Four a; int b; }; Beside beside;
__int128 huge; _Complex double complex; int* pointer; char letter;
int main() { return two.a; }
)";

class ValueClassesTest : public testing::Test {
 protected:
  void SetUp() override {
    shop_.put("v.cc", kSource);
    if (!shop_.run("c++ -g -O0 -w v.cc -o prog")) GTEST_SKIP() << "no C++ compiler";
    auto opened = ElfFile::open(shop_.path("prog"));
    ASSERT_TRUE(opened.ok());
    elf_ = std::move(*opened);
    auto read = DwarfFile::open(*elf_, {});
    ASSERT_TRUE(read.ok());
    file_ = std::move(*read);
    units_ = std::make_unique<DwarfUnits>(*file_);
    types_ = std::make_unique<DwarfTypes>(*units_);
  }
  // "I V" of the two eightbytes, "&" in front: by reference.
  std::string of(const std::string& variable) {
    for (const auto& unit : units_->all()) {
      for (Dwarf_Die die : units_->contents(*unit).variables) {
        if (name_of(die) != variable) continue;
        const ValueClasses value = classes_of(*types_, types_->type_of(die));
        std::string text = value.by_reference ? "&" : "";
        for (ValueClass each : value.words) text += "-IVXM?"[static_cast<int>(each)];
        return text + (value.is_one_vector ? " one" : "");
      }
    }
    return "no such variable";
  }

  Workshop shop_;
  std::unique_ptr<ElfFile> elf_;
  std::unique_ptr<DwarfFile> file_;
  std::unique_ptr<DwarfUnits> units_;
  std::unique_ptr<DwarfTypes> types_;
};

TEST_F(ValueClassesTest, EightbyteByEightbyte) {
  EXPECT_EQ(of("letter"), "I-");
  EXPECT_EQ(of("pointer"), "I-");
  EXPECT_EQ(of("two"), "IV");
  EXPECT_EQ(of("floats"), "VV");
  EXPECT_EQ(of("mixed"), "II");  // a number beside a float in one word
  EXPECT_EQ(of("bits"), "II");
  EXPECT_EQ(of("huge"), "II");
  EXPECT_EQ(of("complex"), "VV");
  EXPECT_EQ(of("empty"), "--");
}

TEST_F(ValueClassesTest, WhatIsTooLargeOrLiesAcrossIsInMemory) {
  EXPECT_EQ(of("big"), "MM");
  EXPECT_EQ(of("across"), "MM");
  EXPECT_EQ(of("across_enum"), "MM");
  EXPECT_EQ(of("beside").substr(0, 2), "MM");
}

TEST_F(ValueClassesTest, VectorsAndTheX87AreRegistersOfTheirOwn) {
  EXPECT_EQ(of("four"), "VV one");
  EXPECT_EQ(of("wide"), "XX");
}

TEST_F(ValueClassesTest, AClassWithCopiesOfItsOwnIsPointedAt) {
  EXPECT_EQ(of("counted"), "&I-");
}

TEST_F(ValueClassesTest, WhatIsNotDescribedIsNotKnown) {
  EXPECT_TRUE(classes_of(*types_, std::nullopt).is(ValueClass::Unknown));
}

}  // namespace
}  // namespace uproar
