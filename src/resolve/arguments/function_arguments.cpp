#include "resolve/arguments/function_arguments.h"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "binary/code/prologue_reader.h"
#include "binary/elf/address.h"
#include "binary/elf/language.h"
#include "resolve/arguments/usdt_argument.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

using Operation = FetchOperation::Kind;

constexpr std::array<std::string_view, 6> kSystemV = {"di", "si", "dx", "cx", "r8", "r9"};
// Go: src/cmd/compile/abi-internal.md
constexpr std::array<std::string_view, 9> kGoX86 = {"ax", "bx", "cx", "di", "si", "r8", "r9", "r10", "r11"};
constexpr std::array<std::string_view, 4> kWindows = {"cx", "dx", "r8", "r9"};
constexpr uint64_t kPrologueBytes = 256;
constexpr uint32_t kDwarfRsi = 4;
constexpr uint32_t kDwarfRdi = 5;
constexpr uint32_t kGoArmRegisters = 16;
constexpr uint32_t kArmRegisters = 8;
constexpr uint32_t kGoRegisterAbiX86 = 17;  // minor versions
constexpr uint32_t kGoRegisterAbiArm = 18;

enum class Convention : uint8_t { SystemV, I386, Arm, GoX86, GoArm, GoStack, GoStack32, Unknown };

Convention convention_of(const ArgumentContext& context) {
  ElfFile& file = context.file.elf();
  const FoundPlace& place = context.place;
  const auto& go = context.file.go();
  const bool is_go = language_of_function(go, place.symbol, place.vaddr) == Language::Go;
  // The assembler's functions keep the older convention and say so in their names.
  const bool is_abi0 = place.symbol.ends_with(".abi0");
  switch (file.machine()) {
    case EM_X86_64:
      if (!is_go) return Convention::SystemV;
      return go->minor >= kGoRegisterAbiX86 && !is_abi0 ? Convention::GoX86 : Convention::GoStack;
    case EM_AARCH64:
      if (!is_go) return Convention::Arm;
      return go->minor >= kGoRegisterAbiArm && !is_abi0 ? Convention::GoArm : Convention::GoStack;
    case EM_386:
      return is_go ? Convention::GoStack32 : Convention::I386;
    default:
      return Convention::Unknown;
  }
}

FetchArgument word(std::vector<FetchOperation> operations, uint8_t bits = 64) {
  FetchArgument made;
  made.operations = std::move(operations);
  made.type.bits = bits;
  return made;
}

FetchArgument in_register(std::string name) {
  return word({{Operation::Register, 0, std::move(name), false}});
}
FetchArgument in_slot(uint32_t index) {
  return word({{Operation::StackSlot, index, {}, false}});
}
// The kernel's $stackN are longs of the kernel, 8 bytes.
FetchArgument in_slot_of_4(uint32_t index) {
  return word(
      {{Operation::Register, 0, "sp", false}, {Operation::Dereference, int64_t{4} * index, {}, false}}, 32);
}

Error too_many_for_go(uint32_t number, size_t registers, const TextSpan& where) {
  return where.error(
      fmt::format("Go passes the first {} words in registers; where $arg{} is on the stack depends on the "
                  "types of all arguments",
                  registers, number),
      "name the argument as the source does (debug information), or a place on the stack: $stackN");
}

Result<FetchArgument> fetch(uint32_t number, Convention convention, const TextSpan& where) {
  switch (convention) {
    case Convention::SystemV:
      if (number <= kSystemV.size()) return in_register(std::string(kSystemV[number - 1]));
      return in_slot(number - static_cast<uint32_t>(kSystemV.size()));  // slot 0 is the return address
    case Convention::Arm:
      if (number <= kArmRegisters) return in_register(fmt::format("x{}", number - 1));
      return in_slot(number - kArmRegisters - 1);
    case Convention::I386:
    case Convention::GoStack32:
      return in_slot_of_4(number);
    case Convention::GoX86:
      if (number <= kGoX86.size()) return in_register(std::string(kGoX86[number - 1]));
      return too_many_for_go(number, kGoX86.size(), where);
    case Convention::GoArm:
      if (number <= kGoArmRegisters) return in_register(fmt::format("x{}", number - 1));
      return too_many_for_go(number, kGoArmRegisters, where);
    case Convention::GoStack:
      return in_slot(number);  // behind the return address, or the link register's place
    case Convention::Unknown:
      break;
  }
  return where.error("the calling convention of this machine is not known", "name a register: %REG");
}

