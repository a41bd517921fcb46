// A program for people. Pure.
#pragma once

#include <string>

#include "lower/bpf/bpf_program.h"

namespace uproar {

// Every part under its name, with its instructions by their numbers: "  counters\n     9: r0 = *(u64 *)(r10 - 24)\n".
std::string bpf_text(const BpfProgram& program);

}  // namespace uproar
