// Which instruction takes the probe of a function: the cheapest one that is provably the same event.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "binary/code/file_code.h"
#include "plan/fetch.h"
#include "plan/probe_plan.h"
#include "resolve/places/found_place.h"

namespace uproar {

struct SiteChoice {
  uint64_t slid_by = 0;                  // bytes behind the place; 0: the place itself
  std::vector<FetchArgument> arguments;  // rewritten where the skipped instructions moved the stack pointer
  std::string reason;  // one line for explain: why it slid, or why it could not; empty: nothing to choose
};

// Looks for the nearest instruction that the kernel emulates or optimises behind `place`, which must be the
// entry of an x86 function that was given by name; other places stay where they are. What is skipped, at most
// 8 instructions and 32 bytes,
//
// - only computes in registers (InstructionEffects::is_plain): it cannot fault, and no other thread sees it;
//   a push is never skipped, because the kernel emulates it;
// - writes no register that an argument reads; `sub $N,%rsp` and the like are made good in $stackN and
//   +D(%sp), not in $stack itself; %ip and %flags stay at the place;
// - for a return probe, leaves the stack pointer alone: the kernel takes the return address from its top when
//   the breakpoint is hit. Its arguments are read at the return and do not matter.
//
// No other way leads behind the place: no symbol and no unwind entry begins there; no direct branch of the
// file goes there (FileCode::may_be_entered, which covers every way to decode the code); where the function
// has indirect jumps, neither a table of the function nor a word in the file's data names such a place. The
// last is left out where nothing but endbr64 was skipped and a push or nop follows: a label in front of the
// function's first push would run it on a stack that is deeper each time, and no label stands before a nop.
SiteChoice choose_site(FileCode& code, const FoundPlace& place, const std::vector<FetchArgument>& arguments,
                       bool is_return);

// The RET instructions of the function that holds `place`, and the jumps by which it leaves for another
// function (tail calls), those of its cold part (NAME.cold) included. Error: its extent is not known, or its
// code could not be decoded to its end.
struct FunctionExits {
  std::vector<uint64_t> returns;     // vaddr
  std::vector<uint64_t> tail_calls;  // vaddr
};
Result<FunctionExits> function_exits(FileCode& code, const FoundPlace& place);

}  // namespace uproar
