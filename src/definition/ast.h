// What a definition says, as it was written: nothing looked up, nothing decided.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/span.h"

namespace uproar::ast {

struct Name {
  std::string text;
  Span span;
};

// PATH: which file.
struct Target {
  enum class Form {
    AbsolutePath,  // /bin/bash
    Name,     // bash, libc.so.6: looked up in $PATH or by soname; with a '/' in it a path relative to the
              // working directory, as the kernel takes it
    Process,  // pid:PID and pid:PID/libfoo.so
  };
  Form form = Form::AbsolutePath;
  std::string text;  // the path or name; for Process what follows the PID and its '/' (empty: the executable)
  int32_t pid = 0;   // Process only
  Span span;
};

// SITE: which place in it.
struct Site {
  enum class Form {
    FileOffset,      // 0x1234, 4660 or 011064: `offset`
    VirtualAddress,  // va:0x401136: `offset`
    Symbol,          // readline, readline+0x10, ns::area(double, int), foo@V1: `symbol`, `offset`
    Glob,            // 'ssl_*': `symbol` without its quotes; * ? [set] as in base/glob.h
    SourceLine,      // main.c:17, src/main.c:17: `symbol` is the file, `line`
    FunctionLine,    // main:3, ns::f:3: `symbol` is the function, `line` counts from its first line, 0
    Usdt,            // %provider:name, each may be a glob: `provider`, `symbol` is the name
  };
  Form form = Form::FileOffset;
  std::string symbol;
  std::string provider;  // Usdt only
  uint64_t offset = 0;
  uint32_t line = 0;
  bool offset_given = false;            // SYMBOL+0xN rather than SYMBOL
  std::optional<uint64_t> ref_counter;  // (0xREF)
  Span span;                            // without the target and its colon
  Span ref_counter_span;
};

struct Fetch;

// Owns one T, or none after it was moved from, and copies it when it is copied.
template <typename T>
class Box {
 public:
  Box() = default;
  Box(std::unique_ptr<T> value) : value_(std::move(value)) {}
  Box(const Box& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Box(Box&&) noexcept = default;
  Box& operator=(Box other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Box() = default;

  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }
  T* get() { return value_.get(); }
  const T* get() const { return value_.get(); }
  explicit operator bool() const { return value_ != nullptr; }

 private:
  std::unique_ptr<T> value_;
};

// How a number was written. The kernel lists fetches as they were typed, so the base is part of the text.
enum class Radix : uint8_t { Decimal, Octal, Hex };

// +N(F), -N(F), +uN(F)
struct Dereference {
  int64_t offset = 0;
  bool user = false;
  Box<Fetch> inner;
  Radix radix = Radix::Decimal;
  std::string ignored;  // what stands between the last ')' and the type; the kernel accepts and ignores it
};
// %di
struct Register {
  std::string name;
};
// $stack
struct StackPointer {};
// $stackN; the kernel keeps the low 32 bits of N
struct StackSlot {
  uint64_t index = 0;
};
// $retval
struct ReturnValue {
  std::string ignored;  // what follows the word; the kernel accepts and ignores it
};
// $comm, $COMM
struct TaskName {
  bool upper_case = false;
};
// @0x601040
struct Address {
  uint64_t value = 0;
  Radix radix = Radix::Hex;
};
// @+0x2000
struct FileOffset {
  int64_t value = 0;
  Radix radix = Radix::Hex;
};
// @counter, @counter+8
struct DataSymbol {
  std::string name;
  int64_t offset = 0;
  Radix radix = Radix::Decimal;
};
// \42
struct Immediate {
  int64_t value = 0;
  Radix radix = Radix::Decimal;
};
// \"text"
struct ImmediateString {
  std::string text;
};
// $arg1 is the first
struct ArgumentNumber {
  uint32_t number = 1;
};
// A variable of the program's source and the way from it to a value: this->id, *list->head, v[3], s.len.
// Steps stand in the order in which they are done: those of *a->b are Arrow b, Dereference.
struct VariableStep {
  enum class Kind { Arrow, Dot, Index, Dereference };
  Kind kind = Kind::Dot;
  std::string field;  // Arrow and Dot; the fields of tuples are numbers
  int64_t index = 0;  // Index
  Span span;
};
// $retval with steps behind it is one, too, of that name.
inline constexpr std::string_view kResultName = "$retval";
struct Variable {
  std::string name;
  std::vector<VariableStep> steps;
};
// $params, $vars: stand for all parameters, all parameters and locals; alone, without name and type
struct VariableList {
  bool parameters_only = false;
};

struct Fetch {
  std::variant<Dereference, Register, StackPointer, StackSlot, ReturnValue, TaskName, Address, FileOffset,
               DataSymbol, Immediate, ImmediateString, ArgumentNumber, Variable, VariableList>
      form;
  Span span;
};

// What a fetch begins with: itself, or what stands within all its dereferences.
inline const Fetch& leaf_of(const Fetch& fetch) {
  const Fetch* part = &fetch;
  while (const auto* dereference = std::get_if<Dereference>(&part->form)) part = dereference->inner.get();
  return *part;
}

// $argN, variables, $params and $vars: forms that no kernel knows. Whether they are values or memory is known
// only once they are looked up.
inline bool is_own_form(const Fetch& leaf) {
  return std::holds_alternative<ArgumentNumber>(leaf.form) || std::holds_alternative<Variable>(leaf.form) ||
         std::holds_alternative<VariableList>(leaf.form);
}

// :TYPE
struct Type {
  enum class Kind { Unsigned, Signed, Hex, Char, String, UserString, Symbol, Bitfield };
  Kind kind = Kind::Hex;
  uint32_t bits = 64;      // 8, 16, 32, 64; for Bitfield the container
  uint32_t bit_width = 0;  // Bitfield only: b<bit_width>@<bit_offset>/<bits>
  uint32_t bit_offset = 0;
  std::optional<uint32_t> array_count;  // [N]
  Box<Fetch> length;                    // string(LEN) only: how many bytes the string has
  // string(LEN:TYPE) only: Unsigned, Signed or Hex; none: 64 bits, or the type that the source gives LEN.
  Box<Type> length_type;
  Span span;
};

// [NAME=]FETCH[:TYPE]
struct Argument {
  std::optional<Name> name;
  Fetch fetch;
  std::optional<Type> type;
  Span span;
};

// p:GROUP/EVENT PATH:SITE ARG…
struct Probe {
  bool is_return = false;
  std::optional<Name> group;
  std::optional<Name> event;
  Target target;
  Site site;
  std::vector<Argument> arguments;
};

// -:[GROUP/]EVENT [PATH:OFFSET [ARG…]]; what follows the name is kept as text. An empty event name (-:GROUP/)
// means every event of the group.
struct Deletion {
  std::optional<Name> group;
  Name event;
  std::string place;
};

// One line. Blank and comment lines are Empty.
struct Empty {};
using Line = std::variant<Empty, Probe, Deletion>;

}  // namespace uproar::ast
