// Any bytes are an ELF file, or an error; whatever it claims, reading it ends.
//
//   scripts/fuzz 60 elf
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "base/fd.h"
#include "binary/elf/debug_files.h"
#include "binary/elf/elf_file.h"
#include "binary/symbols/function_list.h"
#include "binary/symbols/ifunc_targets.h"
#include "binary/symbols/named_symbols.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace uproar;
  Fd fd(::memfd_create("elf", MFD_CLOEXEC));
  if (!fd.valid() || !write_all(fd.get(), {reinterpret_cast<const char*>(data), size}, "elf").ok()) return 0;
  auto file = ElfFile::open("/proc/self/fd/" + std::to_string(fd.get()));
  if (!file.ok()) return 0;
  (void)(*file)->needed_libraries();
  (void)(*file)->library_folders();
  if (auto link = (*file)->section_bytes(".gnu_debuglink", 4096)) (void)parse_debug_link(*link);
  auto symbols = (*file)->symbols();
  if (!symbols.ok()) return 0;
  (void)find_named(**symbols, "app::area(int)");
  (void)select_functions(**symbols, {"*area*"}, NameForm::Full, true);
  int looked_at = 0;
  for (const ElfSymbol& symbol : **symbols) {
    if (symbol.is_ifunc && ++looked_at < 10) (void)ifunc_targets(**file, **symbols, symbol);
  }
  return 0;
}
