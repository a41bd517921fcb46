#include "binary/symbols/demangle.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

std::string shown(const std::string& name, NameForm form) {
  std::string out = "left over";
  return demangle(name, form, out) ? out : "(" + out + ")";
}

TEST(Demangle, FormsOfACppFunction) {
  const std::string name = "_ZN3app4mostIiEET_S1_S1_";
  EXPECT_EQ(shown(name, NameForm::Name), "app::most<int>");
  EXPECT_EQ(shown(name, NameForm::Call), "app::most<int>(int, int)");
  EXPECT_EQ(shown(name, NameForm::Full), "int app::most<int>(int, int)");
}

TEST(Demangle, RustOfBothKinds) {
  EXPECT_EQ(shown("_ZN3app4area17h0123456789abcdefE", NameForm::Full), "app::area");
  EXPECT_EQ(shown("_ZN3app4area17h0123456789abcdefE", NameForm::Complete), "app::area::h0123456789abcdef");
  EXPECT_EQ(shown("_RNvCs1234_7mycrate3foo", NameForm::Name), "mycrate::foo");
}

TEST(Demangle, CompleteIsThatOfCxxfilt) {
  for (const char* name : {"_ZNSs6appendEPKc", "_ZNKSt6vectorIiSaIiEE4sizeEv", "_ZN12_GLOBAL__N_16helperEi",
                           "_ZZ4mainENKUliE_clEi", "_Z4areaii.constprop.0",
                           "_ZNSt7__cxx1112basic_stringIcSt11char_"
                           "traitsIcESaIcEE6appendEPKc",
                           "_ZN3app3BoxD0Ev", "_ZThn8_N1A1fEv"}) {
    auto lines = oracle::lines_of(std::string("c++filt ") + name);
    if (lines.empty()) GTEST_SKIP() << "no c++filt";
    EXPECT_EQ(shown(name, NameForm::Complete), lines[0]);
  }
}

TEST(Demangle, WhatIsNotMangledIsNothing) {
  for (const char* name : {"", "main", "_Z", "_R", "_Zzzzz", "_start", "main.(*T).Method", "_ZN"})
    EXPECT_EQ(shown(name, NameForm::Full), "()") << name;
  EXPECT_EQ(readable_name("main", NameForm::Full), "main");
}

// Each parameter is a pair of the one before: 2^28 letters out of 300.
TEST(Demangle, ExponentialNameIsGivenUp) {
  std::string name = "_Z1f1AIiE";
  std::string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string last = "S0_";
  for (int i = 1; i < 28; ++i) {
    name += "1PI" + last + last + "E";
    last = std::string("S") + digits[static_cast<size_t>(i)] + "_";
  }
  std::string out;
  demangle(name, NameForm::Full, out);
  EXPECT_LE(out.size(), kMaxDemangled);
  demangle("_Z" + std::string(200000, 'N'), NameForm::Full, out);
  demangle("_RN" + std::string(200000, 'B'), NameForm::Full, out);
}

}  // namespace
}  // namespace uproar
