// Files that were made to keep a reader busy: each would take hours, gigabytes or the whole stack if it were
// believed. A length or a text that goes beyond its section shows with the address sanitizer.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "binary/dwarf/debug_info.h"
#include "binary/elf/elf_file.h"
#include "support/compile.h"

namespace uproar {
namespace {

struct Opened {
  explicit Opened(const std::string& path) {
    auto read = ElfFile::open(path);
    if (!read.ok()) return;
    file = std::move(*read);
    auto found = DebugInfo::open(*file, {});
    if (found.ok()) info = std::move(*found);
  }
  uint64_t address_of(const std::string& name) const {
    auto symbols = file->symbols();
    for (const ElfSymbol& symbol : **symbols) {
      if (symbol.name == name) return symbol.vaddr;
    }
    return 0;
  }
  std::unique_ptr<ElfFile> file;
  std::unique_ptr<DebugInfo> info;
};

// DWARF 4 by hand, up to the contents of its unit.
constexpr const char* kAssembly = R"(
  .text
  .globl main, helper
main: nop
helper: nop
  nop
behind:
  .section .debug_abbrev, "", @progbits
  .uleb128 1, 0x11
  .byte 1
  .uleb128 0x11, 0x01, 0x12, 0x07, 0, 0           # unit: low_pc, high_pc (data8)
  .uleb128 2, 0x2e
  .byte 1
  .uleb128 0x03, 0x08, 0x11, 0x01, 0x12, 0x07, 0x40, 0x18, 0, 0  # function: name, low_pc, high_pc, frame_base
  .uleb128 3, 0x39
  .byte 1
  .uleb128 0x01, 0x13, 0, 0                       # namespace: sibling
  .uleb128 4, 0x0b
  .byte 1
  .uleb128 0x01, 0x13, 0, 0                       # block: sibling
  .uleb128 5, 0x34
  .byte 0
  .uleb128 0x03, 0x08, 0x02, 0x18, 0, 0           # variable: name, location
  .byte 0
  .section .debug_info, "", @progbits
unit: .4byte end - start
start: .2byte 4
  .4byte .debug_abbrev
  .byte 8
  .uleb128 1
  .8byte main, behind - main
  .macro circle abbreviation
  .rept 60
  .uleb128 \abbreviation
  .4byte . + 4 - unit
  .endr
  .endm
)";

constexpr const char* kFunction = R"(
  .uleb128 2
  .asciz "helper"
  .8byte helper, behind - helper
)";

constexpr const char* kFrameBase = ".uleb128 1\n.byte 0x9c";  // the canonical frame address

class HostileDwarf : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Workshop::has("gcc")) GTEST_SKIP() << "gcc is not installed";
  }
  std::string make(std::initializer_list<const char*> entries) {
    std::string text = kAssembly;
    for (const char* each : entries) text.append(each).append("\n");
    shop.put("made.s", text.append(".zero 70\nend:\n"));
    EXPECT_TRUE(shop.run("gcc -nostdlib -no-pie -Wl,-e,main made.s -o made")) << shop.path("");
    return shop.path("made");
  }
  Workshop shop;
  // Of this process, however busy the machine is.
  double seconds() const { return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC; }
  std::clock_t begun = std::clock();
};

TEST_F(HostileDwarf, SiblingsInCirclesEnd) {
  Opened made(make({"circle 3", kFunction, kFrameBase}));
  ASSERT_NE(made.info, nullptr);
  EXPECT_TRUE(made.info->instances("helper").ok());
  EXPECT_LT(seconds(), 5);
}

TEST_F(HostileDwarf, BlocksInCirclesEnd) {
  Opened made(make({kFunction, kFrameBase, "circle 4"}));
  ASSERT_NE(made.info, nullptr);
  (void)made.info->variables({made.address_of("helper"), {}}).ok();
  EXPECT_LT(seconds(), 5);
}

TEST_F(HostileDwarf, FrameBaseIsNoPlaceInTheFrame) {
  const char* base = ".uleb128 90\n.rept 30\n.byte 0x91, 0, 0x13\n.endr\n";  // fbreg 0, drop
  const char* variable = ".uleb128 5\n.asciz \"local\"\n.uleb128 2\n.byte 0x91, 0\n";
  Opened made(make({kFunction, base, variable}));
  ASSERT_NE(made.info, nullptr);
  auto variables = made.info->variables({made.address_of("helper"), {}});
  ASSERT_TRUE(variables.ok()) << variables.error().message;
  ASSERT_EQ(variables->size(), 1u);
  EXPECT_EQ((*variables)[0].value.place.why, "has a place in a frame whose base is not told there");
  EXPECT_LT(seconds(), 5);
}

TEST_F(HostileDwarf, LocationOfTooManyOperations) {
  const char* base = ".uleb128 1\n.byte 0x57\n";                                                // reg7
  const char* variable = ".uleb128 5\n.asciz \"local\"\n.uleb128 5000\n.fill 5000, 1, 0x96\n";  // nop
  Opened made(make({kFunction, base, variable}));
  ASSERT_NE(made.info, nullptr);
  auto variables = made.info->variables({made.address_of("helper"), {}});
  ASSERT_TRUE(variables.ok()) << variables.error().message;
  ASSERT_EQ(variables->size(), 1u);
  EXPECT_EQ((*variables)[0].value.place.why, "has a location of too many operations");
}

