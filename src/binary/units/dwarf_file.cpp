#include "binary/units/dwarf_file.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>

namespace uproar {
namespace {

constexpr const char* kDebugFolder = "/usr/lib/debug";
constexpr size_t kMaxPath = 4096;
constexpr uint64_t kAlwaysUnpacked = uint64_t{256} << 20;
constexpr uint64_t kMostUnpacked = 32;  // times the file's size; compilers reach 5

Error fault(std::string message, std::string remedy = {}) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

Elf_Scn* find_section(Elf* elf, std::string_view name, GElf_Shdr& header) {
  size_t names = 0;
  if (!elf || elf_getshdrstrndx(elf, &names) != 0) return nullptr;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    if (!gelf_getshdr(section, &header)) continue;
    const char* text = elf_strptr(elf, names, header.sh_name);
    if (text && name == std::string_view(text, ::strnlen(text, name.size() + 1))) return section;
  }
  return nullptr;
}

std::string hexadecimal(const void* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", static_cast<const uint8_t*>(bytes)[i]);
  return text;
}

std::string build_id_of(Elf* elf) {
  const void* bytes = nullptr;
  const ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes);
  return size > 0 ? hexadecimal(bytes, static_cast<size_t>(size)) : std::string();
}

std::string folder_of(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  const std::string whole = real ? real : path;
  ::free(real);
  const size_t slash = whole.rfind('/');
  return slash == std::string::npos ? "." : whole.substr(0, slash);
}

// libdw unpacks every section of debug information when it opens the file, whatever size the section claims.
bool unpacks_too_far(Elf* elf, uint64_t file_size) {
  uint64_t total = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    GElf_Chdr packed;
    if (!gelf_getshdr(section, &header) || !(header.sh_flags & SHF_COMPRESSED)) continue;
    if (!gelf_getchdr(section, &packed)) continue;
    if (packed.ch_size > UINT64_MAX - total) return true;
    total += packed.ch_size;
  }
  return total > kAlwaysUnpacked && total / kMostUnpacked > file_size;
}

bool has_debug_sections(Elf* elf) {
  GElf_Shdr header;
  for (const char* name : {".debug_info", ".zdebug_info", ".debug_info.dwo", ".zdebug_info.dwo"}) {
    if (find_section(elf, name, header)) return true;
  }
  return false;
}

// libdw reads texts up to their NUL, although a section may end before. So a file with debug information is
// read as a whole, where each section is followed by another, and the last byte of all is made a NUL: it is
// one in sound files, which end with their section table or a table of strings.
void end_texts(Elf* elf) {
  size_t size = 0;
  char* image = elf_rawfile(elf, &size);
  if (image && size > 0) image[size - 1] = '\0';
}

// The same for texts that libelf has unpacked to a place of their own.
void end_unpacked_texts(Elf* elf) {
  for (const char* name : {".debug_str", ".debug_line_str", ".zdebug_str", ".debug_str.dwo"}) {
    GElf_Shdr header;
    Elf_Scn* section = find_section(elf, name, header);
    Elf_Data* data = section && header.sh_type != SHT_NOBITS ? elf_rawdata(section, nullptr) : nullptr;
    if (data && data->d_buf && data->d_size > 0) static_cast<char*>(data->d_buf)[data->d_size - 1] = '\0';
  }
}

Error cut_short(const std::string& path) {
  return fault(path + " was cut short while it was read", "try again when it is written to its end");
}

bool has_units(Dwarf* dwarf) {
  Dwarf_CU* unit = nullptr;
  return dwarf && dwarf_get_units(dwarf, nullptr, &unit, nullptr, nullptr, nullptr, nullptr) == 0;
}

}  // namespace

