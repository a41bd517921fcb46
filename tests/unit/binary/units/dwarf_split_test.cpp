#include "binary/units/dwarf_split.h"

#include <gtest/gtest.h>

#include "binary/dwarf/debug_info.h"
#include "support/compile.h"

namespace uproar {
namespace {

constexpr const char* kTypes = R"(
struct Text { const char *text; long size; };
struct Base { int b0; unsigned bf : 3; };
struct Item : Base { char tag[8]; const char *name; int arr[4]; };
extern Item gitem;
int one(Item *it, int n, Text s);
)";
constexpr const char* kOne = R"(
#include "t.h"
static int counter = 41;
inline int inl(Item *p, int z) { asm volatile("" :: "r"(z) : "memory"); return p->b0 + z; }
__attribute__((noinline)) int one(Item *it, int n, Text s) {
  asm volatile("" ::: "memory");
  int local = n * 3;
  asm volatile("" :: "r"(local) : "memory");
  counter++;
  return it->b0 + local + s.size + inl(it, 17);
}
)";
constexpr const char* kTwo = R"(
#include "t.h"
Item gitem;
namespace { int hidden = 77; }
__attribute__((noinline)) int two(Item *it, long n) { asm volatile("" ::: "memory"); return it->arr[2] + n + hidden++; }
int main() { return one(&gitem, -4, Text{"str", 3}) + two(&gitem, 8); }
)";

struct Build {
  const char* compiler;
  const char* options;
  const char* packager;  // that makes a.dwp, after which the .dwo files go; empty: they stay
};

class DwarfSplit : public testing::Test {
 protected:
  void SetUp() override {
    shop.put("t.h", kTypes);
    shop.put("one.cc", kOne);
    shop.put("two.cc", kTwo);
  }
  bool make(const Build& build) {
    std::string command = std::string("rm -f *.dwo *.dwp a; ") + build.compiler + " " + build.options +
                          " -o a one.cc two.cc -lstdc++";
    const std::string packager = build.packager;
    if (!packager.empty()) command += " && " + packager + " && rm -f *.dwo";
    return shop.run(command);
  }
  void open() {
    info.reset();
    file = std::move(*ElfFile::open(shop.path("a")));
    auto opened = DebugInfo::open(*file, {});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    info = std::move(*opened);
  }
  // What the type of `it->b0`, the name of the type of s, a static and a global are at the entry.
  std::string told() {
    auto at = info->instances("one");
    if (!at.ok() || at->empty()) return "no function";
    const CodePoint point{at->front().entry, "one"};
    std::string text = at->front().file.substr(at->front().file.rfind('/') + 1);
    VariableFault fault;
    VariableStepRequest step;
    step.kind = VariableStepRequest::Kind::Arrow;
    step.field = "b0";
    auto field = info->find_value(point, "it", {step}, fault);
    text += " " + (field.ok() ? field->shape.name : field.error().message);
    step.kind = VariableStepRequest::Kind::Dot;
    step.field = "text";
    auto text_value = info->find_value(point, "s", {step}, fault);
    text += text_value.ok() && text_value->shape.kind == ValueShape::Kind::CString ? " text" : " no-text";
    for (const char* name : {"counter", "gitem", "hidden"}) {
      auto found = info->find_value(point, name, {}, fault);
      text += found.ok() && found->place.base_is_static
                  ? " static"
                  : " " + (found.ok() ? found->place.why : found.error().message);
    }
    auto calls = info->instances("inl");
    text += calls.ok() && !calls->empty() && calls->front().is_inlined ? " inlined" : " lost";
    return text;
  }

  Workshop shop;
  std::unique_ptr<ElfFile> file;
  std::unique_ptr<DebugInfo> info;
};