// The first instructions of a function that keep nothing of the usual first registers, but put those of the
// Windows convention where that leaves room for them.
bool has_windows_homes(const Prologue& prologue) {
  return std::any_of(kWindowsHomes.begin(), kWindowsHomes.end(), [&](const WindowsHome& home) {
    const FrameStore* store = prologue.first_store(home.place, 0);
    return store && store->value && store->value->kind == EntryValue::Kind::Register &&
           store->value->dwarf_register == home.dwarf_register;
  });
}

// Which positions of a function of the Windows convention (ms_abi) hold floating point; nothing if it is none.
std::optional<std::vector<bool>> windows_positions(const ArgumentContext& context) {
  ElfFile& file = context.file.elf();
  auto offset = file_offset_of(file.segments(), context.place.vaddr);
  if (!offset) return std::nullopt;
  auto code = file.read(*offset, kPrologueBytes);
  if (!code.ok()) return std::nullopt;
  const Prologue prologue = read_prologue(*code, context.place.vaddr, InstructionSet::X86_64);
  // To that convention they are registers to be kept.
  if (prologue.used.contains(kDwarfRdi) || prologue.used.contains(kDwarfRsi)) return std::nullopt;
  if (auto debug_info = context.file.debug_info(); debug_info.ok()) {
    auto told = (*debug_info)->windows_positions(context.place.vaddr);
    if (told.ok()) return std::move(*told);
  }
  return has_windows_homes(prologue) ? std::optional(std::vector<bool>{}) : std::nullopt;
}

FetchArgument windows_argument(uint32_t number, const std::vector<bool>& floats) {
  uint32_t position = 0;
  for (uint32_t left = number;; ++position) {
    const bool is_float = position < floats.size() && floats[position];
    if (!is_float && --left == 0) break;
  }
  if (position < kWindows.size()) return in_register(std::string(kWindows[position]));
  return in_slot(position + 1);  // behind the return address and the room for the first four
}

// Why the ABI says nothing about the arguments at this place; nothing to say at an entry.
std::optional<Error> not_at_entry(uint32_t number, const ArgumentContext& context, const TextSpan& where) {
  const FoundPlace& place = context.place;
  if (context.is_return) {
    return where.error(
        fmt::format("$arg{} is not known when the function returns: its registers hold something else "
                    "by then",
                    number),
        "record it with a p: probe at the entry");
  }
  if (place.is_inlined) {
    return where.error(fmt::format("{} is inlined here: nothing is passed, so that there is no $arg{}",
                                   place.symbol.empty() ? "the function" : place.symbol, number),
                       "name the parameter as the source does (debug information)");
  }
  if (place.is_function_entry) return std::nullopt;
  const std::string function = place.symbol.empty() ? "a function" : place.symbol;
  return where.error(
      fmt::format("$arg{} is known at the entry of {} only, and the probe is not there", number, function),
      place.symbol.empty() ? "name a register or a variable"
                           : fmt::format("probe {} itself, or name a register or a variable", place.symbol));
}

}  // namespace

Result<FetchArgument> function_argument(uint32_t number, Span span, const ArgumentContext& context) {
  if (!context.place.usdt_probe.empty()) return usdt_argument(number, span, context);
  const TextSpan where{span, context.text};
  if (number == 0) return where.error("arguments are counted from 1", "did you mean $arg1?");
  if (auto error = not_at_entry(number, context, where)) return std::move(*error);
  const Convention convention = convention_of(context);
  TRY_ASSIGN(FetchArgument made, fetch(number, convention, where));
  if (convention == Convention::SystemV) {
    if (auto positions = windows_positions(context)) made = windows_argument(number, *positions);
  }
  made.name = fmt::format("arg{}", number);
  return made;
}

Result<FetchOperation> result_register(Span span, const ArgumentContext& context) {
  const TextSpan where{span, context.text};
  switch (convention_of(context)) {
    case Convention::SystemV:
    case Convention::I386:
    case Convention::GoX86:
      return FetchOperation{Operation::Register, 0, "ax", false};
    case Convention::Arm:
    case Convention::GoArm:
      return FetchOperation{Operation::Register, 0, "x0", false};
    case Convention::GoStack:
    case Convention::GoStack32:
      return where.error("Go before 1.17 leaves its results on the stack, behind the arguments",
                         "count the words of the arguments, and read the next one: $stackN, N from 1");
    case Convention::Unknown:
      break;
  }
  return where.error("the calling convention of this machine is not known", "name a register: %REG");
}

}  // namespace uproar
