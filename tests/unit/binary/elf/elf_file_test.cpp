#include "binary/elf/elf_file.h"

#include <elf.h>
#include <gtest/gtest.h>

#include "support/code_file.h"

namespace uproar {
namespace {

// What a file of a test need not say.
TEST(ElfFile, AFileThatTellsOnlyWhatItMustHasNothingElse) {
  CodeFile file({0xc3}, EM_X86_64);
  EXPECT_EQ(*file.symbols_of_servers(), *file.symbols());
  EXPECT_FALSE(file.symbol_origin().mini_debug_info);
  EXPECT_TRUE(file.symbol_origin().debug_file.empty());
  EXPECT_TRUE(file.needed_libraries().empty());
  EXPECT_EQ(file.library_folders(), "");
  EXPECT_FALSE(file.has_section(".text"));
  EXPECT_FALSE(file.section_bytes(".text", 100));
  EXPECT_FALSE(file.relocated_value(0x1000));
}

}  // namespace
}  // namespace uproar
