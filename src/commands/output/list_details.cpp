#include "commands/output/list_details.h"

#include <fmt/format.h>

#include <vector>

#include "binary/elf/address.h"
#include "commands/output/json.h"
#include "commands/output/table.h"
#include "resolve/places/find_functions.h"

namespace uproar {
namespace {

uint64_t offset_of(ProbedFile& file, uint64_t vaddr) {
  return file_offset_of(file.elf().segments(), vaddr).value_or(vaddr);
}

const char* words_of(ValueLocation::Kind kind) {
  switch (kind) {
    case ValueLocation::Kind::Register:
      return "in a register";
    case ValueLocation::Kind::Memory:
      return "in memory";
    case ValueLocation::Kind::Constant:
      return "a constant";
    case ValueLocation::Kind::Unavailable:
      return "";
  }
  return "";
}

}  // namespace

Result<void> list_variables(ProbedFile& file, const std::string& function, bool json, Console& console) {
  TRY_ASSIGN(FoundPlaces places, find_functions_named(function, file));
  TRY_ASSIGN(DebugInfo * debug, file.debug_info());
  std::vector<std::vector<std::string>> rows = {{"FUNCTION", "VARIABLE", "TYPE", "KIND", "WHERE"}};
  for (const FoundPlace& place : places) {
    TRY_ASSIGN(auto variables, debug->variables(CodePoint{place.vaddr, place.symbol}));
    for (const VariableInfo& each : variables) {
      // Of a string that is passed in two registers there are two places.
      const bool in_parts = each.value.shape.kind == ValueShape::Kind::SizedString;
      const ValueLocation& where = in_parts ? each.value.text : each.value.place;
      const std::string words =
          where.kind == ValueLocation::Kind::Unavailable ? where.why : words_of(where.kind);
      const char* kind = each.is_parameter ? "parameter" : "variable";
      if (!json) {
        rows.push_back({place.symbol, each.name, each.type, kind, words});
        continue;
      }
      Json line{{"kind", kind},
                {"function", place.symbol},
                {"offset", offset_of(file, place.vaddr)},
                {"name", each.name},
                {"type", each.type},
                {"available", where.kind != ValueLocation::Kind::Unavailable}};
      if (where.kind == ValueLocation::Kind::Unavailable) line["why"] = where.why;
      console.print(to_line(line));
    }
  }
  if (!json) console.print(format_table(rows));
  return {};
}

Result<void> list_lines(ProbedFile& file, const std::string& function, bool json, Console& console) {
  TRY_ASSIGN(FoundPlaces places, find_functions_named(function, file));
  TRY_ASSIGN(DebugInfo * debug, file.debug_info());
  std::vector<std::vector<std::string>> rows = {{"OFFSET", "LINE", "FILE", "FUNCTION"}};
  for (const FoundPlace& place : places) {
    if (place.is_inlined) continue;
    TRY_ASSIGN(auto lines, debug->lines_of_function(place.function_vaddr));
    for (const LineAddress& each : lines) {
      const uint64_t offset = offset_of(file, each.vaddr);
      if (!json) {
        rows.push_back({fmt::format("0x{:x}", offset), std::to_string(each.line), each.file, place.symbol});
        continue;
      }
      console.print(to_line(Json{{"kind", "line"},
                                 {"function", place.symbol},
                                 {"offset", offset},
                                 {"vaddr", each.vaddr},
                                 {"file", each.file},
                                 {"line", each.line}}));
    }
  }
  if (!json) console.print(format_table(rows));
  return {};
}

}  // namespace uproar
