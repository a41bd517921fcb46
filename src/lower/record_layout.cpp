#include "lower/record_layout.h"

namespace uproar {
namespace {

// kernel: kernel/trace/trace_uprobe.c SIZEOF_TRACE_ENTRY: the common fields, and one or two addresses.
constexpr uint32_t kCommonBytes = 8;
constexpr uint32_t kAddressBytes = 8;

// kernel: kernel/trace/trace_probe.c probe_fetch_types. A bitfield is a number of its container's size;
// strings with a length have become arrays.
Field::Kind kind_of(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::Unsigned:
    case ValueType::Kind::Bitfield:
      return Field::Kind::Unsigned;
    case ValueType::Kind::Signed:
      return Field::Kind::Signed;
    case ValueType::Kind::Char:
      return Field::Kind::Char;
    case ValueType::Kind::String:
    case ValueType::Kind::UserString:
      return Field::Kind::String;
    case ValueType::Kind::Hex:
    case ValueType::Kind::Symbol:
    case ValueType::Kind::SizedString:
    case ValueType::Kind::BoundedString:
    case ValueType::Kind::SmallString:
      return Field::Kind::Hex;
  }
  return Field::Kind::Hex;
}

void add_field(const FetchArgument& argument, uint32_t& offset, EventSchema& schema) {
  Field field;
  field.name = argument.name;
  field.kind = kind_of(argument.type);
  field.size = field.kind == Field::Kind::String ? 4 : static_cast<uint8_t>(argument.type.bits / 8);
  field.count = static_cast<uint16_t>(argument.type.array_count);
  field.offset = offset;
  offset += field.byte_size();
  schema.fields.push_back(std::move(field));
}

}  // namespace

EventSchema record_layout(const ProbePlan& plan, const KernelArguments& arguments) {
  EventSchema schema;
  schema.group = plan.group;
  schema.name = plan.event;
  schema.is_return = plan.is_return;
  uint32_t offset = kCommonBytes + kAddressBytes * (plan.is_return ? 2 : 1);
  for (const FetchArgument& argument : arguments.sets.front()) add_field(argument, offset, schema);
  if (arguments.numbers_places) add_field(place_argument(0), offset, schema);
  return schema;
}

}  // namespace uproar
