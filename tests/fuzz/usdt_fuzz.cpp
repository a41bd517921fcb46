// Any bytes are notes, or none, and any text is a USDT operand or an error.
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "binary/usdt/usdt_notes.h"
#include "binary/usdt/usdt_operand.h"

namespace {

void parse_arguments(std::string_view text) {
  using namespace uproar;
  for (auto set : {InstructionSet::X86_64, InstructionSet::I386, InstructionSet::Arm64}) {
    auto pieces = split_usdt_arguments(text);
    CHECK(pieces.size() <= kMaxUsdtArguments);
    for (std::string_view piece : pieces) {
      auto operand = parse_usdt_operand(piece, set);
      if (!operand.ok()) continue;
      CHECK(operand->size == 1 || operand->size == 2 || operand->size == 4 || operand->size == 8);
      CHECK(!usdt_type_name(*operand).empty());
    }
    CHECK(usdt_type_names(text, set).size() == pieces.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace uproar;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse_arguments(text);
  for (bool is_64_bit : {false, true}) {
    for (bool is_big_endian : {false, true}) {
      size_t damaged = 0;
      for (const UsdtNote& note : parse_usdt_notes({data, size}, is_64_bit, is_big_endian, damaged)) {
        CHECK(!note.provider.empty() && !note.name.empty());
        parse_arguments(note.arguments);
      }
    }
  }
  return 0;
}
