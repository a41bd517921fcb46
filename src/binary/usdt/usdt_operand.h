// Arguments of a USDT probe: the text of a note, "-4@%edi 8@-80(%rbx)", to operands. Pure.
//
// Each is N@OP: N bytes, negative when the value is signed, with an f behind it when it is a floating-point
// number; OP is an operand as the assembler writes it, since the compiler filled it in (systemtap's
// sys/sdt.h, "nor" constraint). Without N@ the value is a machine word.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "binary/code/instruction_set.h"
#include "binary/usdt/usdt_registers.h"

namespace uproar {

struct UsdtOperand {
  enum class Kind : uint8_t { Register, Constant, SymbolAddress, Memory };
  // How `symbol` takes part in a memory operand's address.
  enum class Symbol : uint8_t {
    None,
    Whole,     // the address is symbol + displacement: sym(%rip), sym@GOTOFF(%ebx), [x0, :lo12:sym], sym
    Added,     // to the registers, as an absolute address: table(,%rax,8)
    Indirect,  // through the table of a relocation (sym@GOTPCREL, sym@TPOFF): `relocation` names it
  };
  Kind kind = Kind::Constant;
  uint8_t size = 8;  // bytes: 1, 2, 4 or 8
  bool is_signed = false;
  bool is_float = false;
  std::string text;  // as written, with its N@

  MachineRegister reg;   // Register
  int64_t constant = 0;  // Constant, cut to `size` and extended by its sign

  // Memory: displacement + symbol + base + index * scale, each where it is there. SymbolAddress: the number
  // symbol + displacement itself.
  bool has_base = false;
  bool has_index = false;
  MachineRegister base;
  MachineRegister index;
  uint8_t scale = 1;
  std::string segment;  // fs: what the thread has for its own; empty without
  int64_t displacement = 0;
  Symbol symbol_use = Symbol::None;
  std::string symbol;
  std::string relocation;
};

// More arguments than the kernel takes are not looked at.
constexpr size_t kMaxUsdtArguments = 128;

// One piece for each argument: blanks separate, but not those inside (…) and […].
std::vector<std::string_view> split_usdt_arguments(std::string_view text);

// One piece. The error says what in it makes no sense.
Result<UsdtOperand> parse_usdt_operand(std::string_view piece, InstructionSet set);

// "s32", "u64", "f64".
std::string usdt_type_name(const UsdtOperand& operand);

// The type names of all arguments; "?" for one that makes no sense.
std::vector<std::string> usdt_type_names(std::string_view arguments, InstructionSet set);

}  // namespace uproar
