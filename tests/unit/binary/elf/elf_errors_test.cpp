#include "binary/elf/elf_errors.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

namespace uproar {
namespace {

TEST(ElfErrors, AScriptNamesItsInterpreter) {
  EXPECT_EQ(not_elf("/bin/x", "#!/bin/sh -e\necho").message, "/bin/x is a script run by /bin/sh");
  EXPECT_EQ(not_elf("/bin/x", "#! /usr/bin/env -S python3\n").remedy,
            "probe the interpreter: python3:SYMBOL");
  EXPECT_EQ(not_elf("/bin/x", "#!\n").message, "/bin/x is a script");
  EXPECT_EQ(not_elf("/bin/x", "#!/bin/\x1bsh\n").message, "/bin/x is a script run by /bin/?sh");
}

TEST(ElfErrors, KnownKindsOfFilesAreNamed) {
  EXPECT_EQ(not_elf("a", "!<arch>\n").message, "a is a static library, which no process maps");
  EXPECT_EQ(not_elf("a", "MZ").message, "a is a Windows program, not an ELF file");
  EXPECT_EQ(not_elf("a", "/* GNU ld script").message, "a is a text for the linker, not an ELF file");
  EXPECT_EQ(not_elf("a", "").message, "a is not an ELF file");
  EXPECT_EQ(not_regular("a", S_IFDIR).message, "a is a folder");
  EXPECT_EQ(not_regular("a", S_IFIFO).message, "a is a pipe");
  EXPECT_EQ(wrong_elf_type("a", ET_REL).message, "a is an object file: no process maps it");
  EXPECT_EQ(wrong_elf_type("a", ET_CORE).message, "a is a core dump");
  EXPECT_EQ(wrong_elf_type("a", 77).message, "a is neither an executable nor a shared library (ELF type 77)");
}

TEST(ElfErrors, EachHasARemedy) {
  for (const Error& error : {damaged_elf("a", "x"), cannot_open("a", ENOENT), cannot_open("a", EACCES),
                             cannot_open("a", ELOOP), not_regular("a", S_IFCHR), not_elf("a", "x")})
    EXPECT_FALSE(error.remedy.empty()) << error.message;
  EXPECT_EQ(cannot_open("a", ENOENT).message, "no such file: a");
}

}  // namespace
}  // namespace uproar
