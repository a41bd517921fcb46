#include "binary/elf_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <tuple>

#include "base/fd.h"

// Nothing in the file is trusted: every header goes through libelf's gelf_* accessors, which check it against
// the size of the file. The file is read (ELF_C_READ), not mapped, so that one that shrinks meanwhile cannot
// raise SIGBUS.

namespace uproar {
namespace {

// More than any real file has; what a sparse file of zeros could claim without these limits would take hours.
constexpr uint64_t kMaxSymbols = uint64_t{1} << 25;
constexpr uint64_t kMaxSymbolBytes = uint64_t{1} << 31;
constexpr uint64_t kMaxNameBytes = uint64_t{1} << 30;
constexpr uint64_t kMaxNoteBytes = uint64_t{1} << 20;
constexpr size_t kMaxBuildId = 64;
constexpr size_t kMaxSectionName = 64;

struct ElfCloser {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfHandle = std::unique_ptr<Elf, ElfCloser>;

Error fault(std::string message, std::string remedy = {}) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

Error damaged(const std::string& path, const std::string& what) {
  return fault(fmt::format("{} is a damaged ELF file: {}", path, what),
               "install the package of this file again, or copy the file again");
}

Error libelf_damaged(const std::string& path) {
  const char* text = elf_errmsg(-1);
  return damaged(path, text ? text : "its headers cannot be read");
}

Error open_error(const std::string& path, int errno_value) {
  Error error = system_error("cannot open " + path, errno_value);
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      error.message = "no such file: " + path;
      error.remedy = "check the path; a name without '/' is looked up in $PATH and among the libraries";
      break;
    case EACCES:
    case EPERM:
      error.message = "no permission to read " + path;
      error.remedy = "run as root, or let this user read the file and its folders";
      break;
    case ELOOP:
      error.message = path + " is a symbolic link that leads back to itself";
      error.remedy = "mend the link";
      break;
    default:
      break;
  }
  return error;
}

Error not_regular(const std::string& path, mode_t mode) {
  std::string kind = "no regular file";
  if (S_ISDIR(mode)) kind = "a folder";
  if (S_ISFIFO(mode)) kind = "a pipe";
  if (S_ISSOCK(mode)) kind = "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) kind = "a device";
  return fault(path + " is " + kind, "name an executable or a shared library");
}

std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  return out;
}

// The program of a "#!" line: /usr/bin/env is looked through, since it only starts the next word.
std::string interpreter_of(std::string_view head) {
  std::string_view line =
      head.substr(2, head.find('\n') == std::string_view::npos ? head.size() : head.find('\n') - 2);
  std::vector<std::string_view> words;
  while (!line.empty()) {
    size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  if (words.empty()) return {};
  bool through_env = words[0].size() >= 4 && words[0].substr(words[0].size() - 4) == "/env";
  if (through_env) {
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i][0] != '-') return printable(words[i]);
    }
  }
  return printable(words[0]);
}

Error not_elf(const std::string& path, std::string_view head) {
  if (head.substr(0, 2) == "#!") {
    std::string interpreter = interpreter_of(head);
    if (interpreter.empty()) return fault(path + " is a script", "probe its interpreter instead");
    return fault(fmt::format("{} is a script run by {}", path, interpreter),
                 fmt::format("probe the interpreter: {}:SYMBOL", interpreter));
  }
  if (head.substr(0, 8) == "!<arch>\n" || head.substr(0, 8) == "!<thin>\n") {
    return fault(path + " is a static library, which no process maps",
                 "probe the program that was linked with it");
  }
  if (head.substr(0, 2) == "MZ") {
    return fault(path + " is a Windows program, not an ELF file", "name an ELF executable or shared library");
  }
  if (head.substr(0, 9) == "/* GNU ld") {
    return fault(path + " is a text for the linker, not an ELF file",
                 "name the library itself, such as libc.so.6 for libc.so");
  }
  return fault(path + " is not an ELF file", "name an ELF executable or shared library");
}

Error wrong_type(const std::string& path, uint16_t type) {
  if (type == ET_REL) {
    return fault(path + " is an object file: no process maps it",
                 "probe the program or library that was linked from it");
  }
  if (type == ET_CORE) return fault(path + " is a core dump", "probe the program that dumped it");
  return fault(fmt::format("{} is neither an executable nor a shared library (ELF type {})", path, type),
               "name an ELF executable or shared library");
}

Result<std::vector<LoadSegment>> read_segments(Elf* elf, const std::string& path, uint64_t file_size) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return libelf_damaged(path);
  std::vector<LoadSegment> segments;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header)) return libelf_damaged(path);
    if (header.p_type != PT_LOAD) continue;
    if (header.p_offset > file_size || header.p_filesz > file_size - header.p_offset) {
      return damaged(path,
                     fmt::format("its segment at 0x{:x} is 0x{:x} bytes long, but the file ends at 0x{:x}",
                                 header.p_offset, header.p_filesz, file_size));
    }
    if (header.p_filesz > UINT64_MAX - header.p_vaddr)
      return damaged(path, "a segment ends beyond the address space");
    segments.push_back({header.p_offset, header.p_vaddr, header.p_filesz, (header.p_flags & PF_X) != 0,
                        (header.p_flags & PF_W) != 0});
  }
  if (segments.empty()) return damaged(path, "it has no loadable segment");
  return segments;
}