Result<std::unique_ptr<DwarfHandle>> DwarfHandle::open(const std::string& path) {
  std::unique_ptr<DwarfHandle> handle(new DwarfHandle());
  TRY_ASSIGN(handle->fd_, open_file(path, O_RDONLY | O_NONBLOCK));
  struct stat status;
  if (::fstat(handle->fd_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fault(path + " is no regular file");
  }
  handle->size_ = static_cast<uint64_t>(status.st_size);
  elf_version(EV_CURRENT);
  // Asked of a handle of its own: libelf does not free what it has read before it takes the whole file.
  Elf* asked = elf_begin(handle->fd_.get(), ELF_C_READ, nullptr);
  const bool is_wanted_whole = has_debug_sections(asked);
  elf_end(asked);
  handle->elf_ = elf_begin(handle->fd_.get(), ELF_C_READ_MMAP_PRIVATE, nullptr);
  if (!handle->elf_ || elf_kind(handle->elf_) != ELF_K_ELF) return fault(path + " is not an ELF file");
  if (is_wanted_whole) end_texts(handle->elf_);
  if (unpacks_too_far(handle->elf_, handle->size_))
    return fault(path + " is damaged: its debug information makes no sense",
                 "install the package of this file again, or compile it again");
  handle->dwarf_ = dwarf_begin_elf(handle->elf_, DWARF_C_READ, nullptr);
  if (is_wanted_whole) end_unpacked_texts(handle->elf_);
  if (handle->missed_pages()) return cut_short(path);
  return handle;
}

bool DwarfHandle::has_shrunk() const {
  struct stat status;
  return ::fstat(fd_.get(), &status) == 0 && static_cast<uint64_t>(status.st_size) < size_;
}

DwarfHandle::~DwarfHandle() {
  if (dwarf_) dwarf_end(dwarf_);
  if (elf_) elf_end(elf_);
}

bool section_address(Elf* elf, std::string_view name, uint64_t& address) {
  GElf_Shdr header;
  if (!find_section(elf, name, header)) return false;
  address = header.sh_addr;
  return true;
}

std::string_view section_bytes(Elf* elf, std::string_view name) {
  GElf_Shdr header;
  Elf_Scn* section = find_section(elf, name, header);
  if (!section || header.sh_type == SHT_NOBITS) return {};
  Elf_Data* data = elf_rawdata(section, nullptr);
  if (!data || !data->d_buf) return {};
  return {static_cast<const char*>(data->d_buf), data->d_size};
}

Result<std::unique_ptr<DwarfFile>> DwarfFile::open(const ElfFile& file, const std::string& debug_path) {
  std::unique_ptr<DwarfFile> opened(new DwarfFile(file));
  opened->debug_path_ = debug_path;
  TRY_ASSIGN(opened->main_, DwarfHandle::open(file.path()));
  struct stat status;
  bool same = ::fstat(opened->main_->fd(), &status) == 0 && status.st_dev == file.device() &&
              status.st_ino == file.inode();
  if (!same) return fault(file.path() + " was replaced meanwhile", "try again");
  if (!debug_path.empty()) {
    TRY_ASSIGN(opened->debug_, DwarfHandle::open(debug_path));
    const std::string build_id = build_id_of(opened->debug_->elf());
    if (!build_id.empty() && !file.build_id().empty() && build_id != file.build_id()) {
      return fault(fmt::format("{} belongs to another build of {}", debug_path, file.path()),
                   "install the debug package of the same version");
    }
    uint64_t here = 0;
    uint64_t there = 0;
    bool comparable = section_address(opened->main_->elf(), ".text", here) &&
                      section_address(opened->debug_->elf(), ".text", there);
    if (comparable) opened->bias_ = here - there;
  }
  if (!has_units(opened->dwarf())) {
    return fault(fmt::format("{} has no debug information", debug_path.empty() ? file.path() : debug_path),
                 "compile it with -g, or install its debug package");
  }
  TRY(opened->open_alternate());
  return opened;
}

// libdw would look for it too, but takes whatever has the name.
Result<void> DwarfFile::open_alternate() {
  const char* name = nullptr;
  const void* bytes = nullptr;
  const ssize_t size = dwelf_dwarf_gnu_debugaltlink(dwarf(), &name, &bytes);
  if (size <= 0 || !name) return {};
  const std::string id = hexadecimal(bytes, static_cast<size_t>(size));
  const std::string written(name, ::strnlen(name, kMaxPath));
  const std::string base = written.substr(written.rfind('/') + 1);
  std::vector<std::string> paths;
  if (id.size() > 2)
    paths.push_back(fmt::format("{}/.build-id/{}/{}.debug", kDebugFolder, id.substr(0, 2), id.substr(2)));
  paths.push_back(written.starts_with('/') ? written : folder_of(dwarf_path()) + "/" + written);
  paths.push_back(fmt::format("{}/.dwz/{}", kDebugFolder, base));
  std::string mismatch;
  for (const std::string& path : paths) {
    auto opened = DwarfHandle::open(path);
    if (!opened.ok() || !(*opened)->dwarf()) continue;
    if (build_id_of((*opened)->elf()) != id) {
      mismatch = path;
      continue;
    }
    alternate_ = std::move(*opened);
    dwarf_setalt(dwarf(), alternate_->dwarf());
    return {};
  }
  if (!mismatch.empty()) {
    return fault(
        fmt::format(
            "what {} shares with other files is in {}, which is of another build (its build-id is not {})",
            dwarf_path(), mismatch, id),
        "install the debug packages of one version");
  }
  alternate_fault_ =
      fmt::format("what {} shares with other files is in {}, which cannot be read (looked for {})",
                  dwarf_path(), written, fmt::join(paths, ", "));
  return {};
}

Result<void> DwarfFile::whole() const {
  if (!main_->missed_pages()) return {};
  if (debug_ && debug_->has_shrunk()) return cut_short(debug_path_);
  if (main_->has_shrunk()) return cut_short(file_.path());
  return cut_short("a file that " + file_.path() + " names for its debug information");
}

DwarfFile::~DwarfFile() {
  for (Dwarf_Frame* frame : frames_) ::free(frame);
  if (eh_frame_) dwarf_cfi_end(eh_frame_);
}

bool DwarfFile::cfa_by(Dwarf_CFI* table, Dwarf_Addr address, const Dwarf_Op** operations, size_t* count) {
  Dwarf_Frame* frame = nullptr;
  if (!table || dwarf_cfi_addrframe(table, address, &frame) != 0) return false;
  frames_.push_back(frame);
  Dwarf_Op* found = nullptr;
  size_t length = 0;
  if (dwarf_frame_cfa(frame, &found, &length) != 0 || length == 0) return false;
  *operations = found;
  *count = length;
  return true;
}

bool DwarfFile::cfa_at(uint64_t vaddr, const Dwarf_Op** operations, size_t* count) {
  if (!eh_frame_read_) {
    eh_frame_read_ = true;
    // Without such a section libdw looks for the table by the program headers, which makes libelf read the
    // whole file once more and never free the sections that it had read.
    uint64_t address = 0;
    if (section_address(main_->elf(), ".eh_frame", address)) eh_frame_ = dwarf_getcfi_elf(main_->elf());
  }
  // .debug_frame belongs to the dwarf handle and goes with it.
  return cfa_by(eh_frame_, vaddr, operations, count) ||
         cfa_by(dwarf_getcfi(dwarf()), to_dwarf(vaddr), operations, count) ||
         (debug_ && main_->dwarf() && cfa_by(dwarf_getcfi(main_->dwarf()), vaddr, operations, count));
}

}  // namespace uproar
