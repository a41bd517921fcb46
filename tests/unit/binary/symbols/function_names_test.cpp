#include "binary/symbols/function_names.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

NameMatch match(const std::string& wanted, const std::string& symbol) {
  return WantedName(wanted).match(symbol);
}

TEST(FunctionNames, CppNameAsPeopleWriteIt) {
  const std::string area = "_ZN3app4areaEdi";
  EXPECT_EQ(match(area, area), NameMatch::Raw);
  EXPECT_EQ(match("app::area(double, int)", area), NameMatch::Full);
  EXPECT_EQ(match("app::area(double,int)", area), NameMatch::Full);
  EXPECT_EQ(match("app::area", area), NameMatch::Name);
  EXPECT_EQ(match("area", area), NameMatch::Scoped);
  EXPECT_EQ(match("area(double, int)", area), NameMatch::Scoped);
  EXPECT_EQ(match("area(int)", area), NameMatch::None);
  EXPECT_EQ(match("rea", area), NameMatch::None);
  EXPECT_EQ(match("p::area", area), NameMatch::None);
}

TEST(FunctionNames, AnonymousNamespaceAndTemplates) {
  EXPECT_EQ(match("(anonymous namespace)::helper(int)", "_ZN12_GLOBAL__N_16helperEi"), NameMatch::Full);
  EXPECT_EQ(match("(anonymous namespace)::helper", "_ZN12_GLOBAL__N_16helperEi"), NameMatch::Name);
  EXPECT_EQ(match("helper", "_ZN12_GLOBAL__N_16helperEi"), NameMatch::Unspelled);
  const std::string most = "_ZN3app4mostIiEET_S1_S1_";
  EXPECT_EQ(match("int app::most<int>(int, int)", most), NameMatch::Full);
  EXPECT_EQ(match("app::most<int>(int, int)", most), NameMatch::Full);
  EXPECT_EQ(match("app::most<int>", most), NameMatch::Name);
  EXPECT_EQ(match("app::most", most), NameMatch::Name);
  EXPECT_EQ(match("app::most(int, int)", most), NameMatch::Name);
  EXPECT_EQ(match("most", most), NameMatch::Scoped);
  EXPECT_EQ(match("std::vector<int, std::allocator<int> >::size", "_ZNKSt6vectorIiSaIiEE4sizeEv"),
            NameMatch::Name);
  EXPECT_EQ(match("std::vector::size() const", "_ZNKSt6vectorIiSaIiEE4sizeEv"), NameMatch::None);
  EXPECT_EQ(match("std::vector::size()", "_ZNKSt6vectorIiSaIiEE4sizeEv"), NameMatch::Name);
}

TEST(FunctionNames, MembersOfEveryKind) {
  EXPECT_EQ(match("app::Box::Box", "_ZN3app3BoxC1Ei"), NameMatch::Name);
  EXPECT_EQ(match("app::Box::~Box()", "_ZN3app3BoxD2Ev"), NameMatch::Full);
  EXPECT_EQ(match("~Box", "_ZN3app3BoxD2Ev"), NameMatch::Scoped);
  EXPECT_EQ(match("app::Box::get() const", "_ZNK3app3Box3getEv"), NameMatch::Full);
  EXPECT_EQ(match("app::Box::get()", "_ZNK3app3Box3getEv"), NameMatch::Name);
  EXPECT_EQ(match("app::Box::operator<", "_ZNK3app3BoxltERKS0_"), NameMatch::Name);
  EXPECT_EQ(match("operator<", "_ZNK3app3BoxltERKS0_"), NameMatch::Scoped);
  EXPECT_EQ(match("app::Box::operator()(int)", "_ZN3app3BoxclEi"), NameMatch::Full);
  EXPECT_EQ(match("app::Box::operator()", "_ZN3app3BoxclEi"), NameMatch::Name);
  EXPECT_EQ(match("app::Box::operator bool", "_ZNK3app3BoxcvbEv"), NameMatch::Name);
  EXPECT_EQ(match("operator new(unsigned long)", "_Znwm"), NameMatch::Full);
  EXPECT_EQ(match("std::basic_string::basic_string", "_ZNSsC1Ev"), NameMatch::Name);
  EXPECT_EQ(match("main::{lambda(int)#1}::operator()(int) const", "_ZZ4mainENKUliE_clEi"), NameMatch::Full);
}

TEST(FunctionNames, StringsOfTheStandardLibraryByTheirShortNames) {
  const std::string mangled = "_ZN3app4areaERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
  EXPECT_EQ(WantedName("app::area(std::string const&)").match(mangled), NameMatch::Full);
  EXPECT_EQ(WantedName("area(std::string const&)").match(mangled), NameMatch::Scoped);
  EXPECT_EQ(WantedName("f(std::string_view)").match("_Z1fSt17basic_string_viewIcSt11char_traitsIcEE"),
            NameMatch::Full);
  EXPECT_EQ(WantedName("f(std::string)").match("_Z1fSt17basic_string_viewIcSt11char_traitsIcEE"),
            NameMatch::None);
}

TEST(FunctionNames, ConstInFrontOfItsType) {
  const std::string size = "_ZN3app4sizeERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";
  EXPECT_EQ(match("app::size(const std::string&)", size), NameMatch::Full);
  EXPECT_EQ(match("size(const std::string &)", size), NameMatch::Scoped);
  EXPECT_EQ(match("app::size(std::string&)", size), NameMatch::None);
  EXPECT_EQ(match("put(const char*, char const*)", "_Z3putPKcS0_"), NameMatch::Full);
  EXPECT_EQ(match("put(char*, const char*)", "_Z3putPKcS0_"), NameMatch::None);
  EXPECT_EQ(match("app::Box::has(const app::Box*) const", "_ZNK3app3Box3hasEPKS0_"), NameMatch::Full);
  EXPECT_EQ(match("app::Box::has(const app::Box*)", "_ZNK3app3Box3hasEPKS0_"), NameMatch::Name);
  EXPECT_EQ(match("sum(const Pair<const long, int>&)", "_Z3sumRK4PairIKliE"), NameMatch::Full);
}

