#include "resolve/places/candidate_names.h"

#include <gtest/gtest.h>

namespace uproar {
namespace {

using Names = std::vector<std::string>;

const std::vector<LoadSegment> kSegments = {{0, 0x400000, 0x10000, true, false}};

FunctionCandidate code(const std::string& name, uint64_t vaddr, const std::string& file = {}) {
  FunctionCandidate made;
  made.symbol.name = name;
  made.symbol.vaddr = vaddr;
  made.symbol.size = 16;
  made.group = vaddr;
  if (file.empty()) return made;
  made.source.emplace();
  made.source->file = file;
  return made;
}
FunctionCandidates of(std::vector<FunctionCandidate> all) {
  FunctionCandidates found;
  found.groups = all.size();
  found.code = std::move(all);
  return found;
}

TEST(CandidateNames, ByTheirFiles) {
  const auto found = of({code("helper", 0x401140, "/src/a.c"), code("helper", 0x401160, "/src/b.c")});
  EXPECT_EQ(names_to_choose_from(found, {{}, "helper"}, kSegments),
            (Names{"a.c:helper at 0x1140", "b.c:helper at 0x1160"}));
}

TEST(CandidateNames, InlinedCallsCountToo) {
  auto found = of({code("helper", 0x401140, "/src/a.c")});
  found.inlined.emplace_back().file = "/src/b.c";
  found.groups = 2;
  EXPECT_EQ(names_with_files(found, "helper"), (Names{"a.c:helper", "b.c:helper"}));
  EXPECT_EQ(names_to_choose_from(found, {{}, "helper"}, kSegments),
            (Names{"a.c:helper at 0x1140", "b.c:helper (inlined)"}));
}

TEST(CandidateNames, WithoutFilesByWhatDiffers) {
  // Whole names.
  EXPECT_EQ(names_to_choose_from(of({code("_Z4areai", 0x401000), code("_Z4areadi", 0x401020)}), {{}, "area"},
                                 kSegments),
            (Names{"area(int) at 0x1000", "area(double, int) at 0x1020"}));
  // Nothing but where they are and how long.
  EXPECT_EQ(names_to_choose_from(of({code("helper", 0x401000), code("helper", 0x401020)}), {{}, "helper"},
                                 kSegments),
            (Names{"0x1000 (16 bytes)", "0x1020 (16 bytes)"}));
}

TEST(CandidateNames, TheFileThatWasGivenTellsNothingMore) {
  const auto found = of({code("helper", 0x401140, "/src/a.c"), code("helper", 0x401160, "/src/a.c")});
  EXPECT_EQ(names_to_choose_from(found, {"a.c", "helper"}, kSegments),
            (Names{"0x1140 (16 bytes)", "0x1160 (16 bytes)"}));
}

}  // namespace
}  // namespace uproar
