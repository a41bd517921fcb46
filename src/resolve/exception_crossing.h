// Whether an exception can leave a function alive: what a return probe on it would turn into the program's
// end, because the unwinder does not know the return address that the probe leaves on the stack.
#pragma once

#include <string>

#include "binary/function_code.h"

namespace uproar {

enum class ExceptionCrossing : uint8_t {
  No,        // it is C, calls nothing, or what it calls may not throw (noexcept)
  Unlikely,  // Rust (a panic that somebody catches), or nothing in the file throws, or C code among C++
  Possible,
};

// Judges functions of one file, which must outlive it.
class ExceptionJudge {
 public:
  explicit ExceptionJudge(FileCode& code);

  // By the language (its mangled name), its exception table if it has one (calls that no landing pad and no
  // termination guards let exceptions through), else by whether it calls or jumps to anything.
  ExceptionCrossing judge(const FunctionExtent& function);

 private:
  enum class Language : uint8_t { C, Cxx, Rust };

  std::string name_at(uint64_t vaddr) const;
  bool calls_anything(const FunctionExtent& function) const;
  bool passes_by_table(const UnwindEntry& entry) const;

  FileCode& code_;
  bool has_tables_ = false;  // __gxx_personality_v0 reads tables of this file
  bool is_cxx_ = false;      // it uses the C++ run-time library
};

}  // namespace uproar
