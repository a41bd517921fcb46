#include "binary/elf/debuginfod.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace uproar {
namespace {

// The library is not linked: most machines have no server and need neither it nor curl. These are three
// functions of its stable interface (elfutils: debuginfod/debuginfod.h).
using BeginFunction = void*();
using EndFunction = void(void*);
using FindFunction = int(void*, const unsigned char*, int, char**);

template <typename F>
F* function(void* library, const char* name) {
  return reinterpret_cast<F*>(::dlsym(library, name));
}

}  // namespace

DebuginfodAnswer ask_debuginfod(const std::string& build_id) {
  const char* urls = ::getenv("DEBUGINFOD_URLS");
  if (!urls || !*urls || build_id.empty()) return {};
  void* library = ::dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);  // kept: curl does not like to go
  if (!library) return {{}, "debuginfod (libdebuginfod.so.1 is not installed)"};
  auto* begin = function<BeginFunction>(library, "debuginfod_begin");
  auto* end = function<EndFunction>(library, "debuginfod_end");
  auto* find = function<FindFunction>(library, "debuginfod_find_debuginfo");
  void* client = begin && end && find ? begin() : nullptr;
  if (!client) return {{}, "debuginfod (libdebuginfod.so.1 cannot be used)"};

  DebuginfodAnswer answer;
  char* path = nullptr;
  // A length of 0 says that the build-id is hexadecimal text.
  const int got = find(client, reinterpret_cast<const unsigned char*>(build_id.c_str()), 0, &path);
  if (got >= 0) {
    ::close(got);
    answer.path = path ? path : "";
  } else {
    answer.trouble = std::string("debuginfod (") + std::strerror(-got) + ")";
  }
  std::free(path);
  end(client);
  return answer;
}

}  // namespace uproar
