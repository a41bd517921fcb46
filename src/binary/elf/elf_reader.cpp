#include "binary/elf/elf_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "base/fd.h"
#include "binary/elf/elf_errors.h"
#include "binary/elf/elf_handle.h"
#include "binary/elf/relocations.h"
#include "binary/symbols/symbol_sources.h"

// Nothing in the file is trusted: every header goes through libelf's gelf_* accessors, which check it against
// the size of the file. The file is read (ELF_C_READ), not mapped, so that one that shrinks meanwhile cannot
// raise SIGBUS.

namespace uproar {
namespace {

constexpr size_t kMaxSectionName = 64;
constexpr size_t kMaxLibraries = 1024;
constexpr size_t kMaxLibraryName = 4096;         // PATH_MAX
constexpr size_t kMaxDynamicSections = 4;        // sound files have one
constexpr size_t kMaxSegments = 64 * 1024 / 32;  // the kernel loads no file with more program headers

Result<std::vector<LoadSegment>> read_segments(Elf* elf, const std::string& path, uint64_t file_size) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return damaged_by_libelf(path);
  if (count > kMaxSegments)
    return damaged_elf(path, fmt::format("it has {} program headers, which nothing can load", count));
  std::vector<LoadSegment> segments;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header)) return damaged_by_libelf(path);
    if (header.p_type != PT_LOAD) continue;
    if (header.p_offset > file_size || header.p_filesz > file_size - header.p_offset) {
      return damaged_elf(
          path, fmt::format("its segment at 0x{:x} is 0x{:x} bytes long, but the file ends at 0x{:x}",
                            header.p_offset, header.p_filesz, file_size));
    }
    if (header.p_filesz > UINT64_MAX - header.p_vaddr)
      return damaged_elf(path, "a segment ends beyond the address space");
    segments.push_back({header.p_offset, header.p_vaddr, header.p_filesz, (header.p_flags & PF_X) != 0,
                        (header.p_flags & PF_W) != 0});
  }
  if (segments.empty()) return damaged_elf(path, "it has no loadable segment");
  return segments;
}

struct SectionTable {
  std::vector<ElfSection> mapped;
  std::vector<ElfSection> unmapped;  // with bytes in the file too
  bool has_symtab = false;
};

// What is damaged is left out: sections only explain, the kernel goes by segments.
SectionTable read_sections(Elf* elf, uint64_t file_size) {
  SectionTable table;
  size_t names = 0;
  if (elf_getshdrstrndx(elf, &names) != 0) return table;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) continue;
    if (header.sh_type == SHT_SYMTAB) table.has_symtab = true;
    bool has_bytes = header.sh_type != SHT_NOBITS && header.sh_type != SHT_NULL && header.sh_size != 0;
    bool inside = header.sh_offset <= file_size && header.sh_size <= file_size - header.sh_offset;
    if (!has_bytes || !inside) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    const std::string_view shown(name ? name : "", name ? ::strnlen(name, kMaxSectionName) : 0);
    auto& list = (header.sh_flags & SHF_ALLOC) ? table.mapped : table.unmapped;
    list.push_back(
        {printable(shown), header.sh_offset, header.sh_size, (header.sh_flags & SHF_EXECINSTR) != 0});
  }
  return table;
}

// Of the entries with the first of `tags` that there is.
std::vector<std::string> dynamic_strings(Elf* elf, uint64_t file_size, std::initializer_list<int64_t> tags) {
  std::vector<std::string> found;
  size_t tables = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_DYNAMIC || header.sh_size > file_size)
      continue;
    if (++tables > kMaxDynamicSections) break;
    Elf_Data* data = elf_getdata(section, nullptr);
    for (int64_t tag : tags) {
      GElf_Dyn entry;
      for (int i = 0; data && found.size() < kMaxLibraries && gelf_getdyn(data, i, &entry); ++i) {
        if (entry.d_tag == DT_NULL) break;
        const char* text = entry.d_tag == tag ? elf_strptr(elf, header.sh_link, entry.d_un.d_val) : nullptr;
        if (text) found.emplace_back(text, ::strnlen(text, kMaxLibraryName));
      }
      if (!found.empty()) return found;
    }
  }
  return found;
}

class LibelfFile : public ElfFile {
 public:
  LibelfFile(std::string path, Fd fd, ElfHandle elf, const struct stat& status)
      : path_(std::move(path)), fd_(std::move(fd)), elf_(std::move(elf)) {
    size_ = static_cast<uint64_t>(status.st_size);
    device_ = status.st_dev;
    inode_ = status.st_ino;
  }

  Result<void> read_headers() {
    GElf_Ehdr header;
    if (!gelf_getehdr(elf_.get(), &header)) return damaged_by_libelf(path_);
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return wrong_elf_type(path_, header.e_type);
    machine_ = header.e_machine;
    is_64_bit_ = gelf_getclass(elf_.get()) == ELFCLASS64;
    TRY_ASSIGN(segments_, read_segments(elf_.get(), path_, size_));
    build_id_ = build_id_of(elf_.get(), size_);
    sections_ = read_sections(elf_.get(), size_);
    return {};
  }