TEST(FunctionNames, TablesAndThunksAreNotTheFunction) {
  EXPECT_EQ(match("A::f", "_ZThn8_N1A1fEv"), NameMatch::None);
  EXPECT_EQ(match("f", "_ZThn8_N1A1fEv"), NameMatch::None);
  EXPECT_EQ(match("non-virtual thunk to A::f()", "_ZThn8_N1A1fEv"), NameMatch::Full);
  EXPECT_EQ(match("non-virtual thunk to A::f", "_ZThn8_N1A1fEv"), NameMatch::Name);
}

TEST(FunctionNames, Rust) {
  const std::string legacy = "_ZN3app4area17h0123456789abcdefE";
  EXPECT_EQ(match("app::area", legacy), NameMatch::Name);
  EXPECT_EQ(match("area", legacy), NameMatch::Scoped);
  EXPECT_EQ(match("app::area::h0123456789abcdef", legacy), NameMatch::Full);
  EXPECT_EQ(match("mycrate::foo", "_RNvCs1234_7mycrate3foo"), NameMatch::Name);
}

TEST(FunctionNames, GoAndItsDots) {
  EXPECT_EQ(match("main.work", "main.work"), NameMatch::Raw);
  EXPECT_EQ(match("work", "main.work"), NameMatch::Scoped);
  EXPECT_EQ(match("(*T).Method", "main.(*T).Method"), NameMatch::Scoped);
  EXPECT_EQ(match("main", "main.work"), NameMatch::None);
  EXPECT_EQ(match("foo.Do", "example.com/foo.Do"), NameMatch::Scoped);
}

TEST(FunctionNames, GoWithoutTypeArguments) {
  EXPECT_EQ(match("main.Max[go.shape.int_0]", "main.Max[go.shape.int_0]"), NameMatch::Raw);
  EXPECT_EQ(match("main.Max", "main.Max[go.shape.int_0]"), NameMatch::Name);
  EXPECT_EQ(match("main.Max[...]", "main.Max[go.shape.int_0]"), NameMatch::Name);
  EXPECT_EQ(match("main.Max", "main.Max[...]"), NameMatch::Name);
  EXPECT_EQ(match("Max", "main.Max[go.shape.int_0]"), NameMatch::Scoped);
  EXPECT_EQ(match("main.(*Stack).Push", "main.(*Stack[go.shape.map[string]int_0]).Push"), NameMatch::Name);
  EXPECT_EQ(match("main.(*Stack[...]).Push", "main.(*Stack[go.shape.int_0]).Push"), NameMatch::Name);
  EXPECT_EQ(match("(*Stack).Push", "main.(*Stack[go.shape.int_0]).Push"), NameMatch::Scoped);
  EXPECT_EQ(match("main.Max[go.shape.string_0]", "main.Max[go.shape.int_0]"), NameMatch::None);
  EXPECT_EQ(match("main.Ma", "main.Max[go.shape.int_0]"), NameMatch::None);
  EXPECT_EQ(match("type..eq.string", "type..eq.[2]string"), NameMatch::None);
  EXPECT_EQ(match("[...]", "main.Max[go.shape.int_0]"), NameMatch::None);
}

TEST(FunctionNames, SuffixesOfTheCompiler) {
  EXPECT_EQ(match("f", "f.constprop.0"), NameMatch::Clone);
  EXPECT_EQ(match("f.constprop.0", "f.constprop.0"), NameMatch::Raw);
  EXPECT_EQ(match("f", "f.cold"), NameMatch::None);
  EXPECT_EQ(match("f", "f.part.0.cold"), NameMatch::None);
  EXPECT_EQ(match("f.cold", "f.cold"), NameMatch::Raw);
  EXPECT_EQ(match("app::area", "_ZN3app4areaEi.isra.0"), NameMatch::Clone);
  EXPECT_EQ(match("area", "_ZN3app4areaEi.isra.0"), NameMatch::ScopedClone);
  EXPECT_EQ(match("app::area(int) [clone .isra.0]", "_ZN3app4areaEi.isra.0"), NameMatch::Full);
}

TEST(FunctionNames, ScopesThatTheSourceNeedNotWrite) {
  EXPECT_EQ(match("n::hid", "_ZN1n12_GLOBAL__N_13hidEi"), NameMatch::Unspelled);
  EXPECT_EQ(match("n::H::m", "_ZN1n12_GLOBAL__N_11H1mEi"), NameMatch::Unspelled);
  EXPECT_EQ(match("n::inl", "_ZN1n2v13inlEi"), NameMatch::Unspelled);
  EXPECT_EQ(match("n::v1::inl", "_ZN1n2v13inlEi"), NameMatch::Name);
  EXPECT_EQ(match("n::inl", "_ZN1n3bar3inlEi"), NameMatch::None);  // only debug information knows
}

TEST(FunctionNames, LegacyNamesOfRustWithTypes) {
  const std::string drop = "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE";
  EXPECT_EQ(match("core::ptr::drop_in_place<alloc::string::String>", drop), NameMatch::Name);
  EXPECT_EQ(match("core::ptr::drop_in_place", drop), NameMatch::Name);
  EXPECT_EQ(match("drop_in_place", drop), NameMatch::Scoped);
}

}  // namespace
}  // namespace uproar
