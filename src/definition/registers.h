// The register names that uprobe_events knows, by architecture.
#pragma once

#include <string>
#include <string_view>

namespace uproar {

// Which registers exist (kernel: arch/*/kernel/ptrace.c regoffset_table).
enum class Architecture { X86_64, AArch64 };

// arch/x86/kernel/ptrace.c and arch/arm64/kernel/ptrace.c: regoffset_table. Case matters.
bool is_register(std::string_view name, Architecture architecture);

// What to write instead of a name that is none: "the kernel names x86-64 registers without size letters:
// %di", or the list of all names.
std::string register_hint(std::string_view name, Architecture architecture);

// The register of either architecture that was meant by a bare or familiar name (di, rdi, w0), or empty.
std::string_view familiar_register(std::string_view name, Architecture architecture);

}  // namespace uproar
