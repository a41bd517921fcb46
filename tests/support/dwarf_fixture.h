// The parts behind DebugInfo, opened on a fixture, for the tests of each.
#pragma once

#include <gtest/gtest.h>

#include "binary/dwarf/dwarf_functions.h"
#include "support/debug_fixture.h"

namespace uproar::oracle {

struct DwarfFixture {
  explicit DwarfFixture(const std::string& name)
      : path(dwarf_fixture(name)),
        file(std::move(*ElfFile::open(path))),
        dwarf(std::move(*DwarfFile::open(*file, {}))),
        units(*dwarf),
        types(units),
        scopes(types),
        functions(types, scopes) {}

  // The first function of that plain name with code of its own.
  Dwarf_Die function(const std::string& name) { return top_entry(name, &UnitContents::functions); }
  Dwarf_Die type(const std::string& name) { return top_entry(name, &UnitContents::types); }
  Dwarf_Die variable(const std::string& name) { return top_entry(name, &UnitContents::variables); }
  Dwarf_Die parameter(Dwarf_Die of, const std::string& name) {
    for (DieChildren child(of); child; child.next()) {
      if (name_of(*child) == name) return *child;
    }
    ADD_FAILURE() << name << " is not there";
    return {};
  }

  Dwarf_Addr entry(const std::string& mangled) const { return dwarf->to_dwarf(address(path, mangled)); }
  LocationContext context(Dwarf_Addr pc) { return scopes.context(scopes.at(pc), pc); }

  std::string path;
  std::unique_ptr<ElfFile> file;
  std::unique_ptr<DwarfFile> dwarf;
  DwarfUnits units;
  DwarfTypes types;
  DwarfScopes scopes;
  DwarfFunctions functions;

 private:
  Dwarf_Die top_entry(const std::string& name, std::vector<Dwarf_Die> UnitContents::*list) {
    for (const auto& unit : units.all()) {
      for (Dwarf_Die die : units.contents(*unit).*list) {
        if (name_of(die) == name) return die;
      }
    }
    ADD_FAILURE() << name << " is not there";
    return {};
  }
};

// The mangled names of shapes.cc's functions.
inline constexpr const char* kArea = "_ZN4shop4areaEi";
inline constexpr const char* kTwice = "_ZN4shop5twiceEi";
inline constexpr const char* kLook =
    "_ZN4shop4lookEPKNS_4ItemERS1_St17basic_string_viewIcSt11char_traitsIcEE";
inline constexpr const char* kRun = "_ZN4shop5Clerk3runEi";

}  // namespace uproar::oracle
