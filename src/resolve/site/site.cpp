#include "resolve/site/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/near_texts.h"
#include "binary/elf/address.h"
#include "binary/symbols/demangle.h"
#include "binary/symbols/symbols.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownCandidates = 8;
constexpr uint64_t kElfHeaderSize = 64;

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
      : site_(site), where_{site.span, text}, file_(file), hazards_(hazards) {}

  Result<ProbeSite> resolve() {
    uint64_t offset = site_.offset;
    if (site_.form == ast::Site::Form::VirtualAddress) {
      auto found = file_offset_of(file_.segments(), site_.offset);
      if (!found) return unknown_address();
      offset = *found;
    }
    std::string fault = why_no_code(file_, offset);
    if (!fault.empty()) return no_code(offset, fault);

    ProbeSite resolved;
    resolved.file_offset = offset;
    resolved.ref_counter = site_.ref_counter.value_or(0);
    name(resolved);
    return resolved;
  }

 private:
  void name(ProbeSite& site) {
    auto symbols = file_.symbols();
    auto vaddr = vaddr_of(file_.segments(), site.file_offset);
    const ElfSymbol* function = symbols.ok() && vaddr ? function_at(**symbols, *vaddr) : nullptr;
    if (!function) return;
    site.symbol = readable_name(function->name, NameForm::Name);
    site.symbol_offset = *vaddr - function->vaddr;
    if (!function->is_ifunc) return;
    hazards_.push_back(
        {Hazard::Level::Note,
         fmt::format("0x{:x} is in the resolver of {}, which runs once to choose the function that is called",
                     site.file_offset, function->name),
         "probe the function that it chooses"});
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
    return where_.error(fmt::format("0x{:x} is no address of {}", site_.offset, file_.path()),
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
    return where_.error(fmt::format("offset 0x{:x} of {} is {}", offset, file_.path(), where),
                        std::move(hint));
  }

  const ast::Site& site_;
  TextSpan where_;
  ElfFile& file_;
  Hazards& hazards_;
};

}  // namespace

Result<ProbeSite> resolve_site(const ast::Site& site, std::string_view text, ElfFile& file,
                               Hazards& hazards) {
  return SiteResolver(site, text, file, hazards).resolve();
}

}  // namespace uproar
