#include "resolve/arguments/usdt_argument.h"

#include <elf.h>
#include <fmt/format.h>

#include "binary/symbols/symbols.h"
#include "binary/usdt/usdt_operand.h"
#include "resolve/arguments/usdt_fetch.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

class FileSymbols : public SymbolAddresses {
 public:
  explicit FileSymbols(ElfFile& file) : file_(file) {}

  Result<uint64_t> vaddr_of(const std::string& name) override {
    TRY_ASSIGN(const std::vector<ElfSymbol>* symbols, file_.symbols());
    auto found = find_by_name(*symbols, name);
    if (found.size() == 1) return found[0]->vaddr;
    if (found.size() > 1)
      return Error{
          fmt::format("{} symbols of {} are called {}", found.size(), file_.path(), name), {}, {}, 0};
    return Error{fmt::format("{} has no symbol {}{}", file_.path(), name,
                             file_.has_symtab() ? "" : " (it is stripped)"),
                 {},
                 file_.has_symtab() ? "" : "install its debug symbols",
                 0};
  }

  bool is_fixed() const override {
    // The type of the file stands at the same place in all of them (gelf.h, e_type).
    auto type = file_.read(EI_NIDENT, 2);
    return type.ok() && type->size() == 2 && (*type)[0] == ET_EXEC && (*type)[1] == 0;
  }

 private:
  ElfFile& file_;
};

}  // namespace

Result<FetchArgument> usdt_argument(uint32_t number, Span span, const ArgumentContext& context) {
  const TextSpan where{span, context.text};
  const FoundPlace& place = context.place;
  auto pieces = split_usdt_arguments(place.usdt_arguments);
  if (number == 0 || number > pieces.size()) {
    std::string count = pieces.empty()       ? "no arguments"
                        : pieces.size() == 1 ? "one argument"
                                             : fmt::format("{} arguments", pieces.size());
    return where.error(
        fmt::format("{} has {} at 0x{:x}, and no $arg{}", place.usdt_probe, count, place.vaddr, number),
        pieces.empty() ? "" : fmt::format("they are {}", place.usdt_arguments));
  }
  auto set = instruction_set_of(context.file.elf().machine());
  if (!set)
    return where.error("the operands of this machine's USDT probes are not known", "name a register: %REG");
  auto operand = parse_usdt_operand(pieces[number - 1], *set);
  if (!operand.ok()) return where.error(operand.error());
  FileSymbols symbols(context.file.elf());
  auto made = usdt_fetch(*operand, symbols, context.code.vaddr - context.code.file_offset);
  if (!made.ok()) return where.error(made.error());
  made->name = fmt::format("arg{}", number);
  return made;
}

}  // namespace uproar
