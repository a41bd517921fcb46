#include "resolve/hazards/hazards.h"

#include <gtest/gtest.h>

#include "support/elf_oracle.h"

namespace uproar {
namespace {

class FakeFile : public ElfFile {
 public:
  FakeFile(std::vector<LoadSegment> segments, std::vector<ElfSection> sections)
      : segments_(std::move(segments)), sections_(std::move(sections)) {}
  const std::string& path() const override { return path_; }
  uint64_t size() const override { return 0x10000; }
  uint64_t device() const override { return 0; }
  uint64_t inode() const override { return 0; }
  uint16_t machine() const override { return 62; }
  bool is_64_bit() const override { return true; }
  std::string build_id() const override { return {}; }
  const std::vector<LoadSegment>& segments() const override { return segments_; }
  const std::vector<ElfSection>& sections() const override { return sections_; }
  Result<std::vector<uint8_t>> read(uint64_t, size_t) const override { return std::vector<uint8_t>{}; }
  Result<const std::vector<ElfSymbol>*> symbols() override { return &symbols_; }
  bool has_symtab() const override { return true; }
  const std::vector<std::string>& imported_names() override { return imported_; }

 private:
  std::string path_ = "/bin/fake";
  std::vector<LoadSegment> segments_;
  std::vector<ElfSection> sections_;
  std::vector<ElfSymbol> symbols_;
  std::vector<std::string> imported_;
};

const std::vector<LoadSegment> kSegments = {{0x1000, 0x1000, 0x1000, true, false},
                                            {0x3000, 0x4000, 0x100, false, true}};

ProbePlan plan() {
  ProbePlan plan;
  ProbeSite site;
  site.path = "/bin/fake";
  site.file_offset = 0x1000;
  site.symbol = "f";
  plan.sites.push_back(site);
  return plan;
}

Hazards hazards_of(const ProbePlan& plan, const std::vector<ElfSection>& sections = {}) {
  FakeFile file(kSegments, sections);
  FileCode code(file);
  return find_hazards({plan, code, {}, "6.18.0"});
}

TEST(Hazards, PlainProbeHasNone) {
  EXPECT_TRUE(hazards_of(plan()).empty());
}

TEST(Hazards, ReferenceCounterOutsideWritableDataIsTold) {
  ProbePlan probe = plan();
  probe.sites[0].ref_counter = 0x3010;
  EXPECT_TRUE(hazards_of(probe).empty());
  for (uint64_t bad : {0x1010u, 0x30ffu, 0x4010u}) {
    probe.sites[0].ref_counter = bad;
    EXPECT_EQ(hazards_of(probe).size(), 1u) << bad;
  }
}

FetchArgument argument(FetchOperation::Kind kind, int64_t number, ValueType type) {
  return {"value", {{kind, number, "di"}}, std::move(type)};
}

TEST(Hazards, PlainArgumentsHaveNone) {
  ProbePlan probe = plan();
  probe.argument_sets.front().push_back(argument(FetchOperation::Kind::Register, 0, {}));
  EXPECT_TRUE(hazards_of(probe).empty());
}

TEST(Hazards, FileOffsetOfDataIsNoDistance) {
  ProbePlan probe = plan();
  probe.definition = "p /bin/fake:f value=@+0x3010";
  probe.argument_sets.front() = {argument(FetchOperation::Kind::FileOffset, 0x3010, {})};
  auto hazards = hazards_of(probe);
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::FileOffsetMeaning);
  EXPECT_EQ(hazards[0].remedy, "for what stands at this offset of the file write @+0x4010");
  probe.argument_sets.front() = {argument(FetchOperation::Kind::FileOffset, 0x4010, {})};
  EXPECT_TRUE(hazards_of(probe).empty());
  // Of a symbol: made by the same rule, and .bss is in no file.
  probe.definition = "p /bin/fake:f value=@zeroed";
  probe.argument_sets.front() = {argument(FetchOperation::Kind::FileOffset, 0x3010, {})};
  EXPECT_TRUE(hazards_of(probe).empty());
}

TEST(Hazards, GoReturnsAreProbedAtTheirInstructionsOrNotAtAll) {
  ProbePlan probe = plan();
  probe.is_return = true;
  FakeFile file(kSegments, {{".gopclntab", 0x1800, 0x10, false}});
  FileCode code(file);
  auto hazards = find_hazards({probe, code, {}, "6.18.0"});
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].level, Hazard::Level::Refused);
  EXPECT_FALSE(hazards[0].overridable);
  HazardContext context{probe, code, {}, "6.18.0"};
  context.returns_by_exits = true;
  hazards = find_hazards(context);
  ASSERT_EQ(hazards.size(), 1u);
  EXPECT_EQ(hazards[0].kind, HazardKind::GoReturn);
  EXPECT_EQ(hazards[0].level, Hazard::Level::Note);
}

}  // namespace
}  // namespace uproar