std::string build_id_in(Elf_Data* notes) {
  GElf_Nhdr header;
  size_t name = 0;
  size_t description = 0;
  for (size_t at = 0; (at = gelf_getnote(notes, at, &header, &name, &description)) > 0;) {
    const auto* bytes = static_cast<const uint8_t*>(notes->d_buf);
    bool is_gnu = header.n_namesz == 4 && std::string_view(static_cast<const char*>(notes->d_buf) + name,
                                                           4) == std::string_view("GNU\0", 4);
    if (!is_gnu || header.n_type != NT_GNU_BUILD_ID || header.n_descsz > kMaxBuildId) continue;
    std::string id;
    for (size_t i = 0; i < header.n_descsz; ++i) id += fmt::format("{:02x}", bytes[description + i]);
    return id;
  }
  return {};
}

// From the program headers: they are what remains of a file without sections.
std::string read_build_id(Elf* elf, uint64_t file_size) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return {};
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header) || header.p_type != PT_NOTE) continue;
    bool inside = header.p_offset <= file_size && header.p_filesz <= file_size - header.p_offset;
    if (!inside || header.p_filesz == 0 || header.p_filesz > kMaxNoteBytes) continue;
    Elf_Data* notes = elf_getdata_rawchunk(elf, static_cast<int64_t>(header.p_offset), header.p_filesz,
                                           header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
    if (!notes || !notes->d_buf) continue;
    std::string id = build_id_in(notes);
    if (!id.empty()) return id;
  }
  return {};
}

struct SymbolTables {
  std::vector<ElfSymbol> defined;
  std::vector<std::string> imported;
  bool has_symtab = false;
  uint64_t name_bytes = 0;
};

ElfSymbol to_symbol(const GElf_Sym& raw, std::string_view name, bool is_dynamic) {
  unsigned type = GELF_ST_TYPE(raw.st_info);
  ElfSymbol symbol;
  symbol.name = std::string(name);
  symbol.vaddr = raw.st_value;
  symbol.size = raw.st_size;
  symbol.is_ifunc = type == STT_GNU_IFUNC;
  symbol.is_function = type == STT_FUNC || symbol.is_ifunc;
  symbol.is_object = type == STT_OBJECT;
  symbol.is_global = GELF_ST_BIND(raw.st_info) != STB_LOCAL;
  symbol.is_dynamic = is_dynamic;
  return symbol;
}

// readline@@VERSION is readline; a name that begins with '@' is left alone.
std::string_view without_version(std::string_view name) {
  size_t at = name.find('@', 1);
  return name.substr(0, at);
}

void add_symbol(const GElf_Sym& raw, std::string_view name, bool is_dynamic, SymbolTables& tables) {
  unsigned type = GELF_ST_TYPE(raw.st_info);
  bool is_place = type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_OBJECT || type == STT_NOTYPE;
  if (!is_place) return;
  if (raw.st_shndx == SHN_UNDEF) {
    if (is_dynamic) tables.imported.emplace_back(name);
    return;
  }
  // Absolute symbols are numbers, not places; common ones have none yet.
  if (raw.st_shndx == SHN_ABS || raw.st_shndx == SHN_COMMON) return;
  tables.defined.push_back(to_symbol(raw, name, is_dynamic));
}

Result<void> read_table(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, const std::string& path,
                        SymbolTables& tables) {
  if (header.sh_size > kMaxSymbolBytes || header.sh_entsize == 0)
    return damaged(path, "its symbol table makes no sense");
  Elf_Data* data = elf_getdata(section, nullptr);
  if (!data) return libelf_damaged(path);
  uint64_t count = header.sh_size / header.sh_entsize;
  if (count > kMaxSymbols) return damaged(path, "its symbol table makes no sense");
  for (uint64_t i = 1; i < count; ++i) {  // entry 0 is the null symbol
    GElf_Sym raw;
    if (!gelf_getsym(data, static_cast<int>(i), &raw)) return libelf_damaged(path);
    const char* text = elf_strptr(elf, header.sh_link, raw.st_name);
    if (!text) return damaged(path, fmt::format("the name of symbol {} lies outside its string table", i));
    std::string_view name = without_version(text);
    if (name.empty()) continue;
    tables.name_bytes += name.size();
    if (tables.name_bytes > kMaxNameBytes) return damaged(path, "its symbol names make no sense");
    add_symbol(raw, name, header.sh_type == SHT_DYNSYM, tables);
  }
  return {};
}

