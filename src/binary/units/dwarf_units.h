// Internal to this folder: which unit holds an address or mentions a name, and what stands at the top of a
// unit. Only units that are asked for are walked, and each at most once.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "binary/units/dwarf_die.h"
#include "binary/units/dwarf_file.h"
#include "binary/units/dwarf_split.h"

namespace uproar {

// A namespace, class, module or function that others stand in: [begin, end) of DIE offsets.
struct DwarfScope {
  Dwarf_Off begin = 0;
  Dwarf_Off end = 0;
  size_t parent = SIZE_MAX;  // the number of the scope that it stands in, SIZE_MAX: none
  Dwarf_Die die{};           // whose name it has: a copy of each would multiply a long one
};

struct DwarfUnit {
  Dwarf_CU* cu = nullptr;
  Dwarf_Die skeleton{};     // has the addresses and the line table; the same as `root` without split DWARF
  Dwarf_Die root{};         // has the children
  int language = 0;         // DW_LANG_…, 0 if it does not say
  bool is_code = false;     // may hold code: neither partial nor a type unit
  bool is_partial = false;  // what several units share: they import it (dwz)
  bool is_split = false;
  // Why its split unit was not found, behind the name of the .dwo file; then `root` is the skeleton's.
  std::string split_fault;
  bool complete = false;  // root and language are known
};

// What stands at the top of one unit, and in its namespaces and classes.
struct UnitContents {
  std::vector<DwarfScope> scopes;    // ascending by `begin`, nested
  std::vector<Dwarf_Die> functions;  // with code of their own
  // Defined, their code told elsewhere: inlined somewhere, or the originals of what link-time optimisation made.
  std::vector<Dwarf_Die> abstracts;
  std::vector<Dwarf_Die> imports;  // DW_TAG_imported_unit
  std::vector<Dwarf_Die> variables;
  std::vector<Dwarf_Die> types;  // complete structs, classes, unions, enumerations
  // Namespaces whose names are known in the scope around them, by their offsets: inline ones, as compilers
  // tell before DWARF 5.
  std::set<Dwarf_Off> opened;
};

// Which scopes of a qualified name are written.
enum class ScopesShown : uint8_t {
  All,      // app::(anonymous namespace)::v1::area
  Named,    // app::v1::area
  Written,  // app::area: without anonymous and inline namespaces
};

// The strings sections of one Dwarf handle that may hold a name, as offsets: see DwarfUnits::mentioning.
struct NameOffsets {
  bool too_many = false;
  std::vector<uint64_t> strings;  // of .debug_str
  std::vector<uint64_t> line_strings;
  std::vector<uint64_t> indexed;  // of the entries of .debug_str_offsets that lead there
};

class DwarfUnits {
 public:
  explicit DwarfUnits(DwarfFile& file) : file_(file), splits_(file) {}

  DwarfFile& file() { return file_; }
  uint64_t pointer_size() const { return file_.file().is_64_bit() ? 8 : 4; }

  // The unit whose code holds the address (DWARF's numbering). By .debug_aranges, else by the ranges that the
  // units tell.
  const DwarfUnit* at(Dwarf_Addr address);
  // The unit that a DIE belongs to.
  const DwarfUnit* of(Dwarf_Die& die);
  const std::vector<std::unique_ptr<DwarfUnit>>& all();

  const UnitContents& contents(const DwarfUnit& unit);
  // Contents of types and functions that stand in functions, which contents() leaves out.
  const UnitContents& deep_contents(const DwarfUnit& unit);

  // The units that may hold a DIE of that name: those whose bytes have it or refer to it. `name` is what
  // DW_AT_name or the linkage name begins with, up to its end or a '<'. A unit may be told in vain, none is
  // missed.
  std::vector<const DwarfUnit*> mentioning(std::string_view name);
  // The units whose bytes hold one of these offsets as a 4-byte number: references to DIEs of other units.
  std::vector<const DwarfUnit*> referring_to(const std::vector<Dwarf_Off>& offsets);

  // Walks of a unit end after so many DIEs, each of which is a byte at least: siblings may lead in circles.
  size_t most_entries(const DwarfUnit& unit) { return bytes_of(unit.root).size(); }

  // "app::Rec" of a DIE: its scopes and its name, joined as its language does (D, Ada and Pascal: '.'). Cut
  // where it is longer than any name should be.
  std::string qualified_name(Dwarf_Die die, ScopesShown shown = ScopesShown::All);
  // Units in one of the languages whose names are the same in upper and lower case.
  std::vector<const DwarfUnit*> without_case();
  // The source file that a DIE declares; empty where it does not tell.
  std::string declared_file(Dwarf_Die die);

 private:
  struct Range {
    Dwarf_Addr begin;
    Dwarf_Addr end;
    const DwarfUnit* unit;
  };
  void complete(DwarfUnit& unit);
  bool mentions(DwarfUnit& unit, const std::string& name);
  // Those of the file that this one shares (dwz -m); they have no code.
  const std::vector<std::unique_ptr<DwarfUnit>>& shared();
  const DwarfUnit* by_aranges(Dwarf_Addr address);
  const DwarfUnit* by_ranges(Dwarf_Addr address);
  const NameOffsets& offsets_of(Dwarf* dwarf, const std::string& name);
  std::string_view bytes_of(Dwarf_Die root);

  DwarfFile& file_;
  SplitUnits splits_;
  bool listed_ = false;
  std::vector<std::unique_ptr<DwarfUnit>> units_;
  bool shared_listed_ = false;
  std::vector<std::unique_ptr<DwarfUnit>> shared_;
  std::map<Dwarf_CU*, DwarfUnit*> by_cu_;
  bool ranged_ = false;
  std::vector<Range> ranges_;
  std::vector<const DwarfUnit*> rangeless_;
  std::map<const DwarfUnit*, UnitContents> contents_;
  std::map<const DwarfUnit*, UnitContents> deep_;
  std::map<std::pair<Dwarf*, std::string>, NameOffsets> offsets_;
  std::map<Dwarf*, std::vector<std::string_view>> sections_;  // that hold units
  std::optional<std::string_view> string_offsets_;
  std::vector<std::unique_ptr<DwarfUnit>> others_;  // of DIEs in alternate files and type units
};

}  // namespace uproar
