#include "binary/usdt/usdt_notes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>

#include "support/elf_oracle.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

std::string usdt_fixture(const std::string& name) {
  return std::string(UPROAR_USDT_FIXTURES) + "/" + name;
}

struct Expected {
  std::string provider, name, arguments;
  uint64_t location = 0, base = 0, semaphore = 0;
};

// By readelf -n.
std::vector<Expected> notes_by_readelf(const std::string& path) {
  std::vector<Expected> notes;
  auto after = [](const std::string& line, const std::string& label) {
    size_t at = line.find(label);
    return at == std::string::npos ? std::string() : line.substr(at + label.size());
  };
  for (const std::string& line : oracle::lines_of("readelf -nW '" + path + "' 2>/dev/null")) {
    if (auto provider = after(line, "Provider: "); !provider.empty()) notes.push_back({provider, {}, {}});
    if (notes.empty()) continue;
    if (auto name = after(line, "    Name: "); !name.empty()) notes.back().name = name;
    if (auto arguments = after(line, "    Arguments: "); !arguments.empty())
      notes.back().arguments = arguments;
    if (auto location = after(line, "Location: "); !location.empty()) {
      notes.back().location = std::stoull(location, nullptr, 16);
      notes.back().base = std::stoull(after(line, "Base: "), nullptr, 16);
      notes.back().semaphore = std::stoull(after(line, "Semaphore: "), nullptr, 16);
    }
  }
  return notes;
}

UsdtProbes read(const std::string& path) {
  auto file = ElfFile::open(path);
  EXPECT_TRUE(file.ok()) << (file.ok() ? "" : file.error().message);
  if (!file.ok()) return {};
  auto probes = read_usdt_probes(**file);
  EXPECT_TRUE(probes.ok()) << (probes.ok() ? "" : probes.error().message);
  return probes.ok() ? std::move(*probes) : UsdtProbes();
}

void expect_what_readelf_says(const std::string& path) {
  auto expected = notes_by_readelf(path);
  auto found = read(path);
  EXPECT_EQ(found.damaged, 0u) << path;
  ASSERT_EQ(found.probes.size(), expected.size()) << path;
  for (size_t i = 0; i < expected.size(); ++i) {
    const UsdtProbe& probe = found.probes[i];
    EXPECT_EQ(probe.provider, expected[i].provider);
    EXPECT_EQ(probe.name, expected[i].name);
    EXPECT_EQ(probe.arguments, expected[i].arguments);
    EXPECT_EQ(probe.vaddr, expected[i].location);
    EXPECT_EQ(probe.semaphore_vaddr, expected[i].semaphore);
    EXPECT_EQ(probe.file_offset, oracle::offset_by_sections(path, probe.vaddr).value_or(0))
        << path << " " << probe.name;
    if (probe.semaphore_vaddr != 0) {
      EXPECT_EQ(probe.semaphore_offset, oracle::offset_by_sections(path, probe.semaphore_vaddr).value_or(0));
    } else {
      EXPECT_EQ(probe.semaphore_offset, 0u);
    }
  }
}

class FixtureNotes : public testing::TestWithParam<const char*> {};

TEST_P(FixtureNotes, AreWhatReadelfSays) {
  const std::string path = usdt_fixture(GetParam());
  if (::access(path.c_str(), R_OK) != 0) GTEST_SKIP() << "no compiler for " << GetParam() << " here";
  ASSERT_FALSE(notes_by_readelf(path).empty());
  expect_what_readelf_says(path);
}

INSTANTIATE_TEST_SUITE_P(UsdtNotes, FixtureNotes,
                         testing::Values("usdt", "usdt_nonpie", "usdt32", "usdt_arm64"),
                         [](const auto& test) { return std::string(test.param); });

TEST(UsdtNotes, OfTheSystemsOwnLibraries) {
  bool any = false;
  // Globs, since versions are in the names.
  for (const std::string& path :
       oracle::lines_of("ls /usr/lib/*/libstdc++.so.6 /usr/lib/jvm/*/lib/server/libjvm.so "
                        "/usr/lib/postgresql/*/bin/postgres "
                        "/usr/bin/python3.1? 2>/dev/null")) {
    if (notes_by_readelf(path).empty()) continue;
    if (oracle::lines_of("readelf -SW '" + path + "' | grep stapsdt.base").empty()) continue;
    // Only the count for what readelf's section table takes long to be asked for.
    auto expected = notes_by_readelf(path);
    if (expected.size() > 100) {
      EXPECT_EQ(read(path).probes.size(), expected.size()) << path;
    } else {
      expect_what_readelf_says(path);
    }
    any = true;
  }
  if (!any) GTEST_SKIP() << "no library with USDT probes is installed";
}

