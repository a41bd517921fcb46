// A USDT operand to the kernel's fetch operations, and one type for the operands of several places. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "binary/usdt/usdt_operand.h"
#include "plan/fetch.h"

namespace uproar {

// Where the symbols of an operand are. `vaddr_of` gives the address of a name, or an error in words.
class SymbolAddresses {
 public:
  virtual ~SymbolAddresses() = default;
  virtual Result<uint64_t> vaddr_of(const std::string& name) = 0;
  // Whether the program is loaded where its file says (ET_EXEC).
  virtual bool is_fixed() const = 0;
};

// Operations and type (s32, u64 …; a floating-point number in memory or a general register is its bits in
// hexadecimal) of one operand. `code_base` is vaddr - file offset of the segment that holds the probe. The
// error, without a place, says why no engine can fetch the operand; the name stays empty.
Result<FetchArgument> usdt_fetch(const UsdtOperand& operand, SymbolAddresses& symbols, uint64_t code_base);

// Gives the same argument at several places of one event one type, as the kernel demands: it compares the
// types of the fields that the record has. Widths differ:
//   constants fit any type that holds their values;
//   an unsigned register or memory operand is widened as a bitfield of the wider container (b32@0/64 of
//     %di): the compiler leaves anything in the rest of the register or behind the variable, which the
//     bitfield cuts off, and the kernel keeps a bitfield in a field of its container's type (memory that ends
//     with the variable's page is then a fault, which is a 0);
//   signed ones all become unsigned with is_signed and their own bit_width: who shows the value puts the sign
//     back.
// Only the signs differ: signed, since negative numbers are more often meant than those of the upper half.
// Arguments of other kinds than Signed and Unsigned, arrays and arguments whose types agree are left as they
// are.
Result<void> unify_types(const std::vector<FetchArgument*>& same_argument);

}  // namespace uproar
