// Internal to this folder: following the steps of a definition through objects of the program.
#pragma once

#include <optional>
#include <string>

#include "binary/dwarf/dwarf_expression.h"
#include "binary/dwarf/dwarf_location.h"
#include "binary/dwarf/dwarf_sum.h"
#include "binary/dwarf/variable_info.h"
#include "binary/types/dwarf_types.h"

namespace uproar {

class DwarfScopes;

// One dimension of an array, in numbers of which some are only known while the program runs.
struct DwarfDimension {
  DwarfSum first;                // index
  std::optional<DwarfSum> last;  // none: not known, or there is no end
  std::optional<DwarfSum> step;  // bytes; none: as the nearer dimensions fill
  bool is_signed = true;         // bounds of less than 8 bytes
  std::optional<int64_t> index;  // that was asked for
};

// Something of a type at a place.
struct DwarfObject {
  Location location;
  std::optional<Dwarf_Die> variable;  // that it is, none for a part of one
  std::optional<Dwarf_Die> type;
  int dimension = 0;  // of an array type: how many of its subranges are taken
  // Where the array is no plain one, the dimension with the nearest neighbours first: `location` is its first
  // element (or a part of that), and `type` the array while an index is missing, then the element.
  std::vector<DwarfDimension> dimensions;
  std::optional<Location> owner;  // of a field: the struct, whose other fields its type may refer to
  uint32_t bit_size = 0;          // bitfield: width, 0: none
  uint32_t bit_offset = 0;        // from the lowest bit at `location`
  uint32_t container = 0;         // bytes that hold it
  bool is_swapped = false;        // … in the other byte order; bit_offset is of the number that they make
  std::vector<VariantTest> variants;  // that it is in
};

// A text or a sequence: where its first element is pointed at, and how many there are.
struct DwarfSequence {
  bool is_text = false;
  DwarfObject pointer;
  bool is_in_place = false;  // `pointer` is the first element itself
  std::optional<DwarfObject> length;
  std::optional<uint64_t> count;  // … which the type tells
  std::optional<Dwarf_Die> element;
  uint32_t character_size = 1;        // of a text
  uint64_t skip = 0;                  // bytes of something else before the first element
  std::optional<DwarfObject> object;  // of a text that is in itself while it is short
  bool length_is_last = false;        // … whose last byte tells that
  bool ends_in_nul = false;           // of a text with a length: a NUL stands behind it
  std::string refused;                // it is a text of a layout that cannot be followed: why
};

class ObjectReader {
 public:
  // All of them must outlive it. `scopes` finds the variables that types refer to.
  ObjectReader(DwarfTypes& types, DwarfScopes& scopes, const LocationContext& context)
      : types_(types), scopes_(scopes), context_(context) {}

  // One step from `object`; false: `fault` says why.
  bool step(DwarfObject& object, const VariableStepRequest& request, VariableFault& fault);
  // References (T &) replaced by what they refer to.
  void follow_references(DwarfObject& object);
  // What a probe can record of it.
  FoundValue read(DwarfObject object);

 private:
  void follow_to_elements(DwarfObject& object);
  bool arrow(DwarfObject& object, VariableFault& fault, const std::string& field);
  bool field(DwarfObject& object, const std::string& name, VariableFault& fault);
  size_t promoted(DwarfObject& object, const std::string& name);
  bool index(DwarfObject& object, int64_t number, VariableFault& fault);
  bool index_array(DwarfObject& object, Dwarf_Die& type, int64_t number, VariableFault& fault);
  bool index_plain(DwarfObject& object, Dwarf_Die& type, const ArrayOf& array, int64_t number,
                   VariableFault& fault);
  bool index_described(DwarfObject& object, Dwarf_Die& type, int64_t number, VariableFault& fault);
  bool index_from(DwarfObject& object, std::optional<Dwarf_Die> element, int64_t number, VariableFault& fault,
                  uint64_t skip = 0);
  bool is_plain(Dwarf_Die& type);
  bool describe(DwarfObject& object, Dwarf_Die& type, std::string& why);
  bool describe_fat_pointer(DwarfObject& object, Dwarf_Die& type, std::string& why);
  bool describe_sequence(DwarfObject& object, const DwarfSequence& sequence);
  std::optional<DwarfSum> bound(const DwarfObject& object, Dwarf_Die& dimension, unsigned name,
                                std::string& why);
  bool describe_dimension(const DwarfObject& object, Dwarf_Die& type, const ArrayOf& array,
                          DwarfDimension& made, std::string& why);
  std::optional<DwarfSum> open_array_bound(const DwarfObject& object, std::string& why);
  void read_array(const DwarfObject& object, Dwarf_Die& type, FoundValue& value);
  void read_described(const DwarfObject& object, FoundValue& value);
  void read_element(const DwarfObject& object, FoundValue& value);
  void read_running_text(const DwarfObject& object, FoundValue& value);
  void add_extent(const ArrayDimension& bounds, FoundValue& value);
  std::optional<NumberPlace> number_place(const DwarfSum& sum, bool is_signed);
  std::optional<ArrayDimension> placed(const DwarfDimension& dimension);
  void step_by_bits(DwarfObject& object, int64_t distance, uint64_t size);
  bool dereference(DwarfObject& object, VariableFault& fault);
  void point(DwarfObject& object, std::optional<Dwarf_Die> pointee);
  DwarfObject member_of(const DwarfObject& object, const Member& member);
  void add_variant(const DwarfObject& whole, const DwarfVariant& variant, DwarfObject& part);

