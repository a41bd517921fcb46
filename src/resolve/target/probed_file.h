// The file that a definition names, with everything that is known of it, each part opened when first asked
// for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "binary/dwarf/debug_info.h"
#include "binary/elf/elf_file.h"
#include "binary/elf/language.h"

namespace uproar {

class ProbedFile {
 public:
  // `path` as in TargetFile; errors are those of ElfFile::open.
  static Result<ProbedFile> open(const std::string& path);

  ElfFile& elf() { return *elf_; }
  // Its DWARF, from the file itself or its separate debug file. Errors: there is none (where it was looked
  // for and how to get it), it belongs to another build, it is damaged. The answer is kept, also an error.
  Result<DebugInfo*> debug_info();
  // Whether there is some on this machine: debug_info() may look further.
  bool has_local_debug_info();
  // What makes it a Go program, if it is one.
  const std::optional<GoProgram>& go();

 private:
  std::unique_ptr<ElfFile> elf_;
  std::optional<Result<std::unique_ptr<DebugInfo>>> debug_info_;
  std::optional<std::optional<GoProgram>> go_;
};

}  // namespace uproar
