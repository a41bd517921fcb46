// Internal to this folder: a file of split units (.dwo, .dwp), with its sections by name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "binary/split/split_image.h"
#include "binary/split/split_index.h"
#include "binary/units/dwarf_file.h"

namespace uproar {

class SplitFile {
 public:
  // Errors follow the file's name: "it is damaged".
  static Result<std::unique_ptr<SplitFile>> open(const std::string& path);

  // The parts of the unit with that id and of the type units that it may refer to; views into this object.
  // False: there is none.
  bool parts(uint64_t id, SplitParts& parts) const;

  // Of the units that a .dwo file has, for a message. None for a package.
  std::vector<uint64_t> ids() const;

 private:
  std::string_view section(const char* name) const;
  Result<void> read_sections();
  void list_units();
  bool plain(uint64_t id, SplitParts& parts) const;
  bool packaged(uint64_t id, SplitParts& parts) const;
  std::string_view part(const SplitIndex& index, size_t row, SplitIndex::Table table) const;
  SplitTables tables(const SplitIndex& index, size_t row) const;
  void add_types(std::string_view bytes, std::unordered_map<uint64_t, bool>& taken, SplitParts& parts) const;

  std::unique_ptr<DwarfHandle> handle_;
  std::map<std::string, std::vector<std::string_view>> sections_;
  bool is_big_endian_ = false;
  uint16_t machine_ = 0;
  bool is_package_ = false;
  SplitIndex units_;
  SplitIndex types_;
  std::map<uint64_t, std::string_view> objects_;
  std::vector<std::string_view> object_types_;
};

}  // namespace uproar