  std::optional<DwarfSequence> sequence(const DwarfObject& object, bool inside_text = false);
  std::optional<DwarfObject> smart_pointer(const DwarfObject& object);
  std::optional<DwarfObject> any_pointer(const DwarfObject& object);
  std::optional<DwarfObject> first_pointer(const DwarfObject& object, int depth);
  std::optional<DwarfObject> path(DwarfObject object, std::initializer_list<const char*> names);
  std::optional<DwarfObject> undescribed_holder(const DwarfObject& text);
  uint32_t characters_of(const DwarfObject& object, const std::string& name);
  bool libcxx_string(const DwarfObject& object, DwarfSequence& found);
  std::optional<DwarfSequence> cxx_string(const DwarfObject& object, const std::string& name);
  std::optional<DwarfSequence> d_sequence(const DwarfObject& object);
  std::optional<DwarfSequence> pascal_string(const DwarfObject& object);
  std::optional<DwarfSequence> cxx_sequence(const DwarfObject& object, const std::string& name);
  std::optional<uint64_t> static_extent(const DwarfObject& span);
  std::optional<DwarfSequence> rust_fat_pointer(const DwarfObject& object, const std::string& name);
  std::optional<DwarfSequence> rust_wrapped_text(const DwarfObject& object, const std::string& name);
  std::optional<DwarfSequence> rust_cow(const DwarfObject& object);
  std::optional<DwarfSequence> rust_sequence(const DwarfObject& object, const std::string& name,
                                             bool inside_text);
  std::optional<DwarfObject> inside_rust(const DwarfObject& object);

  ValueShape shape(const DwarfObject& object, std::optional<Dwarf_Die> type);
  void array_shape(const DwarfObject& object, Dwarf_Die& type, ValueShape& shape);
  void element_shape(std::optional<Dwarf_Die> element, ValueShape& shape);
  void use_value_bits(Dwarf_Die& type, uint64_t size, ValueShape& shape);
  bool has_unknown_bits(const DwarfObject& object);
  ValueLocation place(const DwarfObject& object, ValueShape& shape);
  ValueLocation memory_place(const Location& location);
  void follow_to_text(DwarfObject& object);
  bool has_elements_alone(Dwarf_Die& type);
  void read_text(const DwarfObject& object, std::optional<Dwarf_Die> type, FoundValue& value);
  void read_bytes(const DwarfSequence& sequence, FoundValue& value);
  ValueLocation first_element(const DwarfSequence& sequence);
  void read_array_bytes(FoundValue& value);
  void read_behind(const DwarfObject& object, Dwarf_Die& type, FoundValue& value);
  std::optional<DwarfObject> inside_of(const DwarfObject& object, Dwarf_Die& type);
  bool begins_with_characters(std::optional<Dwarf_Die> type, int depth);
  bool may_be_characters(Dwarf_Die& pointer, std::optional<Dwarf_Die> target);
  void add_length(const DwarfSequence& sequence, FoundValue& value);

  void read_string(const DwarfObject& object, Dwarf_Die& type, FoundValue& value);
  std::optional<DwarfObject> string_length(const DwarfObject& object, Dwarf_Die& type);

  DwarfTypes& types_;
  DwarfScopes& scopes_;
  const LocationContext& context_;
  int budget_ = 0;  // structs that a search may still look into
  int behind_ = 0;  // pointers that were followed to the text that is looked for
};

// Whether the place of what was chosen is known, whatever the program's numbers are: only the bounds may not be.
bool has_known_place(const DwarfObject& object);
// Ada: a pointer to an array beside one to its bounds.
bool is_fat_pointer(Dwarf_Die& type, DwarfTypes& types);

// T of vector<T> and its like.
std::optional<Dwarf_Die> first_type_argument(Dwarf_Die& type);

// Fills the fault; always false, for those that return it.
bool refuse(VariableFault& fault, VariableFault::Kind kind, std::string message);

// Go, Rust, D, Fortran and Ada write the same for a field of a struct and of what a pointer points at.
bool dots_follow_pointers(int language);

}  // namespace uproar
