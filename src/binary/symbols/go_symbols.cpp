#include "binary/symbols/go_symbols.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "base/byte_reader.h"

// Go: src/runtime/symtab.go (pcHeader, functab, _func) and src/debug/gosym/pclntab.go. The header is
//
//   magic u32, 0 u8, 0 u8, least instruction size u8, pointer size u8
//   1.2:   functions ptr, then the functions: (address ptr, place ptr) each
//   1.16:  functions, files, then the places of names, units, files, pc values, functions (ptr each)
//   1.18:  functions, files, start of the code, places as above; the functions are (distance u32, place u32)
//
// One address more than there are functions ends the last one. At its place a function begins with its
// address (as wide as above) and the place of its name (u32).

namespace uproar {
namespace {

constexpr size_t kMaxFunctions = size_t{1} << 24;
constexpr size_t kMaxName = size_t{1} << 16;
constexpr size_t kMaxNameBytes = size_t{1} << 28;  // all names may stand at one place

enum class Version : uint8_t { Go12, Go116, Go118 };

std::optional<Version> version_of(uint32_t magic) {
  switch (magic) {
    case 0xfffffffb:
      return Version::Go12;
    case 0xfffffffa:
      return Version::Go116;
    case 0xfffffff0:
    case 0xfffffff1:  // 1.20: as 1.18
      return Version::Go118;
    default:
      return std::nullopt;
  }
}

Error fault(const char* what) {
  return Error{std::string("the table of Go functions (.gopclntab) ") + what, {}, {}, 0};
}

class GoTable {
 public:
  explicit GoTable(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  Result<void> read_header(uint64_t code_start) {
    ByteReader reader(bytes_);
    auto version = version_of(reader.u32());
    if (!version || reader.u16() != 0) return fault("is of no version that is known");
    version_ = *version;
    reader.u8();
    pointer_ = reader.u8();
    if (pointer_ != 4 && pointer_ != 8) return fault("is damaged");
    count_ = pointer(reader);
    uint64_t functions_at = 8 + uint64_t{pointer_};
    if (version_ != Version::Go12) {
      pointer(reader);  // files
      if (version_ == Version::Go118) {
        start_ = pointer(reader);
        if (start_ == 0) start_ = code_start;
      }
      names_at_ = pointer(reader);
      for (int i = 0; i < 3; ++i) pointer(reader);
      functions_at = pointer(reader);
    }
    if (reader.failed() || functions_at > bytes_.size()) return fault("is damaged");
    functions_ = bytes_.subspan(functions_at);
    // Places of functions count from the beginning in 1.2, from the list of functions later.
    records_ = version_ == Version::Go12 ? bytes_ : functions_;
    if (names_at_ > bytes_.size() || count_ > kMaxFunctions) return fault("is damaged");
    if (functions_.size() / entry_size() <= count_) return fault("ends before its last function");
    return {};
  }

  std::vector<ElfSymbol> functions() const {
    std::vector<ElfSymbol> found;
    found.reserve(count_);
    size_t name_bytes = 0;
    for (uint64_t i = 0; i < count_; ++i) {
      const uint64_t start = address(i);
      const uint64_t end = address(i + 1);
      auto name = name_of(i);
      if (end <= start || name.empty()) continue;
      name_bytes += name.size();
      if (name_bytes > kMaxNameBytes) break;
      ElfSymbol& symbol = found.emplace_back();
      symbol.name = std::string(name);
      symbol.vaddr = start;
      symbol.size = end - start;
      symbol.is_function = true;
      symbol.is_global = true;
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const ElfSymbol& a, const ElfSymbol& b) { return a.vaddr < b.vaddr; });
    return found;
  }

 private:
  size_t word() const { return version_ == Version::Go118 ? 4 : pointer_; }
  size_t entry_size() const { return 2 * word(); }

  uint64_t pointer(ByteReader& reader) const { return pointer_ == 8 ? reader.u64() : reader.u32(); }

  uint64_t word_at(std::span<const uint8_t> bytes, uint64_t at) const {
    if (at > bytes.size() || bytes.size() - at < word()) return 0;
    ByteReader reader(bytes.subspan(at, word()));
    return word() == 8 ? reader.u64() : reader.u32();
  }

  uint64_t address(uint64_t index) const { return start_ + word_at(functions_, index * entry_size()); }

  std::string_view name_of(uint64_t index) const {
    const uint64_t record = word_at(functions_, index * entry_size() + word());
    if (record > records_.size() || records_.size() - record < word() + 4) return {};
    ByteReader reader(records_.subspan(record + word(), 4));
    const uint64_t at = names_at_ + reader.u32();
    if (at >= bytes_.size()) return {};
    const auto* text = reinterpret_cast<const char*>(bytes_.data() + at);
    const size_t most = std::min<size_t>(bytes_.size() - at, kMaxName);
    const void* end = std::memchr(text, 0, most);
    return end ? std::string_view(text, static_cast<size_t>(static_cast<const char*>(end) - text))
               : std::string_view();
  }

  std::span<const uint8_t> bytes_;
  std::span<const uint8_t> functions_;
  std::span<const uint8_t> records_;
  Version version_ = Version::Go118;
  uint8_t pointer_ = 8;
  uint64_t count_ = 0;
  uint64_t start_ = 0;
  uint64_t names_at_ = 0;
};

}  // namespace

bool is_go_table(std::span<const uint8_t> table) {
  ByteReader reader(table);
  const uint32_t magic = reader.u32();
  return reader.u16() == 0 && !reader.failed() && version_of(magic).has_value();
}

Result<std::vector<ElfSymbol>> parse_go_functions(std::span<const uint8_t> table, uint64_t code_start) {
  GoTable go(table);
  TRY(go.read_header(code_start));
  return go.functions();
}

}  // namespace uproar
