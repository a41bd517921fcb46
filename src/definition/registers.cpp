#include "definition/registers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "base/number.h"

namespace uproar {
namespace {

using std::string_view;

constexpr string_view kX86[] = {"ax",  "bx",  "cx",  "dx",  "si",  "di",    "bp", "sp", "r8", "r9",     "r10",
                                "r11", "r12", "r13", "r14", "r15", "flags", "ip", "cs", "ss", "orig_ax"};
constexpr string_view kArm64[] = {"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",    "x8",
                                  "x9",  "x10", "x11", "x12", "x13", "x14", "x15", "x16",   "x17",
                                  "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25",   "x26",
                                  "x27", "x28", "x29", "x30", "lr",  "sp",  "pc",  "pstate"};

struct Alias {
  string_view name;
  string_view kernel_name;
};
constexpr Alias kX86Aliases[] = {
    {"rax", "ax"}, {"eax", "ax"}, {"al", "ax"},        {"ah", "ax"},        {"rbx", "bx"},
    {"ebx", "bx"}, {"bl", "bx"},  {"bh", "bx"},        {"rcx", "cx"},       {"ecx", "cx"},
    {"cl", "cx"},  {"ch", "cx"},  {"rdx", "dx"},       {"edx", "dx"},       {"dl", "dx"},
    {"dh", "dx"},  {"rsi", "si"}, {"esi", "si"},       {"sil", "si"},       {"rdi", "di"},
    {"edi", "di"}, {"dil", "di"}, {"rbp", "bp"},       {"ebp", "bp"},       {"bpl", "bp"},
    {"rsp", "sp"}, {"esp", "sp"}, {"spl", "sp"},       {"rip", "ip"},       {"eip", "ip"},
    {"pc", "ip"},  {"fp", "bp"},  {"rflags", "flags"}, {"eflags", "flags"}, {"orig_rax", "orig_ax"},
};
constexpr Alias kArm64Aliases[] = {{"fp", "x29"}, {"xlr", "lr"}, {"wsp", "sp"}, {"cpsr", "pstate"}};

std::string lower(string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

// The table's own entry for a name, which outlives the question.
template <size_t N>
string_view entry(const string_view (&table)[N], string_view name) {
  const auto* found = std::find(std::begin(table), std::end(table), name);
  return found == std::end(table) ? string_view() : *found;
}
template <size_t N>
string_view alias(const Alias (&table)[N], string_view name) {
  const auto* found =
      std::find_if(std::begin(table), std::end(table), [&](const Alias& a) { return a.name == name; });
  return found == std::end(table) ? string_view() : found->kernel_name;
}

// r8d, r8w and r8b are parts of r8.
string_view x86_meaning(string_view name) {
  if (auto found = entry(kX86, name); !found.empty()) return found;
  if (name.size() >= 3 && name[0] == 'r' && string_view("dwb").find(name.back()) != string_view::npos) {
    return entry(kX86, name.substr(0, name.size() - 1));
  }
  return alias(kX86Aliases, name);
}

string_view arm64_meaning(string_view name) {
  if (auto found = entry(kArm64, name); !found.empty()) return found;
  if (name.size() >= 2 && name[0] == 'w' && all_digits(name.substr(1))) {
    return entry(kArm64, fmt::format("x{}", name.substr(1)));
  }
  return alias(kArm64Aliases, name);
}

bool is_floating_point(string_view name, Architecture architecture) {
  if (architecture == Architecture::X86_64) {
    for (string_view family : {"xmm", "ymm", "zmm", "st", "mm"}) {
      if (name.starts_with(family) &&
          (name == "st" || name.substr(0, family.size() + 1) == std::string(family) + "(" ||
           all_digits(name.substr(family.size())))) {
        return true;
      }
    }
    return false;
  }
  return name.size() >= 2 && string_view("vqdsh").find(name[0]) != string_view::npos &&
         all_digits(name.substr(1));
}

bool is_segment(string_view name) {
  constexpr string_view kSegments[] = {"ds", "es", "fs", "gs", "fs_base", "gs_base"};
  return !entry(kSegments, name).empty();
}

}  // namespace

bool is_register(string_view name, Architecture architecture) {
  return architecture == Architecture::X86_64 ? !entry(kX86, name).empty() : !entry(kArm64, name).empty();
}

string_view familiar_register(string_view name, Architecture architecture) {
  return architecture == Architecture::X86_64 ? x86_meaning(lower(name)) : arm64_meaning(lower(name));
}

std::string register_hint(string_view name, Architecture architecture) {
  bool x86 = architecture == Architecture::X86_64;
  std::string small = lower(name);
  if (is_floating_point(small, architecture)) {
    return "floating point and vector registers cannot be fetched, only general ones" +
           std::string(x86 ? " such as %di" : " such as %x0");
  }
  if (size_t sign = name.find_first_of("+-"); sign != string_view::npos && sign > 0) {
    return fmt::format("an offset stands before its register: {}(%{})", name.substr(sign),
                       name.substr(0, sign));
  }
  if (x86 && is_segment(small)) return "of the segment registers only %cs and %ss can be fetched";
  if (auto meant = familiar_register(name, architecture); !meant.empty()) {
    std::string write = fmt::format("%{}", meant);
    if (is_register(small, architecture)) return "register names are written in small letters: " + write;
    if (!x86) return "the kernel names it " + write;
    return "the kernel names x86-64 registers without size letters: " + write;
  }
  auto other = x86 ? Architecture::AArch64 : Architecture::X86_64;
  if (is_register(small, other)) {
    return x86 ? "that is an arm64 name; function arguments on x86-64 are in %di %si %dx %cx %r8 %r9"
               : "that is an x86-64 name; function arguments on arm64 are in %x0 to %x7";
  }
  return x86 ? "x86-64 has %ax %bx %cx %dx %si %di %bp %sp %r8 to %r15, %ip %flags %cs %ss %orig_ax"
             : "arm64 has %x0 to %x30, %lr %sp %pc %pstate";
}

}  // namespace uproar
