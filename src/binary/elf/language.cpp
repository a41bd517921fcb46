#include "binary/elf/language.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/byte_order.h"
#include "base/byte_reader.h"
#include "base/number.h"
#include "binary/elf/address.h"
#include "binary/symbols/symbols.h"

namespace uproar {
namespace {

constexpr std::string_view kBuildInfoMagic{"\xff Go buildinf:", 14};
constexpr size_t kBuildInfoHead = 32;
constexpr size_t kMaxVersion = 256;
constexpr uint8_t kBigEndian = 1;
constexpr uint8_t kInlineStrings = 2;

const ElfSection* section_named(const ElfFile& file, std::string_view end) {
  for (const ElfSection& section : file.sections()) {
    if (std::string_view(section.name).ends_with(end)) return &section;
  }
  return nullptr;
}

uint64_t number_at(std::span<const uint8_t> bytes, size_t size, bool is_big_endian) {
  return bytes.size() < size ? 0 : ordered_number(bytes.first(size), is_big_endian);
}

std::vector<uint8_t> bytes_at_vaddr(const ElfFile& file, uint64_t vaddr, size_t size) {
  auto offset = file_offset_of(file.segments(), vaddr);
  if (!offset) return {};
  auto bytes = file.read(*offset, size);
  return bytes.ok() ? std::move(bytes).value() : std::vector<uint8_t>();
}

// Go 1.13 to 1.17: the head has the address of a string of Go, which has the address of the text.
std::string version_by_pointers(const ElfFile& file, std::span<const uint8_t> head) {
  const size_t word = head[14];
  const bool big = (head[15] & kBigEndian) != 0;
  if (word != 4 && word != 8) return {};
  auto string = bytes_at_vaddr(file, number_at(head.subspan(16), word, big), 2 * word);
  if (string.size() < 2 * word) return {};
  const std::span<const uint8_t> parts = string;
  const uint64_t size = number_at(parts.subspan(word), word, big);
  if (size > kMaxVersion) return {};
  auto text = bytes_at_vaddr(file, number_at(parts, word, big), size);
  return {text.begin(), text.end()};
}

// Go: debug/buildinfo/buildinfo.go.
std::string build_info_version(const ElfFile& file) {
  const ElfSection* section = section_named(file, ".go.buildinfo");
  if (!section) return {};
  auto bytes =
      file.read(section->file_offset, std::min<uint64_t>(section->size, kBuildInfoHead + kMaxVersion + 2));
  if (!bytes.ok() || bytes->size() < kBuildInfoHead) return {};
  const std::span<const uint8_t> head = *bytes;
  if (!std::equal(kBuildInfoMagic.begin(), kBuildInfoMagic.end(), head.begin(),
                  [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }))
    return {};
  if (!(head[15] & kInlineStrings)) return version_by_pointers(file, head);
  ByteReader reader(head.subspan(kBuildInfoHead));
  std::string version(reader.text());
  return reader.failed() ? std::string() : version;
}

// 19 of "go1.19.8", "devel go1.19-af3b", "go1.19rc1"; nothing of "devel +af3b".
std::optional<uint32_t> minor_of(std::string_view version) {
  size_t at = version.find("go1.");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view digits = version.substr(at + 4);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  auto number = parse_decimal(digits);
  if (!number || *number > 10000) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// The least version whose function table begins so (Go: src/debug/gosym/pclntab.go); nothing for other bytes.
std::optional<uint32_t> minor_by_function_table(const ElfFile& file) {
  const ElfSection* section = section_named(file, ".gopclntab");
  if (!section) return std::nullopt;
  auto head = file.read(section->file_offset, 4);
  if (!head.ok() || head->size() < 4) return std::nullopt;
  struct Magic {
    uint32_t number, minor;
  };
  for (Magic magic :
       std::array<Magic, 4>{{{0xfffffffb, 2}, {0xfffffffa, 16}, {0xfffffff0, 18}, {0xfffffff1, 20}}}) {
    for (bool big : {false, true}) {
      if (number_at(*head, 4, big) == magic.number) return magic.minor;
    }
  }
  return std::nullopt;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// …17h0123456789abcdefE, perhaps with what LLVM appends (.llvm.123).
bool has_rust_hash(std::string_view name) {
  constexpr size_t kHash = 20;
  name = name.substr(0, name.find('.'));
  if (name.size() < kHash || name.back() != 'E') return false;
  std::string_view hash = name.substr(name.size() - kHash, kHash - 1);
  return hash.substr(0, 3) == "17h" && std::all_of(hash.begin() + 3, hash.end(), is_hex);
}

// What gcc and clang append to a C function that they split or specialised.
bool is_clone_of_c(std::string_view name) {
  size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return false;
  std::string_view suffix = name.substr(dot + 1);
  suffix = suffix.substr(0, suffix.find('.'));
  for (std::string_view known : {"part", "isra", "constprop", "cold", "lto_priv", "localalias", "llvm"}) {
    if (suffix == known) return true;
  }
  return false;
}

}  // namespace

Language language_of_name(std::string_view mangled) {
  if (mangled.size() > 2 && mangled.substr(0, 2) == "_R" &&
      ((mangled[2] >= 'A' && mangled[2] <= 'Z') || (mangled[2] >= '0' && mangled[2] <= '9')))
    return Language::Rust;
  if (mangled.substr(0, 2) != "_Z") return Language::C;
  return has_rust_hash(mangled) ? Language::Rust : Language::Cpp;
}

std::optional<GoProgram> go_program(ElfFile& file) {
  GoProgram go;
  go.version = build_info_version(file);
  auto by_table = minor_by_function_table(file);
  if (go.version.empty() && !by_table) return std::nullopt;
  go.minor = minor_of(go.version).value_or(by_table.value_or(0));
  if (auto symbols = file.symbols(); symbols.ok()) {
    auto begin = find_by_name(**symbols, "runtime.text");
    auto end = find_by_name(**symbols, "runtime.etext");
    if (begin.size() == 1 && end.size() == 1) {
      go.text_begin = begin[0]->vaddr;
      go.text_end = end[0]->vaddr;
    }
  }
  return go;
}

Language language_of_function(const std::optional<GoProgram>& go, std::string_view mangled, uint64_t vaddr) {
  const Language by_name = language_of_name(mangled);
  if (!go || by_name != Language::C || is_clone_of_c(mangled)) return by_name;
  if (go->text_end != 0 && (vaddr < go->text_begin || vaddr >= go->text_end)) return by_name;
  // Names of Go have their package in front: main.add, net/http.(*Server).Serve.
  const bool is_go_name = mangled.empty() || mangled.find('.') != std::string_view::npos;
  return is_go_name ? Language::Go : by_name;
}

}  // namespace uproar
