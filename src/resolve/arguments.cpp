#include "resolve/arguments.h"

#include <fmt/format.h>

#include <algorithm>

#include "binary/symbols.h"
#include "resolve/find_usdt.h"
#include "resolve/function_arguments.h"
#include "resolve/place.h"
#include "resolve/variables.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;

using Operation = FetchOperation::Kind;

Error unknown_data(const ast::DataSymbol& wanted, ElfFile& file, const std::vector<ElfSymbol>& symbols,
                   const Place& place) {
  const auto& imported = file.imported_names();
  if (std::binary_search(imported.begin(), imported.end(), wanted.name)) {
    return place.error(
        fmt::format("{} is not in {}, which takes it from a shared library", wanted.name, file.path()),
        "probe a function of that library to read it");
  }
  std::vector<std::string> names;
  for (const ElfSymbol& symbol : symbols) {
    if (symbol.is_object) names.push_back(symbol.name);
  }
  std::string message = fmt::format("{} has no variable {}", file.path(), wanted.name);
  if (!file.has_symtab()) message += fmt::format(" (it is stripped: {} variables have names)", names.size());
  return place.error(std::move(message), did_you_mean(near_texts(names, wanted.name)));
}

Result<int64_t> data_offset(const ast::DataSymbol& wanted, Span span, const ArgumentContext& context) {
  const Place place{span, context.text};
  auto read = context.file.elf().symbols();
  if (!read.ok()) return place.error(read.error());
  const std::vector<ElfSymbol>& symbols = **read;
  auto found = find_by_name(symbols, wanted.name);
  if (found.empty()) return unknown_data(wanted, context.file.elf(), symbols, place);
  // Modulo 2^64, as the kernel's own sum.
  const uint64_t base = context.code.vaddr - context.code.file_offset;
  if (found.size() > 1) {
    std::vector<std::string> places;
    places.reserve(found.size());
    for (const ElfSymbol* symbol : found) {
      places.push_back(fmt::format("@+0x{:x} (at 0x{:x})", symbol->vaddr - base, symbol->vaddr));
    }
    return place.error(
        fmt::format("{} names {} places of {}", wanted.name, found.size(), context.file.elf().path()),
        fmt::format("choose one: {}", short_list(places, kShownCandidates)));
  }
  return static_cast<int64_t>(found[0]->vaddr + static_cast<uint64_t>(wanted.offset) - base);
}

struct SourceOf {
  const ArgumentContext& context;
  Span span;

  using Made = Result<FetchOperation>;
  Made operator()(const ast::Register& form) const {
    return FetchOperation{Operation::Register, 0, form.name, false};
  }
  Made operator()(const ast::StackPointer&) const {
    return FetchOperation{Operation::StackPointer, 0, {}, false};
  }
  Made operator()(const ast::StackSlot& form) const {
    return FetchOperation{Operation::StackSlot, static_cast<uint32_t>(form.index), {}, false};
  }
  Made operator()(const ast::ReturnValue&) const {
    return FetchOperation{Operation::ReturnValue, 0, {}, false};
  }
  Made operator()(const ast::TaskName&) const { return FetchOperation{Operation::TaskName, 0, {}, false}; }
  Made operator()(const ast::Address& form) const {
    return FetchOperation{Operation::Address, static_cast<int64_t>(form.value), {}, false};
  }
  Made operator()(const ast::FileOffset& form) const {
    return FetchOperation{Operation::FileOffset, form.value, {}, false};
  }
  Made operator()(const ast::DataSymbol& form) const {
    TRY_ASSIGN(int64_t offset, data_offset(form, span, context));
    return FetchOperation{Operation::FileOffset, offset, {}, false};
  }
  Made operator()(const ast::Immediate& form) const {
    return FetchOperation{Operation::Immediate, form.value, {}, false};
  }
  Made operator()(const ast::ImmediateString& form) const {
    return FetchOperation{Operation::ImmediateString, 0, form.text, false};
  }
  Made operator()(const ast::ArgumentNumber& form) const {
    auto made = context.place.usdt_arguments.empty() ? function_argument(form.number, span, context)
                                                     : usdt_argument(form.number, span, context);
    if (!made.ok()) return made.error();
    return made->operations.front();
  }
  Made operator()(const ast::Variable& form) const {
    auto made = variable_argument(form, span, nullptr, context);
    if (!made.ok()) return made.error();
    return made->operations.front();
  }
  Made operator()(const ast::VariableList&) const {
    return Place{span, context.text}.error("a list of variables stands alone", "leave out what is around it");
  }
  Made operator()(const ast::Dereference&) const {
    return Place{span, context.text}.error("a dereference without anything in its brackets",
                                           "write +0(%REG)");
  }
};