TEST_F(DwarfSplit, EveryFormTellsTheSame) {
  const Build builds[] = {
      {"g++", "-O1 -gdwarf-5 -gsplit-dwarf", ""},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf", ""},
      {"g++", "-O1 -gdwarf-5 -gsplit-dwarf -fdebug-types-section", ""},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf -fdebug-types-section", ""},
      {"g++", "-O1 -gdwarf-5 -gsplit-dwarf -gz", ""},
      {"g++", "-O1 -gdwarf-5 -gsplit-dwarf -ffunction-sections", ""},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf -ffunction-sections", ""},
      {"clang++", "-O1 -gdwarf-5 -gsplit-dwarf -fstandalone-debug", ""},
      {"clang++", "-O1 -gdwarf-4 -gsplit-dwarf -fstandalone-debug", ""},
      {"clang++", "-O1 -gdwarf-4 -gsplit-dwarf -fstandalone-debug -fsplit-dwarf-inlining", ""},
      {"clang++", "-O1 -gdwarf-5 -gsplit-dwarf -fstandalone-debug -fsplit-dwarf-inlining -ffunction-sections",
       ""},
      {"clang++", "-O1 -gdwarf-5 -gsplit-dwarf -fstandalone-debug -fdebug-types-section", ""},
      {"clang++", "-O1 -gdwarf-4 -gsplit-dwarf -fstandalone-debug -fdebug-types-section", ""},
      {"g++", "-O1 -gdwarf-5 -gsplit-dwarf", "llvm-dwp-14 -e a -o a.dwp"},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf", "llvm-dwp-14 -e a -o a.dwp"},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf", "dwp -e a -o a.dwp"},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf -fdebug-types-section", "dwp -e a -o a.dwp"},
      {"g++", "-O1 -gdwarf-4 -gsplit-dwarf -fdebug-types-section", "llvm-dwp-14 -e a -o a.dwp"},
      {"clang++", "-O1 -gdwarf-5 -gsplit-dwarf -fstandalone-debug", "llvm-dwp-14 -e a -o a.dwp"},
      {"clang++", "-O1 -gdwarf-5 -gsplit-dwarf -fstandalone-debug -fdebug-types-section",
       "llvm-dwp-14 -e a -o a.dwp"},
      {"clang++", "-O1 -gdwarf-4 -gsplit-dwarf -fstandalone-debug", "llvm-dwp-14 -e a -o a.dwp"},
  };
  for (const Build& build : builds) {
    const std::string packager = build.packager;
    if (!Workshop::has(build.compiler)) continue;
    if (!packager.empty() && !Workshop::has(packager.substr(0, packager.find(' ')))) continue;
    SCOPED_TRACE(std::string(build.compiler) + " " + build.options + ", " + packager);
    if (!make(build)) {
      ADD_FAILURE() << "could not be built";
      continue;
    }
    open();
    if (info) {
      EXPECT_EQ(told(), "one.cc int text static static static inlined");
    }
  }
}

TEST_F(DwarfSplit, WhatIsMissingIsToldWithWhereItWasLookedFor) {
  ASSERT_TRUE(make({"g++", "-O1 -gdwarf-5 -gsplit-dwarf", ""}));
  ASSERT_TRUE(shop.run("rm -f *.dwo"));
  open();
  VariableFault fault;
  uint64_t entry = 0;
  for (const ElfSymbol& each : **file->symbols()) {
    if (each.name.starts_with("_Z3oneP4Item")) entry = each.vaddr;
  }
  auto found = info->find_value({entry, "one"}, "it", {}, fault);
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("-one.dwo"), std::string::npos) << found.error().message;
  EXPECT_NE(found.error().message.find(shop.path("a.dwp")), std::string::npos) << found.error().message;
}

TEST_F(DwarfSplit, AFileOfAnotherBuildIsToldAsSuch) {
  ASSERT_TRUE(make({"g++", "-O1 -gdwarf-5 -gsplit-dwarf", ""}));
  ASSERT_TRUE(
      shop.run("for f in *one.dwo; do g++ -O1 -gdwarf-5 -gsplit-dwarf -c two.cc -o "
               "x.o && cp x.dwo $f; done"));
  open();
  VariableFault fault;
  uint64_t entry = 0;
  for (const ElfSymbol& each : **file->symbols()) {
    if (each.name.starts_with("_Z3oneP4Item")) entry = each.vaddr;
  }
  auto found = info->find_value({entry, "one"}, "it", {}, fault);
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message.find("is of another build"), std::string::npos) << found.error().message;
}

}  // namespace
}  // namespace uproar