TEST(UsdtNotes, FileWithoutProbesHasNone) {
  auto found = read(oracle::fixture("pie"));
  EXPECT_TRUE(found.probes.empty());
  EXPECT_EQ(found.damaged, 0u);
}

// A copy of a fixture that can be changed, gone at the end.
class ChangedFile : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(usdt_fixture("usdt"), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    for (const std::string& line : oracle::lines_of("readelf -SW " + usdt_fixture("usdt"))) {
      size_t bracket = line.find(']');
      if (bracket == std::string::npos) continue;
      std::istringstream words(line.substr(bracket + 1));
      std::string section, type, address, offset, size;
      words >> section >> type >> address >> offset >> size;
      if (section != ".note.stapsdt") continue;
      notes_ = std::stoull(offset, nullptr, 16);
      notes_size_ = std::stoull(size, nullptr, 16);
    }
    ASSERT_NE(notes_, 0u);
  }

  UsdtProbes read_changed() { return read(folder_.put("changed", bytes_)); }
  void add_at(uint64_t offset, int64_t difference) {
    uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    if (value == 0) return;
    value += static_cast<uint64_t>(difference);
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }

  TemporaryFolder folder_;
  std::string bytes_;
  uint64_t notes_ = 0;
  uint64_t notes_size_ = 0;
};

TEST_F(ChangedFile, AddressesAreMovedAsFarAsTheBaseWas) {
  // As if the notes had been written before the file was moved by 0x5000.
  for (uint64_t at = notes_; at < notes_ + notes_size_;) {
    uint32_t size = 0;
    std::memcpy(&size, bytes_.data() + at + 4, sizeof size);
    for (int word = 0; word < 3; ++word) add_at(at + 20 + 8 * word, -0x5000);
    at += 20 + (size + 3) / 4 * 4;
  }
  auto moved = read_changed();
  auto original = read(usdt_fixture("usdt"));
  ASSERT_EQ(moved.probes.size(), original.probes.size());
  for (size_t i = 0; i < moved.probes.size(); ++i) {
    EXPECT_EQ(moved.probes[i].vaddr, original.probes[i].vaddr);
    EXPECT_EQ(moved.probes[i].file_offset, original.probes[i].file_offset);
    EXPECT_EQ(moved.probes[i].semaphore_offset, original.probes[i].semaphore_offset);
  }
}

TEST_F(ChangedFile, ProbeOutsideTheCodeIsLeftOut) {
  const size_t before = read(usdt_fixture("usdt")).probes.size();
  add_at(notes_ + 20, 0x100000);
  auto found = read_changed();
  EXPECT_EQ(found.probes.size(), before - 1);
  EXPECT_EQ(found.damaged, 1u);
}

TEST_F(ChangedFile, SemaphoreOutsideTheDataHasNoOffset) {
  auto probes = read(usdt_fixture("usdt")).probes;
  uint64_t at = notes_;
  while (std::string_view(bytes_).substr(at + 44, 8).find("item") == std::string_view::npos) {
    uint32_t size = 0;
    std::memcpy(&size, bytes_.data() + at + 4, sizeof size);
    at += 20 + (size + 3) / 4 * 4;
    ASSERT_LT(at, notes_ + notes_size_);
  }
  add_at(at + 36, 0x100000);
  auto found = read_changed().probes;
  auto item =
      std::find_if(found.begin(), found.end(), [](const UsdtProbe& probe) { return probe.name == "item"; });
  ASSERT_NE(item, found.end());
  EXPECT_NE(item->semaphore_vaddr, 0u);
  EXPECT_EQ(item->semaphore_offset, 0u);
}

TEST_F(ChangedFile, CutNotesKeepThoseBefore) {
  uint32_t huge = 0x7ffffff0;
  uint32_t first = 0;
  std::memcpy(&first, bytes_.data() + notes_ + 4, sizeof first);
  const uint64_t second = notes_ + 20 + (first + 3) / 4 * 4;
  std::memcpy(bytes_.data() + second + 4, &huge, sizeof huge);
  auto found = read_changed();
  EXPECT_EQ(found.probes.size(), 1u);
  EXPECT_EQ(found.damaged, 1u);
}