ValueType::Kind kind_of(ast::Type::Kind kind) {
  switch (kind) {
    case ast::Type::Kind::Unsigned:
      return ValueType::Kind::Unsigned;
    case ast::Type::Kind::Signed:
      return ValueType::Kind::Signed;
    case ast::Type::Kind::Hex:
      return ValueType::Kind::Hex;
    case ast::Type::Kind::Char:
      return ValueType::Kind::Char;
    case ast::Type::Kind::String:
      return ValueType::Kind::String;
    case ast::Type::Kind::UserString:
      return ValueType::Kind::UserString;
    case ast::Type::Kind::Symbol:
      return ValueType::Kind::Symbol;
    case ast::Type::Kind::Bitfield:
      return ValueType::Kind::Bitfield;
  }
  return ValueType::Kind::Hex;
}

ValueType type_of(const ast::Argument& argument, Operation source) {
  ValueType type;
  if (!argument.type) {
    bool is_text = source == Operation::TaskName || source == Operation::ImmediateString;
    if (is_text) type.kind = ValueType::Kind::String;
    return type;
  }
  const ast::Type& written = *argument.type;
  type.kind = kind_of(written.kind);
  type.bits = type.kind == ValueType::Kind::Char ? 8 : static_cast<uint8_t>(written.bits);
  type.bit_width = static_cast<uint8_t>(written.bit_width);
  type.bit_offset = static_cast<uint8_t>(written.bit_offset);
  type.array_count = static_cast<uint16_t>(written.array_count.value_or(0));
  const bool is_string = type.kind == ValueType::Kind::String || type.kind == ValueType::Kind::UserString;
  if (is_string) type.bits = 64;
  return type;
}

bool is_plain_value(Operation source) {
  return source == Operation::Register || source == Operation::StackPointer ||
         source == Operation::StackSlot || source == Operation::ReturnValue;
}

}  // namespace

Result<std::vector<FetchArgument>> resolve_argument(const ast::Argument& argument, size_t index,
                                                    const ArgumentContext& context) {
  FetchArgument made;
  made.name = argument.name ? argument.name->text : fmt::format("arg{}", index + 1);

  std::vector<FetchOperation> dereferences;  // as written: the outermost, which comes last, first
  const ast::Fetch* fetch = &argument.fetch;
  while (const auto* outer = std::get_if<ast::Dereference>(&fetch->form)) {
    if (!outer->inner) break;
    dereferences.push_back({Operation::Dereference, outer->offset, {}, outer->user});
    fetch = outer->inner.get();
  }
  TRY_ASSIGN(FetchOperation source, std::visit(SourceOf{context, fetch->span}, fetch->form));

  made.type = type_of(argument, source.kind);
  const bool is_string =
      made.type.kind == ValueType::Kind::String || made.type.kind == ValueType::Kind::UserString;
  if (is_string && dereferences.empty() && is_plain_value(source.kind)) {
    dereferences.push_back({Operation::Dereference, 0, {}, false});
  }
  made.operations.push_back(std::move(source));
  std::move(dereferences.rbegin(), dereferences.rend(), std::back_inserter(made.operations));
  return std::vector<FetchArgument>{std::move(made)};
}

}  // namespace uproar
