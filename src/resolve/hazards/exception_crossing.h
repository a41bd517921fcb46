// Whether an exception or a panic can leave a function alive: what a return probe on it would turn into the
// program's end, because the unwinder does not know the return address that the probe leaves on the stack.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "binary/code/file_code.h"
#include "binary/symbols/imported_calls.h"

namespace uproar {

enum class ExceptionCrossing : uint8_t {
  No,         // what it calls can throw nothing, or it is C in a file that throws nothing
  Unlikely,   // nothing in the file throws, or it is C among C++ or Rust
  Exception,  // possible, in C++
  Panic,      // possible, in Rust: somebody may catch it
};

// Judges functions of one file, which must outlive it. Each function is decoded once.
class ExceptionJudge {
 public:
  explicit ExceptionJudge(FileCode& code);

  // By the language (its mangled name), by what the file can throw at all (a Rust program that was built to
  // abort at a panic throws nothing), and by its calls: one that no landing pad and no termination guards
  // lets through what the called function lets through. Functions outside the file, and those that are called
  // by a pointer, may throw, but for some of the run-time libraries that compilers call by themselves and that
  // let nothing through.
  ExceptionCrossing judge(const FunctionExtent& function);

 private:
  // What is in the way of a proof that nothing leaves a function: something unknown, or these callees.
  struct Calls {
    bool unknown = false;
    std::vector<uint64_t> unguarded;
  };

  std::string name_at(uint64_t vaddr) const;
  bool may_throw(const FunctionExtent& function);
  bool is_known_not_to_throw(uint64_t target) const;
  const Calls& calls_of(const FunctionExtent& function);
  Calls read_calls(const FunctionExtent& function) const;

  FileCode& code_;
  ImportedCalls imported_calls_;
  bool has_tables_ = false;  // __gxx_personality_v0 reads tables of this file
  bool is_cxx_ = false;      // it uses the C++ run-time library
  bool raises_ = false;      // it starts the unwinding itself, as Rust's panics do
  bool is_mute_ = true;      // it has no names, of its own or of others
  std::map<uint64_t, Calls> calls_;
  std::map<uint64_t, bool> verdicts_;
};

}  // namespace uproar
