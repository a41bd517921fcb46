// What the kernel's refusals of BPF calls mean for a person. Pure.
#pragma once

#include <string>

#include "base/result.h"

namespace uproar {

// The kernel's own number for what it does not support at all; the C library has no word for it
// (kernel: include/linux/errno.h ENOTSUPP).
inline constexpr int kNotSupported = 524;

// "CONTEXT: REASON" with one cause and, where there is one, one remedy. `errno_value` is kept in sys_errno.
Error bpf_error(std::string context, int errno_value);

}  // namespace uproar
