#include "resolve/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "binary/address.h"
#include "binary/symbols.h"
#include "resolve/place.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;
constexpr size_t kShownImplementations = 6;
constexpr uint64_t kElfHeaderSize = 64;

std::string without_underscores(std::string_view name) {
  return std::string(name.substr(std::min(name.find_first_not_of('_'), name.size())));
}

// Functions that may stand behind an IFUNC: strlen is __strlen_avx2 or __strlen_sse2, but not __strlen_chk,
// which is the fortified variant with arguments of its own.
std::vector<std::string> implementations_of(std::string_view name, const std::vector<ElfSymbol>& symbols) {
  const std::string start = without_underscores(name) + "_";
  std::vector<std::string> found;
  for (const ElfSymbol& symbol : symbols) {
    if (!symbol.is_function || symbol.is_ifunc) continue;
    std::string core = without_underscores(symbol.name);
    bool fits = core.size() > start.size() && core.compare(0, start.size(), start) == 0;
    if (!fits || core.compare(start.size(), std::string::npos, "chk") == 0) continue;
    if (std::find(found.begin(), found.end(), symbol.name) == found.end()) found.push_back(symbol.name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

size_t dynamic_functions(const std::vector<ElfSymbol>& symbols) {
  return static_cast<size_t>(std::count_if(symbols.begin(), symbols.end(), [](const ElfSymbol& symbol) {
    return symbol.is_function && symbol.is_dynamic;
  }));
}

// Where an offset lies that is no place of code; empty: in code.
std::string why_no_code(const ElfFile& file, uint64_t offset) {
  if (offset >= file.size())
    return fmt::format("past the end of the file, which has 0x{:x} bytes", file.size());
  if (offset < kElfHeaderSize) return "in the ELF header";
  const LoadSegment* segment = segment_at(file.segments(), offset);
  if (!segment) return "in a part of the file that no process maps";
  const auto& sections = file.sections();
  auto section = std::find_if(sections.begin(), sections.end(), [offset](const ElfSection& each) {
    return offset >= each.file_offset && offset - each.file_offset < each.size;
  });
  const std::string name =
      section == sections.end() || section->name.empty() ? "" : fmt::format(" ({})", section->name);
  if (!segment->executable) {
    const char* kind = segment->writable ? "data" : "read-only data";
    return fmt::format("in the {} segment{}, which is not executed", kind, name);
  }
  // Linkers may put read-only data into the executable segment: a breakpoint there would change what the
  // program reads.
  if (section != sections.end() && !section->executable) return fmt::format("in data{}, not in code", name);
  return {};
}

class SiteResolver {
 public:
  SiteResolver(const ast::Site& site, std::string_view text, ElfFile& file, Hazards& hazards)
      : site_(site), place_{site.span, text}, file_(file), hazards_(hazards) {}

  Result<ResolvedSite> resolve() {
    uint64_t offset = site_.offset;
    if (site_.form == ast::Site::Form::Symbol) {
      TRY_ASSIGN(offset, by_symbol());
    } else if (site_.form == ast::Site::Form::VirtualAddress) {
      auto found = file_offset_of(file_.segments(), site_.offset);
      if (!found) return unknown_address();
      offset = *found;
    }
    std::string fault = why_no_code(file_, offset);
    if (!fault.empty()) return no_code(offset, fault);

    ResolvedSite resolved;
    resolved.code = segment_at(file_.segments(), offset);
    resolved.site.file_offset = offset;
    resolved.site.ref_counter = site_.ref_counter.value_or(0);
    name(resolved);
    return resolved;
  }

 private:
  Result<uint64_t> by_symbol() {
    auto read = file_.symbols();
    if (!read.ok()) return place_.error(read.error());
    const std::vector<ElfSymbol>& symbols = **read;
    auto named = find_by_name(symbols, site_.symbol);
    if (named.empty()) return unknown(symbols);
    auto ifunc =
        std::find_if(named.begin(), named.end(), [](const ElfSymbol* each) { return each->is_ifunc; });
    if (ifunc != named.end()) return chosen_at_load(**ifunc, symbols);
    auto code = named;
    code.erase(
        std::remove_if(code.begin(), code.end(), [this](const ElfSymbol* each) { return !is_code(*each); }),
        code.end());
    if (code.empty()) return is_data(*named[0]);
    if (code.size() > 1) return ambiguous(code);
    const ElfSymbol& symbol = *code[0];
    if (site_.offset_given && symbol.size != 0 && site_.offset >= symbol.size) return beyond(symbol);
    if (site_.offset > UINT64_MAX - symbol.vaddr) return beyond(symbol);
    auto offset = file_offset_of(file_.segments(), symbol.vaddr + site_.offset);
    if (!offset) return is_data(symbol);
    return *offset;
  }

  // Labels of assembly sources have no type: those count by where they are.
  bool is_code(const ElfSymbol& symbol) const {
    if (symbol.is_object) return false;
    auto offset = file_offset_of(file_.segments(), symbol.vaddr);
    const LoadSegment* segment = offset ? segment_at(file_.segments(), *offset) : nullptr;
    return symbol.is_function || (segment && segment->executable);
  }

  void name(ResolvedSite& resolved) {
    ProbeSite& site = resolved.site;
    if (site_.form == ast::Site::Form::Symbol) {
      site.symbol = site_.symbol;
      site.symbol_offset = site_.offset;
      site.offset_given = site_.offset_given;
      return;
    }
    auto symbols = file_.symbols();
    auto vaddr = vaddr_of(file_.segments(), site.file_offset);
    const ElfSymbol* function = symbols.ok() && vaddr ? function_at(**symbols, *vaddr) : nullptr;
    if (!function) return;
    site.symbol = function->name;
    site.symbol_offset = *vaddr - function->vaddr;
    if (!function->is_ifunc) return;
    hazards_.push_back(
        {Hazard::Level::Note,
         fmt::format("0x{:x} is in the resolver of {}, which runs once to choose the function that is called",
                     site.file_offset, function->name),
         "probe the function that it chooses"});
  }

  Error unknown(const std::vector<ElfSymbol>& symbols) {
    const auto& imported = file_.imported_names();
    if (std::binary_search(imported.begin(), imported.end(), site_.symbol)) {
      return place_.error(
          fmt::format("{} is not in {}, which calls it in a shared library", site_.symbol, file_.path()),
          fmt::format("probe the library that holds it, such as libc.so.6:{}", site_.symbol));
    }
    std::string message = fmt::format("{} has no function {}", file_.path(), site_.symbol);
    if (!file_.has_symtab()) {
      message +=
          fmt::format(" (it is stripped: {} dynamic functions have names)", dynamic_functions(symbols));
    }
    if (site_.symbol.find_first_of(":(<") != std::string::npos) {
      return place_.error(
          std::move(message),
          fmt::format(
              "this version knows C++ and Rust functions by their mangled names only: nm {} | c++filt "
              "shows what belongs together",
              file_.path()));
    }
    return place_.error(std::move(message), did_you_mean(near_names(symbols, site_.symbol)));
  }

  Error chosen_at_load(const ElfSymbol& symbol, const std::vector<ElfSymbol>& symbols) {
    auto names = implementations_of(symbol.name, symbols);
    std::string offset =
        fmt::format("0x{:x}", file_offset_of(file_.segments(), symbol.vaddr).value_or(symbol.vaddr));
    std::string hint = fmt::format("{} insists on probing the resolver", offset);
    if (!names.empty()) {
      hint = fmt::format("probe one of those it may choose: {}; {}", short_list(names, kShownImplementations),
                         hint);
    }
    return place_.error(
        fmt::format(
            "{} is chosen at load time (IFUNC): what stands at its address is a resolver, which runs once",
            symbol.name),
        std::move(hint));
  }

  Error is_data(const ElfSymbol& symbol) {
    return place_.error(
        fmt::format("{} is data, not code", symbol.name),
        fmt::format("to read it, probe a function and give it as an argument: @{}", symbol.name));
  }

  Error ambiguous(const std::vector<const ElfSymbol*>& symbols) {
    std::vector<std::string> offsets;
    for (const ElfSymbol* symbol : symbols) {
      uint64_t offset = file_offset_of(file_.segments(), symbol->vaddr).value_or(symbol->vaddr);
      offsets.push_back(symbol->size == 0 ? fmt::format("0x{:x}", offset)
                                          : fmt::format("0x{:x} ({} bytes)", offset, symbol->size));
    }
    return place_.error(
        fmt::format("{} functions of {} are called {}", symbols.size(), file_.path(), site_.symbol),
        fmt::format("give the offset of one instead of the name: {}", short_list(offsets, kShownCandidates)));
  }

  Error beyond(const ElfSymbol& symbol) {
    return place_.error(
        fmt::format("+0x{:x} is beyond {}, which has 0x{:x} bytes", site_.offset, symbol.name, symbol.size),
        symbol.size == 0 ? "" : fmt::format("give an offset up to 0x{:x}", symbol.size - 1));
  }

  std::string code_ranges(bool by_address) const {
    std::vector<std::string> ranges;
    for (const LoadSegment& segment : file_.segments()) {
      if (!segment.executable || segment.file_size == 0) continue;
      uint64_t start = by_address ? segment.vaddr : segment.file_offset;
      ranges.push_back(fmt::format("0x{:x}-0x{:x}", start, start + segment.file_size - 1));
    }
    return short_list(ranges, kShownCandidates);
  }

  Error unknown_address() {
    std::string ranges = code_ranges(true);
    return place_.error(fmt::format("0x{:x} is no address of {}", site_.offset, file_.path()),
                        ranges.empty() ? "" : fmt::format("its code is at {}", ranges));
  }

  Error no_code(uint64_t offset, const std::string& where) {
    std::string ranges = code_ranges(false);
    std::string hint =
        ranges.empty() ? "it has no code" : fmt::format("its code is at the offsets {}", ranges);
    // The mistake behind most such numbers: an address out of nm where the kernel wants an offset.
    auto meant =
        site_.form == ast::Site::Form::FileOffset ? file_offset_of(file_.segments(), offset) : std::nullopt;
    if (meant && *meant != offset && why_no_code(file_, *meant).empty()) {
      hint = fmt::format("if 0x{:x} is an address (of nm, say), write va:0x{:x}", offset, offset);
    }
    return place_.error(fmt::format("offset 0x{:x} of {} is {}", offset, file_.path(), where),
                        std::move(hint));
  }

  const ast::Site& site_;
  Place place_;
  ElfFile& file_;
  Hazards& hazards_;
};

}  // namespace

Result<ResolvedSite> resolve_site(const ast::Site& site, std::string_view text, ElfFile& file,
                                  Hazards& hazards) {
  return SiteResolver(site, text, file, hazards).resolve();
}

}  // namespace uproar
