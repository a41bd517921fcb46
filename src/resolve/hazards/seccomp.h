// Which process the system call behind return probes would end on some kernels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace uproar {

// Whether return probes are a system call there that seccomp filters do not know (kernel: a system call since
// 6.11, let through since 6.14 and by late stable releases). `release` is uname -r; false for another text.
bool filters_stop_returns(std::string_view release);

// The lowest process under `proc` that has a seccomp filter and maps the file as code; 0: none, or nothing is
// told about it. Processes that start later may have one too.
int32_t process_with_filter(const std::string& proc, uint64_t inode);

}  // namespace uproar
