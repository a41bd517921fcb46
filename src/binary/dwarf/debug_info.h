// The DWARF of one program: where its variables are, which calls were inlined, which line is where.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace uproar {

class ElfFile;

// How to reach a value at one address of the code.
struct ValuePlace {
  enum class Kind : uint8_t {
    Register,     // the value is in `dwarf_register`
    Memory,       // see below
    Constant,     // known when the program was compiled: `constant`
    Unavailable,  // `why`
  };
  Kind kind = Kind::Unavailable;
  // Memory: from the base each displacement but the last is added and a pointer read there; the last one
  // added gives the value's address. {8} is +8(base), {8, 16} is +16(+8(base)).
  bool base_is_static = false;  // the base is the address `static_vaddr`, else the value of `dwarf_register`
  uint64_t static_vaddr = 0;
  uint32_t dwarf_register = 0;  // numbered as the ABI's DWARF mapping does (x86-64: 5 is rdi, 7 is rsp)
  std::vector<int64_t> displacements;
  int64_t constant = 0;
  std::string why;  // Unavailable, follows the variable's name: "was optimised out", "is in xmm0 …"
};

// What a value is, as far as recording it needs to know.
struct ValueShape {
  enum class Kind : uint8_t {
    Signed,
    Unsigned,
    Boolean,
    Character,
    Enumeration,
    Pointer,
    CString,      // pointer to char: the value is the pointer
    CharArray,    // char[count] in place
    SizedString,  // text and its length (std::string, string_view, Go string, &str, String)
    Array,        // `count` elements of `element_size` bytes and kind `element`
    Floating,
    Aggregate,  // a struct, union or class: only its fields can be recorded
  };
  Kind kind = Kind::Aggregate;
  bool is_signed = false;   // Enumeration, bitfields and array elements
  uint64_t size = 0;        // bytes
  uint32_t bit_size = 0;    // bitfield: width; 0: none
  uint32_t bit_offset = 0;  // bitfield: from the lowest bit of the `size` bytes at the place
  uint64_t count = 0;       // Array, CharArray
  Kind element = Kind::Unsigned;
  uint64_t element_size = 0;
  uint64_t length_size = 8;  // SizedString: bytes of the length
  std::string name;          // as the language writes it: "const app::Rec *", "unsigned int : 3"
};

struct VariableStepRequest {
  enum class Kind : uint8_t { Arrow, Dot, Index, Dereference };
  Kind kind = Kind::Dot;
  std::string field;
  int64_t index = 0;
};

struct FoundValue {
  ValuePlace place;
  ValueShape shape;
  ValuePlace text;                  // CString, CharArray, SizedString: Memory of the first byte
  ValuePlace length;                // SizedString; the two may be in different registers
  std::vector<std::string> fields;  // Aggregate: what can be asked of it, if they are not far too many
};

struct VariableInfo {
  std::string name;
  std::string type;  // as the language writes it
  bool is_parameter = false;
  FoundValue value;
};

// Why a variable could not be found or followed.
struct VariableFault {
  enum class Kind : uint8_t {
    NoFunction,
    NoVariable,
    NoField,
    NotAPointer,
    NotComplete,  // its type is only declared
    NotAnArray,
    NotAStruct,
    OutOfBounds
  };
  Kind kind = Kind::NoVariable;
  int step = -1;                   // of the request, -1: the variable itself
  std::string message;             // one line: "Rec has no field titel"
  std::vector<std::string> names;  // of the fields or variables that there are
};

// Where a variable is looked for.
struct CodePoint {
  uint64_t pc = 0;
  std::string function;  // which of the functions that hold the pc (inlined ones do so too); empty: innermost
};

// A call that the compiler inlined, or a function's own code.
struct FunctionInstance {
  std::string name;             // qualified: app::mix
  std::string linkage_name;     // mangled, empty if none
  uint64_t entry = 0;           // where the instance begins
  uint64_t function_vaddr = 0;  // of the code that holds it
  uint64_t function_size = 0;
  bool is_inlined = false;
  std::string file;  // where it is declared, empty if not told
  uint32_t line = 0;
};

struct LineAddress {
  uint64_t vaddr = 0;
  std::string file;  // as the line table names it
  uint32_t line = 0;
};

struct LinePlace {
  LineAddress at;
  std::optional<FunctionInstance> function;  // that the line belongs to; inlined ones have their own
};

struct LineSearch {
  std::vector<LinePlace> places;
  std::vector<std::string> files;  // that the name means
  std::optional<uint32_t> near;    // no place: the next line that has code
};

class DebugInfo {
 public:
  // The DWARF of `file`, which must outlive the result, or of `debug_path` where that is not empty (its
  // build-id is compared). Split DWARF and dwz alternates are followed. Only the units that matter are read.
  // Errors: no debug information, another build.
  static Result<std::unique_ptr<DebugInfo>> open(const ElfFile& file, const std::string& debug_path);
  virtual ~DebugInfo() = default;

  // Follows `steps` from the variable that `name` means (innermost scope first, then the function's
  // parameters, then globals). References are followed by themselves. A parameter whose place in the frame is
  // not written yet is found in the register that the function's first instructions store there. An error has
  // its `fault`; a value that there is but cannot be reached has an Unavailable place instead.
  virtual Result<FoundValue> find_value(const CodePoint& at, std::string_view name,
                                        const std::vector<VariableStepRequest>& steps,
                                        VariableFault& fault) = 0;
  // Parameters, then locals in scope, in the order of the source. Error: no function there.
  virtual Result<std::vector<VariableInfo>> variables(const CodePoint& at) = 0;

  // Every instance of the functions that `name` means, inlined ones included, ascending by entry. Names are
  // plain, qualified from any scope on, with or without template arguments and parameters, or mangled.
  virtual Result<std::vector<FunctionInstance>> instances(std::string_view name) = 0;
  // The function whose code holds the address, never an inlined one.
  virtual std::optional<FunctionInstance> function_at(uint64_t vaddr) = 0;

  // Where the statements of a line begin: `file` is the whole path or its end (main.c, src/main.c). Addresses
  // of one line that the compiler split are one for each function or inlined call that holds it, the lowest.
  virtual Result<LineSearch> addresses_of_line(std::string_view file, uint32_t line) = 0;
  // Names of source files that are like `file`, for a message.
  virtual std::vector<std::string> source_files(std::string_view file) = 0;
  // File and line of an address; nothing if not known.
  virtual std::optional<LineAddress> line_at(uint64_t vaddr) = 0;
  // Lines of the function that holds `vaddr`, ascending by address.
  virtual Result<std::vector<LineAddress>> lines_of_function(uint64_t vaddr) = 0;
};

}  // namespace uproar
