// Bounds and descriptors: arrays and texts as Fortran, Ada, Pascal, D, C++ and C have them, by the names and
// indices of their sources.
#include <ostream>

#include "program_test.h"

namespace uproar::live {
namespace {

class DescriptorsLive : public ProgramTest {
 protected:
  // Compiles a target as `line` does, $S and $O being its source and the program. False: it was skipped.
  bool compile(const std::string& compiler, const std::string& suffix, const std::string& line) {
    if (IsSkipped()) return false;
    if (!has_program(compiler)) {
      skipped_ = true;
      return false;
    }
    build(with(with(line, "$S", target_source("descriptors." + suffix)), "$O", file("descriptors")));
    return !HasFatalFailure();
  }
  std::string program() const { return file("descriptors"); }
  bool skipped_ = false;
};

TEST_F(DescriptorsLive, FortranPassesDescriptorsAndHiddenLengths) {
  for (const char* options : {"-O0", "-O1", "-O2 -gdwarf-4"}) {
    SCOPED_TRACE(options);
    if (!compile(
            "gfortran", "f90",
            std::string("gfortran -g -fno-inline -fno-ipa-sra -fno-ipa-cp ") + options + " -J. $S -o $O"))
      break;
    const std::string move = "$T:__shelves_MOD_move ";
    record_program(
        {"p:texts " + move + "p%x name=P%Name label texts arr second=arr[2]",
         "p:fixed " + move + "mat row=mat[2,1] low=lows[-1] odd=odd[3] back=back[2]",
         "p:moved " + move + "grid cell=grid(2,2) data=p%data[3] all=p%data",
         "p:none " + move + "beyond=p%data[5] before=p%data[1] far=arr[5]", "p:plain $T:plain_ blk"},
        {program()}, {"-q"});
    using Row = std::vector<int>;
    expect_seen(
        {{"texts",
          {{"x", 3},
           {"name", "or gin"},
           {"label", "label!"},
           {"texts", ""},
           {"arr", Row{10, 20, 30, 40}},
           {"second", 20}}},
         {"fixed", {{"mat", Row{1, 2, 3, 4, 5, 6}}, {"row", 2}, {"low", 5}, {"odd", 25}, {"back", 9}}},
         {"moved", {{"grid", Row{3, 4, 5, 6}}, {"cell", 6}, {"data", 8}, {"all", Row{7, 8, 9}}}},
         {"none", {{"beyond", nullptr}, {"before", nullptr}, {"far", nullptr}}},
         {"plain", {{"blk", 5}}}});
  }
  if (skipped_) GTEST_SKIP() << "gfortran is not installed";
}

TEST_F(DescriptorsLive, FortranSaysWhichElementsThereAre) {
  if (!compile("gfortran", "f90", "gfortran -g -O0 -J. $S -o $O")) {
    GTEST_SKIP() << "gfortran is not installed";
  }
  const std::string move = "p " + program() + ":__shelves_MOD_move ";
  EXPECT_NE(complaint(move + "x=mat[3,1]").find("has no element 3: it has [1] to [2]"), std::string::npos);
  EXPECT_NE(complaint(move + "x=lows[2]").find("has no element 2: it has [-1] to [1]"), std::string::npos);
  EXPECT_NE(complaint(move + "x=arr[0]").find("has no element 0"), std::string::npos);
  EXPECT_NE(complaint(move + "x=+8(arr[2])").find("only the running program knows"), std::string::npos);
}

TEST_F(DescriptorsLive, AdaPassesFatPointers) {
  for (const char* options : {"-O0", "-O1"}) {
    SCOPED_TRACE(options);
    if (!compile("gnatmake", "adb", std::string("gnatmake -f -q -g ") + options + " $S -o $O")) break;
    record_program({"p:work $T:'descriptors__work*' S V V(5) F F[3] M corner=M(2,0)",
                    "p:rest $T:'descriptors__work*' C B Sm P.Nm tail=P.F(7) Bc",
                    "p:text $T:'descriptors__text*' R.S Sa Number"},
                   {program()}, {"-q"});
    using Row = std::vector<int>;
    expect_seen(
        {{"work",
          {{"S", "abcde"},
           {"V", Row{41, 42, 43}},
           {"V_2", 42},
           {"F", Row{10, 20, 30, 40, 50}},
           {"F_2", 10},
           {"M", Row{1, 2, 3, 4, 5, 6}},
           {"corner", 4}}},
         {"rest", {{"C", 5}, {"B", 200}, {"Sm", 7}, {"Nm", "plain"}, {"tail", 50}, {"Bc", Row{11, 22, 33}}}},
         {"text", {{"S", "abcd"}, {"Sa", "accessed"}, {"Number", 12}}}});
  }
  if (skipped_) GTEST_SKIP() << "gnatmake is not installed";
}

TEST_F(DescriptorsLive, SlicesOfD) {
  if (!compile("ldc2", "d", "ldc2 -g $S -of=$O")) GTEST_SKIP() << "ldc2 is not installed";
  using Row = std::vector<int>;
  record_program(
      {"p:work $T:work s sl p.x p.name second=p.fix[1] cs asked=cs:string e=sl[1]", "p:wide $T:wide w d"},
      {program()}, {"-q"});
  expect_seen({{"work",
                {{"s", "hello"},
                 {"sl", Row{7, 8, 9}},
                 {"x", 5},
                 {"name", "inner"},
                 {"second", 2},
                 {"cs", "cons"},
                 {"asked", "cons"},
                 {"e", 8}}},
               {"wide", {{"w", "wide\u00e4"}, {"d", "dd\u20ac"}}}});
}

TEST_F(DescriptorsLive, VariableLengthArraysAndSpans) {
  if (!compile("g++", "cpp", "g++ -std=c++20 -O1 -g $S -o $O")) GTEST_SKIP() << "g++ is not installed";
  using Row = std::vector<int>;
  record_program({"p:sum $T:sum all all[1] few few[1] two[1]", "p:own $T:descriptors.cpp:16 own own[3]"},
                 {program()}, {"-q"});
  expect_seen(
      {{"own", {{"own", Row{0, 1, 4, 9, 16}}, {"own_2", 9}}},
       {"sum",
        {{"all", Row{61, 62, 63}}, {"all_2", 62}, {"few", Row{4, -5, 6}}, {"few_2", -5}, {"two", 9}}}});
}

}  // namespace
}  // namespace uproar::live
