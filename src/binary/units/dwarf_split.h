// Internal to this folder: the split units (.dwo, .dwp) that skeletons stand for.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "binary/units/dwarf_file.h"

namespace uproar {

class SplitFile;

struct SplitUnit {
  Dwarf_Die root{};  // addr is null where it was not found …
  std::string why;   // … for reasons that follow the name of its file: "is neither in … nor in …"
};

// Whether the root of a unit in the program stands for one elsewhere. libdw does not take one of DWARF 4 for a
// skeleton that lists inlined calls (clang's -fsplit-dwarf-inlining).
bool is_skeleton(Dwarf_Die root);
// The name of the .dwo file as the compiler wrote it.
std::string split_name(Dwarf_Die skeleton);

class SplitUnits {
 public:
  // `file` must outlive the object.
  explicit SplitUnits(DwarfFile& file);
  ~SplitUnits();
  SplitUnits(const SplitUnits&) = delete;
  SplitUnits& operator=(const SplitUnits&) = delete;

  // Looked for by its id in PROGRAM.dwp (beside the program or its debug file, and below /usr/lib/debug), then
  // in the .dwo file that the skeleton names, below the folder of the program and that of the compilation.
  // What is found lives as long as this object.
  SplitUnit find(Dwarf_Die skeleton);

 private:
  struct Image;
  SplitFile* open(const std::string& path, std::string& why);
  std::vector<std::string> packages() const;
  std::vector<std::string> objects(Dwarf_Die skeleton) const;
  Dwarf_Die root_of(SplitFile& file, Dwarf_Die skeleton, uint64_t id, std::string& why);
  std::string_view from_base(Dwarf_Die skeleton, bool is_addresses);

  DwarfFile& file_;
  std::map<std::string, std::unique_ptr<SplitFile>> files_;
  std::map<std::string, std::string> unusable_;  // why, by path
  std::vector<std::unique_ptr<Image>> images_;
  bool based_ = false;
  std::vector<uint64_t> address_bases_;  // of all skeletons, ascending: where a part ends is not told
  std::vector<uint64_t> range_bases_;
};

}  // namespace uproar
