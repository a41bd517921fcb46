// What debug information says of functions, inlined calls and lines. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uproar {

// How much of a function's name a user's text is.
enum class NameFit : uint8_t {
  None,
  Scoped,  // leading scopes are left out: area for app::area
  Whole,   // all of it, but for what the source need not write: anonymous and inline namespaces, template
           // arguments; or its mangled name
};

// A call that the compiler inlined, or a function's own code.
struct FunctionInstance {
  std::string name;             // qualified: app::mix
  std::string linkage_name;     // mangled, empty if none
  uint64_t entry = 0;           // where the instance begins
  uint64_t function_vaddr = 0;  // of the code that holds it
  uint64_t function_size = 0;
  bool is_inlined = false;
  NameFit fit = NameFit::Whole;  // of what was asked for
  std::string file;              // where it is declared, empty if not told
  uint32_t line = 0;
};

// Whose debug information there is where a symbol's code is: of equal functions only one may be kept.
struct CodeOwner {
  FunctionInstance
      described;          // the symbol's own function, or the one of which it is an alias, if not is_other
  bool is_other = false;  // the symbol's function was folded with the one that is described
  std::string own_file;   // is_other: where the symbol's function is declared, if that is told
  uint32_t own_line = 0;
};

struct LineAddress {
  uint64_t vaddr = 0;
  std::string file;  // as the line table names it
  uint32_t line = 0;
};

struct LinePlace {
  LineAddress at;
  std::optional<FunctionInstance> function;  // that the line belongs to; inlined ones have their own
};

struct LineSearch {
  std::vector<LinePlace> places;
  std::vector<std::string> files;  // that the name means
  std::optional<uint32_t> near;    // no place: the next line that has code
};

}  // namespace uproar