void sort_and_join(std::vector<ElfSymbol>& symbols) {
  std::sort(symbols.begin(), symbols.end(), [](const ElfSymbol& a, const ElfSymbol& b) {
    return std::tie(a.vaddr, a.name, b.size) < std::tie(b.vaddr, b.name, a.size);
  });
  size_t kept = 0;
  for (size_t i = 0; i < symbols.size(); ++i) {
    if (kept > 0 && symbols[kept - 1].vaddr == symbols[i].vaddr &&
        symbols[kept - 1].name == symbols[i].name) {
      ElfSymbol& first = symbols[kept - 1];
      first.is_function |= symbols[i].is_function;
      first.is_ifunc |= symbols[i].is_ifunc;
      first.is_object |= symbols[i].is_object;
      first.is_global |= symbols[i].is_global;
      first.is_dynamic |= symbols[i].is_dynamic;
      continue;
    }
    if (kept != i) symbols[kept] = std::move(symbols[i]);
    ++kept;
  }
  symbols.resize(kept);
}

Result<void> check_section_table(Elf* elf, const std::string& path, uint64_t file_size) {
  GElf_Ehdr header;
  if (!gelf_getehdr(elf, &header)) return libelf_damaged(path);
  if (header.e_shoff == 0) return {};
  uint64_t table = uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > file_size || table > file_size - header.e_shoff) {
    return damaged(path,
                   fmt::format("its section table at 0x{:x} ends past the end of the file", header.e_shoff));
  }
  return {};
}

// The one place that gathers symbols: a further source of names appends to the same tables.
Result<SymbolTables> gather_symbols(Elf* elf, const std::string& path, uint64_t file_size) {
  TRY(check_section_table(elf, path, file_size));
  SymbolTables tables;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) return libelf_damaged(path);
    if (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) continue;
    if (header.sh_type == SHT_SYMTAB) tables.has_symtab = true;
    TRY(read_table(elf, section, header, path, tables));
  }
  sort_and_join(tables.defined);
  std::sort(tables.imported.begin(), tables.imported.end());
  tables.imported.erase(std::unique(tables.imported.begin(), tables.imported.end()), tables.imported.end());
  return tables;
}

struct SectionTable {
  std::vector<ElfSection> mapped;
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
    if (!(header.sh_flags & SHF_ALLOC) || !has_bytes || !inside) continue;
    const char* name = elf_strptr(elf, names, header.sh_name);
    std::string_view shown = name ? std::string_view(name).substr(0, kMaxSectionName) : std::string_view();
    table.mapped.push_back(
        {printable(shown), header.sh_offset, header.sh_size, (header.sh_flags & SHF_EXECINSTR) != 0});
  }
  return table;
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
    if (!gelf_getehdr(elf_.get(), &header)) return libelf_damaged(path_);
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return wrong_type(path_, header.e_type);
    machine_ = header.e_machine;
    is_64_bit_ = gelf_getclass(elf_.get()) == ELFCLASS64;
    TRY_ASSIGN(segments_, read_segments(elf_.get(), path_, size_));
    build_id_ = read_build_id(elf_.get(), size_);
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
    if (!tables_) tables_ = gather_symbols(elf_.get(), path_, size_);
    if (!tables_->ok()) return tables_->error();
    return &tables_->value().defined;
  }

  const std::vector<std::string>& imported_names() override {
    static const std::vector<std::string> none;
    return symbols().ok() ? tables_->value().imported : none;
  }

 private:
  std::string path_;
  Fd fd_;
  ElfHandle elf_;  // reads from fd_: declared after it, so that it goes first
  uint64_t size_ = 0;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  uint16_t machine_ = 0;
  bool is_64_bit_ = false;
  std::string build_id_;
  std::vector<LoadSegment> segments_;
  SectionTable sections_;
  std::optional<Result<SymbolTables>> tables_;
};

}  // namespace

Result<std::unique_ptr<ElfFile>> ElfFile::open(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  auto opened = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!opened.ok()) return open_error(path, opened.error().sys_errno);
  Fd fd = std::move(opened).value();

  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot read " + path, errno);
  if (!S_ISREG(status.st_mode)) return not_regular(path, status.st_mode);

  std::array<char, 256> head{};
  ssize_t got = ::pread(fd.get(), head.data(), head.size(), 0);
  if (got < 0) return system_error("cannot read " + path, errno);
  if (got == 0) return fault(path + " is empty", "name an ELF executable or shared library");
  std::string_view start(head.data(), static_cast<size_t>(got));
  if (start.substr(0, SELFMAG) != std::string_view(ELFMAG, SELFMAG)) return not_elf(path, start);

  if (elf_version(EV_CURRENT) == EV_NONE)
    return fault("libelf is too old for this version of the ELF format");
  ElfHandle elf(elf_begin(fd.get(), ELF_C_READ, nullptr));
  if (!elf || elf_kind(elf.get()) != ELF_K_ELF) return libelf_damaged(path);
  auto file = std::make_unique<LibelfFile>(path, std::move(fd), std::move(elf), status);
  TRY(file->read_headers());
  return std::unique_ptr<ElfFile>(std::move(file));
}

}  // namespace uproar
