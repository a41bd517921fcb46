// Which language a function is written in, as far as its calling convention depends on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "binary/elf/elf_file.h"

namespace uproar {

enum class Language : uint8_t { C, Cpp, Rust, Go };  // C also stands for everything with C's conventions

// By the mangled name alone: _Z… is C++ (Rust's old mangling ends in a hash), _R… is Rust, others are C.
Language language_of_name(std::string_view mangled);

struct GoProgram {
  std::string version;      // "go1.19.8", "devel go1.21-…"; empty when the file does not say
  uint32_t minor = 0;       // 19; without a version the least that the layout of its function table allows
  uint64_t text_begin = 0;  // vaddr of the code that Go's own linker laid out, the rest of the file's code
  uint64_t text_end = 0;    // is cgo's; both 0 when not known
};

// Nothing if the file holds no Go runtime. From .go.buildinfo (the inline form of Go 1.18 and later and the
// older one of pointers), the head of .gopclntab and the symbols runtime.text and runtime.etext.
std::optional<GoProgram> go_program(ElfFile& file);

// Go for a function of Go's own code at `vaddr` of a Go program (C functions that cgo brought in are not),
// else by the name. `mangled` may be empty.
Language language_of_function(const std::optional<GoProgram>& go, std::string_view mangled, uint64_t vaddr);

}  // namespace uproar
