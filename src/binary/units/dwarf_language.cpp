#include "binary/units/dwarf_language.h"

#include <dwarf.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace uproar {
namespace {

enum class Family : uint8_t {
  NotKnown,
  Ada,
  Assembler,
  C,
  Cobol,
  Cxx,
  D,
  Fortran,
  Julia,
  Modula,
  ObjectiveC,
  ObjectiveCxx,
  Pascal,
  Pli,
};

struct Edition {
  int language;
  Family family;
};

// Languages that are not here have no rule of their own. Those without a name in dwarf.h are of DWARF 6.
constexpr auto kEditions = std::to_array<Edition>({
    {DW_LANG_C89, Family::C},
    {DW_LANG_C, Family::C},
    {DW_LANG_C99, Family::C},
    {DW_LANG_C11, Family::C},
    {0x2c, Family::C},  // C17
    {0x3e, Family::C},  // C23
    {DW_LANG_C_plus_plus, Family::Cxx},
    {DW_LANG_C_plus_plus_03, Family::Cxx},
    {DW_LANG_C_plus_plus_11, Family::Cxx},
    {DW_LANG_C_plus_plus_14, Family::Cxx},
    {0x2a, Family::Cxx},  // C++17
    {0x2b, Family::Cxx},  // C++20
    {0x3a, Family::Cxx},  // C++23
    {DW_LANG_ObjC, Family::ObjectiveC},
    {DW_LANG_ObjC_plus_plus, Family::ObjectiveCxx},
    {DW_LANG_Mips_Assembler, Family::Assembler},
    {0x31, Family::Assembler},
    {DW_LANG_Ada83, Family::Ada},
    {DW_LANG_Ada95, Family::Ada},
    {0x2e, Family::Ada},  // Ada 2005
    {0x2f, Family::Ada},  // Ada 2012
    {DW_LANG_Fortran77, Family::Fortran},
    {DW_LANG_Fortran90, Family::Fortran},
    {DW_LANG_Fortran95, Family::Fortran},
    {DW_LANG_Fortran03, Family::Fortran},
    {DW_LANG_Fortran08, Family::Fortran},
    {0x2d, Family::Fortran},  // Fortran 18
    {DW_LANG_Cobol74, Family::Cobol},
    {DW_LANG_Cobol85, Family::Cobol},
    {DW_LANG_D, Family::D},
    {DW_LANG_Julia, Family::Julia},
    {DW_LANG_Modula2, Family::Modula},
    {DW_LANG_Modula3, Family::Modula},
    {DW_LANG_Pascal83, Family::Pascal},
    {DW_LANG_PLI, Family::Pli},
});

Family family_of(int language) {
  const auto* found = std::find_if(kEditions.begin(), kEditions.end(),
                                   [language](const Edition& each) { return each.language == language; });
  return found == kEditions.end() ? Family::NotKnown : found->family;
}

}  // namespace

bool is_c(int language) {
  return family_of(language) == Family::C;
}

bool is_of_c_family(int language) {
  switch (family_of(language)) {
    case Family::C:
    case Family::Cxx:
    case Family::ObjectiveC:
    case Family::ObjectiveCxx:
      return true;
    default:
      return false;
  }
}

bool is_ada(int language) {
  return family_of(language) == Family::Ada;
}

bool is_fortran(int language) {
  return family_of(language) == Family::Fortran;
}

bool may_have_cxx_classes(int language) {
  const Family family = family_of(language);
  return family != Family::C && family != Family::ObjectiveC;
}

bool ignores_case(int language) {
  switch (family_of(language)) {
    case Family::Ada:
    case Family::Cobol:
    case Family::Fortran:
    case Family::Pascal:
    case Family::Pli:
      return true;
    default:
      return false;
  }
}

bool is_like_c(int language) {
  return !ignores_case(language) && language != DW_LANG_D;
}

bool has_file_scope(int language) {
  return language == 0 || is_of_c_family(language) || family_of(language) == Family::Assembler;
}

int64_t default_lower_bound(int language) {
  switch (family_of(language)) {
    case Family::Ada:
    case Family::Cobol:
    case Family::Fortran:
    case Family::Julia:
    case Family::Modula:
    case Family::Pascal:
    case Family::Pli:
      return 1;
    default:
      return 0;
  }
}

}  // namespace uproar
