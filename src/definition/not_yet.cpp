#include "definition/not_yet.h"

#include <fmt/format.h>

#include <iterator>
#include <string>

#include "definition/kernel_number.h"
#include "definition/registers.h"

namespace uproar {
namespace {

using std::string_view;

// System V: six arguments in registers, then the stack, whose slot 0 is the return address at a function's
// entry.
std::string argument_place(uint64_t number) {
  constexpr string_view kRegisters[] = {"%di", "%si", "%dx", "%cx", "%r8", "%r9"};
  constexpr uint64_t kArm64Registers = 8;
  std::string place = "on x86-64 write ";
  if (number <= std::size(kRegisters)) {
    place += kRegisters[number - 1];
  } else {
    place += "$stack" + std::to_string(number - std::size(kRegisters));
  }
  place += ", on arm64 ";
  place += number <= kArm64Registers ? "%x" + std::to_string(number - 1)
                                     : "$stack" + std::to_string(number - kArm64Registers - 1);
  return place;
}

}  // namespace

bool glob_not_yet(ParseContext& context, const Piece& site) {
  return context.fail(site.span(), "patterns of symbols are not available in this version yet",
                      "write one definition for each symbol, or several with one event name");
}

bool source_line_not_yet(ParseContext& context, const Piece& site, size_t colon, size_t end) {
  string_view text = site.text();
  std::string name(text.substr(0, colon));
  std::string number(text.substr(colon + 1, end - colon - 1));
  if (number.starts_with("0x")) {
    return context.fail(site.span(colon, end), "an offset is joined to its symbol by '+'",
                        "write " + name + "+" + number);
  }
  bool file = name.find_first_of("./") != std::string::npos;
  return context.fail(
      site.span(0, end),
      std::string(file ? "FILE:LINE" : "FUNCTION:LINE") + " is not available in this version yet",
      file ? "write the line's address, which objdump --dwarf=decodedline shows: va:0xADDRESS"
           : "write the place within the function: " + name + "+0xN");
}

bool usdt_not_yet(ParseContext& context, const Piece& site) {
  return context.fail(
      site.span(), "USDT probes by name are not available in this version yet",
      "write the Location that readelf -n shows, and the file offset of the Semaphore if that is "
      "not 0: va:0xLOCATION(0xREF)");
}

bool argument_number_not_yet(ParseContext& context, string_view variable, Span place) {
  auto number = parse_decimal(variable.substr(std::string_view("$arg").size()));
  std::string message = std::string(variable.substr(0, 40)) + " is not available in this version yet";
  if (variable == "$arg*") {
    return context.fail(place, std::move(message),
                        "write each argument; on x86-64 they are in %di %si %dx %cx %r8 %r9");
  }
  if (!number || *number == 0) {
    return context.fail(place, "arguments are numbered from 1",
                        "on x86-64 the first is in %di, on arm64 in %x0");
  }
  return context.fail(place, std::move(message), argument_place(*number));
}

bool argument_list_not_yet(ParseContext& context, string_view variable, Span place) {
  return context.fail(place, std::string(variable) + " is not available in this version yet",
                      "write each argument with its register: a=%di b=%si:s32");
}

bool variable_not_yet(ParseContext& context, string_view text, Span place) {
  std::string hint = "write where the value is: a register such as %di, or memory such as +8(%sp)";
  if (auto meant = familiar_register(text, Architecture::X86_64); !meant.empty()) {
    hint = fmt::format("if the register is meant, write %{}", meant);
  }
  return context.fail(place, "variables of the program are not available in this version yet",
                      std::move(hint));
}

bool string_length_not_yet(ParseContext& context, Span place) {
  return context.fail(place, "strings with a length are not available in this version yet",
                      "record the bytes and the length: data=+0(%di):x8[64] len=%si");
}

}  // namespace uproar
