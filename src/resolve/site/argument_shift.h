// Arguments that are fetched a few instructions later than they were written for. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "binary/code/instruction_effects.h"
#include "plan/fetch.h"

namespace uproar {

// What the arguments of a probe read of the processor's state.
class ArgumentReads {
 public:
  explicit ArgumentReads(const std::vector<FetchArgument>& arguments);

  // The name of an argument that would have another value once a plain instruction was executed that leaves
  // the stack pointer `lowered` by so many bytes; empty: none, where shifted() makes good for the stack.
  std::string first_changed(const InstructionEffects& effects, int64_t lowered) const;
  // The name of an argument that reads the instruction pointer or the flags; empty: none.
  std::string reads_place() const;

  // The arguments as they must be read with a stack pointer lowered by so many bytes, for which
  // first_changed() was empty.
  std::vector<FetchArgument> shifted(int64_t lowered) const;

 private:
  const std::vector<FetchArgument>& arguments_;
};

}  // namespace uproar
