// Which instruction takes the probe of a function: the cheapest one that is provably the same event.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "binary/elf_file.h"
#include "plan/fetch.h"
#include "plan/probe_plan.h"
#include "resolve/found_place.h"

namespace uproar {

struct SiteChoice {
  uint64_t slid_by = 0;                  // bytes behind the place; 0: the place itself
  std::vector<FetchArgument> arguments;  // rewritten where the skipped instructions moved something ($stackN
                                         // after a push)
  std::string reason;                    // one line for explain: why it slid, or why it could not
};

// Looks for an instruction that the kernel emulates behind `place`, which must be a function's entry. It
// slides only across straight-line code of known boundaries that no branch of the function enters, that
// writes nothing an argument reads (or the argument can be rewritten), and that cannot fault or trap; for
// return probes only across instructions that leave the stack pointer alone (kernel: the return address is
// taken from the top of the stack when the entry breakpoint is hit).
SiteChoice choose_site(ElfFile& file, const FoundPlace& place, const std::vector<FetchArgument>& arguments,
                       bool is_return);

// The RET instructions of the function that holds `place`, and the jumps by which it leaves for another
// function (tail calls). Error: its code could not be decoded to its end.
struct FunctionExits {
  std::vector<uint64_t> returns;     // vaddr
  std::vector<uint64_t> tail_calls;  // vaddr
};
Result<FunctionExits> function_exits(ElfFile& file, const FoundPlace& place);

}  // namespace uproar
