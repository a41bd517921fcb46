#include "kernel/bpf/bpf_error.h"

#include <cerrno>
#include <utility>

namespace uproar {

Error bpf_error(std::string context, int errno_value) {
  switch (errno_value) {
    case EPERM:
    case EACCES:
      return {context + ": the kernel does not allow it to this user",
              {},
              "run as root, or give the program CAP_BPF and CAP_PERFMON; uproar doctor shows what is missing",
              errno_value};
    case ENOMEM:
      return {context + ": the kernel has no memory for it",
              {},
              "take a smaller buffer: -m 1M; the memory cgroup of this shell may be what is full",
              errno_value};
    case EMFILE:
    case ENFILE:
      return {context + ": no more files can be open at once",
              {},
              "raise the limit: ulimit -n 4096",
              errno_value};
    case kNotSupported:
      return {context + ": the kernel does not support it", {}, {}, errno_value};
    default:
      return system_error(std::move(context), errno_value);
  }
}

}  // namespace uproar
