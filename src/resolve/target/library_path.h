// Libraries by the name of their file, as the dynamic linker's cache lists them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace uproar {

struct CachedLibrary {
  std::string name;   // libc.so.6
  std::string flags;  // libc6,x86-64
  std::string path;   // /lib/x86_64-linux-gnu/libc.so.6
};

// Output of `ldconfig -p`: "\tNAME (FLAGS) => PATH" a line; other lines are left out.
std::vector<CachedLibrary> parse_library_cache(std::string_view text);

// Paths of the libraries that `name` means, best first: the file of that name (those with `native` among
// their flags first); else, for libfoo.so, the files libfoo.so.N, which are several if several versions are
// installed.
std::vector<std::string> find_library(const std::vector<CachedLibrary>& cache, std::string_view name,
                                      std::string_view native);

}  // namespace uproar