  const std::string& path() const override { return path_; }
  uint64_t size() const override { return size_; }
  uint64_t device() const override { return device_; }
  uint64_t inode() const override { return inode_; }
  uint16_t machine() const override { return machine_; }
  bool is_64_bit() const override { return is_64_bit_; }
  std::string build_id() const override { return build_id_; }
  const std::vector<LoadSegment>& segments() const override { return segments_; }
  bool has_symtab() const override { return sections_.has_symtab; }
  const std::vector<ElfSection>& sections() const override { return sections_.mapped; }

  Result<std::vector<uint8_t>> read(uint64_t file_offset, size_t size) const override {
    if (file_offset >= size_) return std::vector<uint8_t>{};
    std::vector<uint8_t> bytes(std::min<uint64_t>(size, size_ - file_offset));
    size_t filled = 0;
    while (filled < bytes.size()) {
      ssize_t got = ::pread(fd_.get(), bytes.data() + filled, bytes.size() - filled,
                            static_cast<off_t>(file_offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("cannot read " + path_, errno);
      if (got == 0) break;  // it has shrunk meanwhile
      filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

  Result<const std::vector<ElfSymbol>*> symbols() override {
    if (!symbols_) symbols_ = gather_symbols(*this, elf_.get());
    if (!symbols_->ok()) return symbols_->error();
    return &symbols_->value().tables.defined;
  }

  Result<const std::vector<ElfSymbol>*> symbols_of_servers() override {
    TRY(symbols());
    add_symbols_of_servers(*this, symbols_->value());
    return symbols();
  }

  const SymbolOrigin& symbol_origin() const override {
    static const SymbolOrigin none;
    return symbols_ && symbols_->ok() ? symbols_->value().origin : none;
  }

  const std::vector<std::string>& imported_names() override {
    static const std::vector<std::string> none;
    return symbols().ok() ? symbols_->value().tables.imported : none;
  }

  std::vector<std::string> needed_libraries() const override {
    return dynamic_strings(elf_.get(), size_, {DT_NEEDED});
  }

  std::string library_folders() const override {
    auto found = dynamic_strings(elf_.get(), size_, {DT_RUNPATH, DT_RPATH});
    return found.empty() ? std::string() : found.front();
  }

  bool has_section(std::string_view name) const override { return section(name) != nullptr; }

  std::optional<std::vector<uint8_t>> section_bytes(std::string_view name, size_t limit) const override {
    const ElfSection* found = section(name);
    if (!found || found->size > limit) return std::nullopt;
    auto bytes = read(found->file_offset, found->size);
    if (!bytes.ok() || bytes->size() != found->size) return std::nullopt;
    return std::move(*bytes);
  }

  std::optional<uint64_t> relocated_value(uint64_t vaddr) const override {
    return uproar::relocated_value(elf_.get(), vaddr);
  }
  const std::vector<DataPointer>& data_pointers() override {
    if (!data_pointers_) data_pointers_ = uproar::data_pointers(elf_.get());
    return *data_pointers_;
  }

 private:
  const ElfSection* section(std::string_view name) const {
    for (const auto* list : {&sections_.mapped, &sections_.unmapped}) {
      for (const ElfSection& each : *list) {
        if (each.name == name) return &each;
      }
    }
    return nullptr;
  }

  std::string path_;
  Fd fd_;
  std::optional<std::vector<DataPointer>> data_pointers_;
  ElfHandle elf_;  // reads from fd_: declared after it, so that it goes first
  uint64_t size_ = 0;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  uint16_t machine_ = 0;
  bool is_64_bit_ = false;
  std::string build_id_;
  std::vector<LoadSegment> segments_;
  SectionTable sections_;
  std::optional<Result<GatheredSymbols>> symbols_;
};

}  // namespace

Result<std::unique_ptr<ElfFile>> ElfFile::open(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  auto opened = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!opened.ok()) return cannot_open(path, opened.error().sys_errno);
  Fd fd = std::move(opened).value();

  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot read " + path, errno);
  if (!S_ISREG(status.st_mode)) return not_regular(path, status.st_mode);

  std::array<char, 256> head{};
  ssize_t got = ::pread(fd.get(), head.data(), head.size(), 0);
  if (got < 0) return system_error("cannot read " + path, errno);
  if (got == 0) return Error{path + " is empty", {}, "name an ELF executable or shared library", 0};
  std::string_view start(head.data(), static_cast<size_t>(got));
  if (start.substr(0, SELFMAG) != std::string_view(ELFMAG, SELFMAG)) return not_elf(path, start);

  ElfHandle elf = read_elf(fd.get());
  if (!elf) return damaged_by_libelf(path);
  auto file = std::make_unique<LibelfFile>(path, std::move(fd), std::move(elf), status);
  TRY(file->read_headers());
  return std::unique_ptr<ElfFile>(std::move(file));
}

}  // namespace uproar
