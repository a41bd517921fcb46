#include "resolve/target/probed_file.h"

#include <fmt/format.h>

#include "binary/elf/debug_files.h"

namespace uproar {

Result<ProbedFile> ProbedFile::open(const std::string& path) {
  ProbedFile file;
  TRY_ASSIGN(file.elf_, ElfFile::open(path));
  return file;
}

Result<DebugInfo*> ProbedFile::debug_info() {
  if (!debug_info_) {
    debug_info_ = DebugInfo::open(*elf_, {});
    if (!debug_info_->ok()) {
      DebugFileSearch search = find_debug_file(*elf_);
      if (!search.path.empty()) debug_info_ = DebugInfo::open(*elf_, search.path);
    }
  }
  if (!debug_info_->ok()) return debug_info_->error();
  return (*debug_info_)->get();
}

bool ProbedFile::has_local_debug_info() {
  if (debug_info_) return debug_info_->ok();
  return elf_->has_section(".debug_info") || elf_->has_section(".zdebug_info") ||
         !elf_->symbol_origin().debug_file.empty() || !find_local_debug_file(*elf_).path.empty();
}

const std::optional<GoProgram>& ProbedFile::go() {
  if (!go_) go_ = go_program(*elf_);
  return *go_;
}

}  // namespace uproar
