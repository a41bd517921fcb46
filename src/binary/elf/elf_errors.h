// Why a file cannot be used as an ELF file, in words. Each with a remedy.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace uproar {

Error damaged_elf(const std::string& path, const std::string& what);
// With the complaint of libelf's last call in this thread.
Error damaged_by_libelf(const std::string& path);
Error cannot_open(const std::string& path, int errno_value);
Error not_regular(const std::string& path, mode_t mode);
// `head`: the first bytes of the file. A script names its interpreter.
Error not_elf(const std::string& path, std::string_view head);
Error wrong_elf_type(const std::string& path, uint16_t type);

// Bytes that are no printable ASCII become '?'.
std::string printable(std::string_view text);

}  // namespace uproar
