// The DWARF of one program: where its variables are, which calls were inlined, which line is where.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "binary/dwarf/line_info.h"
#include "binary/dwarf/variable_info.h"

namespace uproar {

class ElfFile;

class DebugInfo {
 public:
  // The DWARF of `file`, which must outlive the result, or of `debug_path` where that is not empty (its
  // build-id is compared). Split DWARF and dwz alternates are followed. Only the units that matter are read.
  // Errors: no debug information, another build.
  static Result<std::unique_ptr<DebugInfo>> open(const ElfFile& file, const std::string& debug_path);
  virtual ~DebugInfo() = default;

  // Follows `steps` from the variable that `name` means (innermost scope first, then the function's
  // parameters, then globals). References are followed by themselves. A parameter whose place in the frame is
  // not written yet is found in the register that the function's first instructions store there. An error has
  // its `fault`; a value that there is but cannot be reached has an Unavailable place instead.
  virtual Result<FoundValue> find_value(const CodePoint& at, std::string_view name,
                                        const std::vector<VariableStepRequest>& steps,
                                        VariableFault& fault) = 0;
  // The same of what the function that holds the pc returns, where it is when it has returned (of several results
  // of Go the first). Fault NoFunction: nothing is known of it; NoResult: it returns nothing.
  virtual Result<FoundValue> find_result(const CodePoint& at, const std::vector<VariableStepRequest>& steps,
                                         VariableFault& fault) = 0;
  // Parameters, then locals in scope, in the order of the source. Error: no function there.
  virtual Result<std::vector<VariableInfo>> variables(const CodePoint& at) = 0;

  // Of the function that begins at `vaddr`, if it is one of the Windows convention (ms_abi on x86-64; told by the
  // compiler, or proved by where its parameters are): which of its positions hold floating point. The pointer to
  // a large result takes the first one. Nothing: another convention; an error: the function is not described.
  virtual Result<std::optional<std::vector<bool>>> windows_positions(uint64_t vaddr) = 0;

  // Every instance of the functions that `name` means, inlined ones included, ascending by entry. Names are
  // plain, qualified from any scope on, with or without template arguments and parameters, or mangled.
  virtual Result<std::vector<FunctionInstance>> instances(std::string_view name) = 0;
  // The function whose code holds the address, never an inlined one.
  virtual std::optional<FunctionInstance> function_at(uint64_t vaddr) = 0;
  // Which function find_value() and the others speak of at `at`; nothing: none is described there. Where it is
  // another one than that of at.symbol, they know only globals (fault Folded).
  virtual std::optional<CodeOwner> owner_of(const CodePoint& at) = 0;
  // All functions that are described as beginning at `vaddr`: those that were folded into one.
  virtual std::vector<FunctionInstance> beginning_at(uint64_t vaddr) = 0;

  // Where the statements of a line begin: `file` is the whole path or its end (main.c, src/main.c). Addresses
  // of one line that the compiler split are one for each function or inlined call that holds it, the lowest.
  virtual Result<LineSearch> addresses_of_line(std::string_view file, uint32_t line) = 0;
  // Names of source files that are like `file`, for a message.
  virtual std::vector<std::string> source_files(std::string_view file) = 0;
  // File and line of an address; nothing if not known.
  virtual std::optional<LineAddress> line_at(uint64_t vaddr) = 0;
  // Lines of the function that holds `vaddr`, ascending by address.
  virtual Result<std::vector<LineAddress>> lines_of_function(uint64_t vaddr) = 0;
};

}  // namespace uproar