TEST_F(ChangedFile, WithoutSectionsItHasNoProbesOrThoseOfItsNoteSegments) {
  // e_shoff, e_shnum, e_shstrndx: the notes of sys/sdt.h are in no segment, so that none are found, and no
  // error.
  std::memset(bytes_.data() + 0x28, 0, 8);
  std::memset(bytes_.data() + 0x3c, 0, 4);
  EXPECT_TRUE(read_changed().probes.empty());

  // The first PT_NOTE made to hold them.
  uint64_t headers = 0;
  std::memcpy(&headers, bytes_.data() + 0x20, sizeof headers);
  for (int i = 0; i < 32; ++i) {
    char* header = bytes_.data() + headers + 56 * i;
    uint32_t type = 0;
    std::memcpy(&type, header, sizeof type);
    if (type != 4) continue;
    const uint64_t align = 4;
    std::memcpy(header + 8, &notes_, 8);
    std::memcpy(header + 32, &notes_size_, 8);
    std::memcpy(header + 48, &align, 8);
    break;
  }
  EXPECT_EQ(read_changed().probes.size(), read(usdt_fixture("usdt")).probes.size());
}

std::vector<uint8_t> note(const std::string& owner, uint32_t type, const std::string& description) {
  std::vector<uint8_t> bytes;
  auto number = [&](uint32_t value) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(value >> 8 * i));
  };
  auto text = [&](const std::string& each) {
    bytes.insert(bytes.end(), each.begin(), each.end());
    while (bytes.size() % 4 != 0) bytes.push_back(0);
  };
  number(static_cast<uint32_t>(owner.size() + 1));
  number(static_cast<uint32_t>(description.size()));
  number(type);
  text(owner + '\0');
  text(description);
  return bytes;
}

std::string words(const std::string& texts) {
  std::string description(24, '\0');
  description[0] = 0x10;
  return description + texts;
}

using namespace std::string_literals;

TEST(UsdtNotes, DescriptionsThatMakeNoSenseAreCounted) {
  for (const std::string& description :
       {""s, std::string(23, 'x'), words(""), words("app"), words("app\0name"s), words("app\0name\0"s),
        words("app\0name\0args without end"s), words("\0name\0\0"s), words("app\0\0\0"s)}) {
    size_t damaged = 0;
    EXPECT_TRUE(parse_usdt_notes(note("stapsdt", 3, description), true, false, damaged).empty());
    EXPECT_EQ(damaged, 1u);
  }
}

TEST(UsdtNotes, NotesOfOthersAreLeftAlone) {
  size_t damaged = 0;
  EXPECT_TRUE(parse_usdt_notes(note("GNU", 3, words("a\0b\0\0"s)), true, false, damaged).empty());
  EXPECT_TRUE(parse_usdt_notes(note("stapsdt", 2, words("a\0b\0\0"s)), true, false, damaged).empty());
  EXPECT_EQ(damaged, 0u);
  auto both = note("GNU", 3, "id");
  auto ours = note("stapsdt", 3,
                   words("a\0b\0"
                         "8@%rax\0"s));
  both.insert(both.end(), ours.begin(), ours.end());
  auto found = parse_usdt_notes(both, true, false, damaged);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].arguments, "8@%rax");
  EXPECT_EQ(found[0].pc, 0x10u);
}

TEST(UsdtNotes, LoneColonMeansNoArguments) {
  size_t damaged = 0;
  auto found = parse_usdt_notes(note("stapsdt", 3, words("a\0b\0:\0"s)), true, false, damaged);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].arguments, "");
}

TEST(UsdtNotes, BigEndianOf32Bits) {
  const std::vector<uint8_t> bytes = {0,    0,   0,   8,   0,    0,   0,   17, 0,   0,    0,    3, 's',
                                      't',  'a', 'p', 's', 'd',  't', 0,   0,  0,   0x12, 0x34, 0, 0,
                                      0x20, 0,   0,   0,   0x30, 0,   'a', 0,  'b', 0,    0};
  size_t damaged = 0;
  auto found = parse_usdt_notes(bytes, false, true, damaged);
  ASSERT_EQ(found.size(), 1u) << damaged;
  EXPECT_EQ(found[0].pc, 0x1234u);
  EXPECT_EQ(found[0].base, 0x2000u);
  EXPECT_EQ(found[0].semaphore, 0x3000u);
}

}  // namespace
}  // namespace uproar