TEST_F(HostileDwarf, FrameAddressIsNoPartOfItself) {
  // The rule for the canonical frame address: DW_OP_call_frame_cfa.
  shop.put("made.c",
           "int helper(int a) { volatile int local = a; __asm__ volatile(\".cfi_escape 0x0f, 1, "
           "0x9c\\nnop\\nnop\"); "
           "return local; }\nint main(void) { return helper(1); }\n");
  ASSERT_TRUE(shop.run("gcc -g -O0 made.c -o made"));
  Opened made(shop.path("made"));
  ASSERT_NE(made.info, nullptr);
  const uint64_t start = made.address_of("helper");
  bool is_refused = false;
  for (uint64_t pc = start; pc < start + 24; ++pc) {
    VariableFault fault;
    auto value = made.info->find_value({pc, "helper"}, "local", {}, fault);
    is_refused |= value.ok() && value->place.why == "has a place in a frame whose base is not told there";
  }
  EXPECT_TRUE(is_refused);
}

TEST_F(HostileDwarf, LengthOfUnitBeyondItsSection) {
  const std::string path = make({kFunction, kFrameBase});
  ASSERT_TRUE(
      shop.run("objcopy --dump-section .debug_info=info made && "
               "printf '\\377\\377\\377\\177' | dd of=info conv=notrunc && "
               "objcopy --update-section .debug_info=info made"));
  Opened made(path);
  ASSERT_NE(made.info, nullptr);
  auto found = made.info->instances("helper");
  EXPECT_TRUE(found.ok() && found->size() == 1);
  EXPECT_TRUE(made.info->instances("nothing_of_that_name").ok());
}

TEST_F(HostileDwarf, TextsWithoutEnd) {
  shop.put("made.c", "int helper(int a) { return a + 1; }\nint main(void) { return helper(1); }\n");
  for (const char* packed : {"", "--compress-debug-sections"}) {
    std::string command = "gcc -g made.c -o made && for s in .debug_str .debug_line_str; do ";
    command += "objcopy --dump-section $s=texts made && truncate -s -1 texts && ";
    command += "objcopy --update-section $s=texts ";
    command += packed;
    command += " made; done";
    ASSERT_TRUE(shop.run(command));
    Opened made(shop.path("made"));
    ASSERT_NE(made.info, nullptr);
    EXPECT_TRUE(made.info->instances("helper").ok());
    EXPECT_TRUE(made.info->addresses_of_line("made.c", 1).ok());
    EXPECT_TRUE(made.info->variables({made.address_of("helper"), {}}).ok());
  }
}

// One loadable segment, and as many headers of a kind as wanted that all mean the same bytes.
std::string elf_with(size_t segments, size_t symbol_tables) {
  Elf64_Ehdr file{};
  std::memcpy(file.e_ident, ELFMAG, SELFMAG);
  file.e_ident[EI_CLASS] = ELFCLASS64;
  file.e_ident[EI_DATA] = ELFDATA2LSB;
  file.e_ident[EI_VERSION] = file.e_version = EV_CURRENT;
  file.e_type = ET_DYN;
  file.e_machine = EM_X86_64;
  file.e_ehsize = sizeof file;
  file.e_phentsize = sizeof(Elf64_Phdr);
  file.e_phnum = static_cast<Elf64_Half>(segments);
  file.e_phoff = sizeof file;
  file.e_shentsize = sizeof(Elf64_Shdr);
  file.e_shnum = static_cast<Elf64_Half>(symbol_tables + 1);
  file.e_shoff = file.e_phoff + segments * sizeof(Elf64_Phdr);
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_filesz = segment.p_memsz = sizeof file;
  Elf64_Shdr table{};
  std::string bytes(reinterpret_cast<const char*>(&file), sizeof file);
  for (size_t i = 0; i < segments; ++i) bytes.append(reinterpret_cast<const char*>(&segment), sizeof segment);
  bytes.append(reinterpret_cast<const char*>(&table), sizeof table);
  table.sh_type = SHT_SYMTAB;
  table.sh_entsize = sizeof(Elf64_Sym);
  table.sh_size = 2 * sizeof(Elf64_Sym);
  table.sh_offset = file.e_phoff;
  for (size_t i = 0; i < symbol_tables; ++i)
    bytes.append(reinterpret_cast<const char*>(&table), sizeof table);
  return bytes;
}

TEST(HostileElf, ManyHeadersOfTheSameBytes) {
  Workshop shop;
  auto few = ElfFile::open(shop.put("few", elf_with(4, 2)));
  ASSERT_TRUE(few.ok()) << few.error().message;
  auto segments = ElfFile::open(shop.put("segments", elf_with(3000, 2)));
  ASSERT_FALSE(segments.ok());
  EXPECT_NE(segments.error().message.find("3000 program headers"), std::string::npos);
  auto tables = ElfFile::open(shop.put("tables", elf_with(4, 3000)));
  ASSERT_TRUE(tables.ok()) << tables.error().message;
  EXPECT_FALSE((*tables)->symbols().ok());
}

}  // namespace
}  // namespace uproar
