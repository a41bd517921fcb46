#include "lower/tracefs/argument_text.h"

#include <fmt/format.h>

#include "base/result.h"
#include "lower/type_names.h"

namespace uproar {
namespace {

// Magnitude of a negative number that may be INT64_MIN.
uint64_t magnitude(int64_t number) {
  return number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
}

// The operation that makes the value (kernel: kernel/trace/trace_probe.c parse_probe_arg).
std::string source_text(const FetchOperation& operation) {
  switch (operation.kind) {
    case FetchOperation::Kind::Register:
      CHECK(operation.index.empty());  // fit_to_tracefs saw to that
      return fmt::format("%{}", operation.name);
    case FetchOperation::Kind::StackPointer:
      return "$stack";
    case FetchOperation::Kind::StackSlot:
      return fmt::format("$stack{}", operation.number);
    case FetchOperation::Kind::ReturnValue:
      return "$retval";
    case FetchOperation::Kind::Immediate:
      return fmt::format("\\{}", operation.number);
    case FetchOperation::Kind::ImmediateString:
      return fmt::format("\\\"{}\"", operation.name);
    case FetchOperation::Kind::Address:
      return fmt::format("@0x{:x}", static_cast<uint64_t>(operation.number));
    case FetchOperation::Kind::FileOffset:
      // The number behind "@+" may carry a sign of its own.
      return fmt::format("@+{}0x{:x}", operation.number < 0 ? "-" : "", magnitude(operation.number));
    case FetchOperation::Kind::TaskName:
      return "$comm";
    case FetchOperation::Kind::Dereference:
      break;
  }
  CHECK(operation.kind != FetchOperation::Kind::Dereference);
  return {};
}

// What the kernel takes a missing :TYPE for.
bool is_default_type(const FetchArgument& argument) {
  const ValueType& type = argument.type;
  if (type.array_count != 0) return false;
  FetchOperation::Kind kind = argument.operations.front().kind;
  bool is_text = kind == FetchOperation::Kind::TaskName || kind == FetchOperation::Kind::ImmediateString;
  if (is_text) return type.kind == ValueType::Kind::String;
  return type.kind == ValueType::Kind::Hex && type.bits == 64;
}

}  // namespace

std::string tracefs_argument(const FetchArgument& argument) {
  CHECK(!argument.operations.empty());
  std::string fetch = source_text(argument.operations.front());
  for (size_t i = 1; i < argument.operations.size(); ++i) {
    const FetchOperation& operation = argument.operations[i];
    CHECK(operation.kind == FetchOperation::Kind::Dereference);
    fetch = fmt::format("{}{}{}({})", operation.number < 0 ? '-' : '+', operation.user ? "u" : "",
                        magnitude(operation.number), fetch);
  }
  std::string text = argument.name + "=" + fetch;
  if (!is_default_type(argument)) text += fmt::format(":{}", kernel_type_name(argument.type));
  return text;
}

}  // namespace uproar
