// The machine code of a file, function by function.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binary/code/function_code.h"
#include "binary/code/instruction_set.h"
#include "binary/code/unwind_table.h"
#include "binary/elf/elf_file.h"

namespace uproar {

// Reads and decodes what is asked for, and keeps what is costly to know. One object for all places of a file;
// the file must outlive it. Nothing here fails: what cannot be read is not known.
class FileCode {
 public:
  explicit FileCode(ElfFile& file);
  ~FileCode();
  FileCode(const FileCode&) = delete;
  FileCode& operator=(const FileCode&) = delete;

  ElfFile& file() const { return file_; }
  std::optional<InstructionSet> set() const { return set_; }

  // Up to `size` bytes of code at the address.
  std::vector<uint8_t> bytes(uint64_t vaddr, uint64_t size) const;

  // The function that holds the address: by a symbol with a size, else by .eh_frame.
  std::optional<FunctionExtent> function_at(uint64_t vaddr);

  // Its instructions and what its indirect jumps are; more than kMaxDecodedCode is not whole.
  FunctionCode decode(const FunctionExtent& extent) const;

  // Whether a branch or call of the whole file may go to an address in [first, last]: false is certain for
  // direct branches, however they are encoded and wherever they stand in the executable segments.
  bool may_be_entered(uint64_t first, uint64_t last);

  // Whether data of the file holds the address of a place in [first, last], as tables of labels and
  // relocations for them do.
  bool may_be_pointed_at(uint64_t first, uint64_t last);

  // Whether a symbol, or the code of another function by .eh_frame, begins in [first, last]; its name or "".
  std::optional<std::string> begins_in(uint64_t first, uint64_t last);

  const std::vector<UnwindEntry>& unwind_entries();

 private:
  struct Targets;

  bool has_far_branch(uint64_t first, uint64_t last);
  bool has_near_branch(uint64_t first, uint64_t last);
  bool branches_at(uint64_t end, uint64_t first, uint64_t last);

  ElfFile& file_;
  std::optional<InstructionSet> set_;
  std::unique_ptr<Targets> branches_;
  std::unique_ptr<Targets> words_;
  std::optional<std::vector<UnwindEntry>> unwind_;
};

}  // namespace uproar
