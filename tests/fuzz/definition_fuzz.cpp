// Any bytes give a definition or an error, and what was understood survives printing.
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Isrc tests/fuzz/definition_fuzz.cpp \
//     src/definition/*.cpp src/base/number.cpp src/base/result.cpp -lfmt -o definition_fuzz
//   mkdir -p corpus && ./definition_fuzz -max_len=300 corpus formats/definition/samples/ok
//   formats/definition/samples/bad
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "definition/ast_dump.h"
#include "definition/check.h"
#include "definition/parser.h"
#include "definition/printer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace uproar;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto parsed = parse_line(text);
  if (!parsed.ok()) {
    render(parsed.error());
    return 0;
  }
  for (const Diagnostic& warning : parsed->warnings) render_warning(warning, text);
  if (const auto* probe = std::get_if<ast::Probe>(&parsed->line)) {
    for (auto architecture : {Architecture::X86_64, Architecture::AArch64}) {
      auto checked = check(*probe, text, architecture);
      if (!checked.ok()) render(checked.error());
    }
  }
  auto again = parse_line(print(parsed->line));
  CHECK(again.ok());
  CHECK(dump(again->line) == dump(parsed->line));
  CHECK(print(again->line) == print(parsed->line));
  return 0;
}
