#include "binary/elf/elf_handle.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>

#include <string_view>

namespace uproar {
namespace {

constexpr uint64_t kMaxNoteBytes = uint64_t{1} << 20;  // in all: libelf keeps what it has read
constexpr size_t kMaxBuildId = 64;

std::string build_id_in(Elf_Data* notes) {
  if (!notes || !notes->d_buf) return {};
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

std::string build_id_by_segments(Elf* elf, uint64_t file_size) {
  size_t count = 0;
  uint64_t read = 0;
  if (elf_getphdrnum(elf, &count) != 0) return {};
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header) || header.p_type != PT_NOTE) continue;
    bool inside = header.p_offset <= file_size && header.p_filesz <= file_size - header.p_offset;
    if (!inside || header.p_filesz == 0 || header.p_filesz > kMaxNoteBytes - read) continue;
    read += header.p_filesz;
    std::string id =
        build_id_in(elf_getdata_rawchunk(elf, static_cast<int64_t>(header.p_offset), header.p_filesz,
                                         header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR));
    if (!id.empty()) return id;
  }
  return {};
}

std::string build_id_by_sections(Elf* elf) {
  uint64_t read = 0;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE ||
        header.sh_size > kMaxNoteBytes - read)
      continue;
    read += header.sh_size;
    std::string id = build_id_in(elf_getdata(section, nullptr));
    if (!id.empty()) return id;
  }
  return {};
}

}  // namespace

void ElfCloser::operator()(Elf* elf) const {
  elf_end(elf);
}

ElfHandle read_elf(int fd) {
  if (elf_version(EV_CURRENT) == EV_NONE) return nullptr;
  ElfHandle elf(elf_begin(fd, ELF_C_READ, nullptr));
  return elf && elf_kind(elf.get()) == ELF_K_ELF ? std::move(elf) : nullptr;
}

ElfHandle read_elf(std::string& bytes) {
  if (elf_version(EV_CURRENT) == EV_NONE) return nullptr;
  ElfHandle elf(elf_memory(bytes.data(), bytes.size()));
  return elf && elf_kind(elf.get()) == ELF_K_ELF ? std::move(elf) : nullptr;
}

std::unique_ptr<OpenedElf> open_elf(const std::string& path) {
  auto fd = open_file(path, O_RDONLY | O_NONBLOCK);
  struct stat status;
  if (!fd.ok() || ::fstat(fd->get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  auto opened = std::make_unique<OpenedElf>();
  opened->fd = std::move(fd).value();
  opened->size = static_cast<uint64_t>(status.st_size);
  opened->elf = read_elf(opened->fd.get());
  return opened->elf ? std::move(opened) : nullptr;
}

std::string build_id_of(Elf* elf, uint64_t file_size) {
  std::string id = build_id_by_segments(elf, file_size);
  return id.empty() ? build_id_by_sections(elf) : id;
}

}  // namespace uproar
