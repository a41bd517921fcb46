// What several rules of tracefs ask of an argument.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "plan/fetch.h"

namespace uproar {

// The value is read from memory; else it is what a register, a constant or the task gives.
inline bool is_memory(const std::vector<FetchOperation>& operations) {
  const FetchOperation::Kind last = operations.back().kind;
  return last == FetchOperation::Kind::Dereference || last == FetchOperation::Kind::Address ||
         last == FetchOperation::Kind::FileOffset;
}

// Up to its NUL, as the kernel itself knows strings.
inline bool is_string(const ValueType& type) {
  return type.kind == ValueType::Kind::String || type.kind == ValueType::Kind::UserString;
}

// A string that the kernel does not know: it becomes an array of bytes and helpers, mostly one with
// their number.
inline bool has_length(const ValueType& type) {
  return type.kind == ValueType::Kind::SizedString || type.kind == ValueType::Kind::BoundedString ||
         type.kind == ValueType::Kind::SmallString;
}

// In the fixed part of a record, where a string has a reference of 4 bytes. Of a type that the kernel knows.
inline size_t stored_bytes(const ValueType& type) {
  const size_t element = is_string(type) ? 4 : type.bits / 8;
  return element * std::max<size_t>(type.array_count, 1);
}

}  // namespace uproar
