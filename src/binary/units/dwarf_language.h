// Internal to this folder: the languages of debug information and what follows from them for reading it. The only
// list of DW_LANG_… numbers: a language has one for each of its editions, and compilers write those of DWARF 6
// already (https://dwarfstd.org/languages.html). Pure. Every `language` is a DW_LANG_…, 0 where the unit does not say.
#pragma once

#include <cstdint>

namespace uproar {

// C itself, in any edition.
bool is_c(int language);
// C, C++, Objective-C, Objective-C++.
bool is_of_c_family(int language);
bool is_ada(int language);
bool is_fortran(int language);

// Has C++'s classes, whose constructors and destructors decide how they are passed; languages that are not known count
// as if.
bool may_have_cxx_classes(int language);

// Names that differ in upper and lower case only are one name: Fortran, Ada, Pascal and their like.
bool ignores_case(int language);

// A text ends with its NUL, and structs are returned as C returns them. Not so in those without case and in D.
bool is_like_c(int language);

// A file shows others only what it exports; elsewhere (modules, crates, packages) the files are none of the program's
// business.
bool has_file_scope(int language);

// What the indices of an array begin with where DW_AT_lower_bound is left out (DWARF 5, table 7.17 and section 5.13): 1
// in Fortran, Ada, Pascal, Modula and their like, else 0.
int64_t default_lower_bound(int language);

}  // namespace uproar
