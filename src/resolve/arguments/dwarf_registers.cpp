#include "resolve/arguments/dwarf_registers.h"

#include <elf.h>
#include <fmt/format.h>

#include <array>

namespace uproar {
namespace {

DwarfRegister vector(const char* kind, uint32_t number) {
  const std::string name = fmt::format("{}{}", kind, number);
  return {name, name, FetchOperation::RegisterClass::Vector};
}

DwarfRegister x86_64(uint32_t number) {
  static constexpr std::array<const char*, 8> kNames = {"ax", "dx", "cx", "bx", "si", "di", "bp", "sp"};
  if (number < 8) return {kNames[number], fmt::format("r{}", kNames[number])};
  if (number < 16) return {fmt::format("r{}", number), fmt::format("r{}", number)};
  if (number == 16) return {"ip", "rip"};
  if (number <= 32) return vector("xmm", number - 17);
  if (number <= 40) return {"", fmt::format("st{}", number - 33)};
  if (number >= 67 && number <= 82) return vector("xmm", number - 67 + 16);
  return {"", fmt::format("register {}", number)};
}

DwarfRegister i386(uint32_t number) {
  static constexpr std::array<const char*, 9> kNames = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "ip"};
  if (number < 9) return {kNames[number], fmt::format("e{}", kNames[number])};
  if (number >= 11 && number <= 18) return {"", fmt::format("st{}", number - 11)};
  if (number >= 21 && number <= 28) return vector("xmm", number - 21);
  return {"", fmt::format("register {}", number)};
}

DwarfRegister arm64(uint32_t number) {
  if (number < 31) return {fmt::format("x{}", number), fmt::format("x{}", number)};
  if (number == 31) return {"sp", "sp"};
  if (number == 32) return {"pc", "pc"};
  if (number >= 64 && number <= 95) return vector("v", number - 64);
  return {"", fmt::format("register {}", number)};
}

}  // namespace

DwarfRegister dwarf_register(uint16_t elf_machine, uint32_t number) {
  switch (elf_machine) {
    case EM_X86_64:
      return x86_64(number);
    case EM_386:
      return i386(number);
    case EM_AARCH64:
      return arm64(number);
    default:
      return {"", fmt::format("register {}", number)};
  }
}

}  // namespace uproar
