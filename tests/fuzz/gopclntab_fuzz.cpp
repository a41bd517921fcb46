// Any bytes are a table of Go functions, or an error.
//
//   scripts/fuzz 60 gopclntab
#include <cstdint>

#include "base/result.h"
#include "binary/symbols/go_symbols.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace uproar;
  auto functions = parse_go_functions({data, size}, 0x1000);
  CHECK(!functions.ok() || is_go_table({data, size}));
  return 0;
}
