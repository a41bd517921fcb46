#include "binary/usdt/usdt_notes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <tuple>

#include "base/byte_order.h"
#include "base/fd.h"
#include "binary/elf/address.h"

namespace uproar {
namespace {

constexpr std::string_view kOwner{"stapsdt\0", 8};
constexpr uint32_t kNoteType = 3;                       // NT_STAPSDT
constexpr uint64_t kMaxNoteBytes = uint64_t{64} << 20;  // libjvm.so, one of the largest, has 50 KiB
constexpr size_t kMaxNotes = size_t{1} << 20;
constexpr size_t kMaxName = 1024;
constexpr size_t kMaxArgumentText = size_t{64} << 10;

// Cursor over notes of either byte order.
class Numbers {
 public:
  Numbers(std::span<const uint8_t> bytes, bool is_big_endian) : bytes_(bytes), is_big_(is_big_endian) {}
  size_t remaining() const { return bytes_.size(); }

  // `size` is 4 or 8, and not more than what remains.
  uint64_t take(size_t size) { return ordered_number(run(size), is_big_); }
  std::span<const uint8_t> run(size_t size) {
    auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  void skip_to_padding(uint64_t size) {
    bytes_ = bytes_.subspan(std::min<uint64_t>(bytes_.size(), (4 - size % 4) % 4));
  }

 private:
  std::span<const uint8_t> bytes_;
  bool is_big_;
};

// Up to the NUL, which must be there.
std::optional<std::string> take_text(std::span<const uint8_t>& bytes, size_t limit) {
  auto end = std::find(bytes.begin(), bytes.end(), uint8_t{0});
  if (end == bytes.end() || static_cast<size_t>(end - bytes.begin()) > limit) return std::nullopt;
  std::string text(bytes.begin(), end);
  bytes = bytes.subspan(static_cast<size_t>(end - bytes.begin()) + 1);
  return text;
}

std::optional<UsdtNote> parse_description(std::span<const uint8_t> bytes, bool is_64_bit,
                                          bool is_big_endian) {
  const size_t word = is_64_bit ? 8 : 4;
  if (bytes.size() < 3 * word) return std::nullopt;
  Numbers numbers(bytes, is_big_endian);
  UsdtNote note;
  note.pc = numbers.take(word);
  note.base = numbers.take(word);
  note.semaphore = numbers.take(word);
  auto rest = numbers.run(numbers.remaining());
  auto provider = take_text(rest, kMaxName);
  auto name = provider ? take_text(rest, kMaxName) : std::nullopt;
  auto arguments = name ? take_text(rest, kMaxArgumentText) : std::nullopt;
  if (!arguments || provider->empty() || name->empty()) return std::nullopt;
  note.provider = std::move(*provider);
  note.name = std::move(*name);
  // An old sys/sdt.h writes a lone ':' where a probe has no arguments.
  if (*arguments != ":") note.arguments = std::move(*arguments);
  return note;
}

struct ElfCloser {
  void operator()(Elf* elf) const { elf_end(elf); }
};

Error damaged_file(const std::string& path, std::string_view what) {
  return Error{fmt::format("{} is a damaged ELF file: {}", path, what),
               {},
               "install the package of this file again, or copy the file again",
               0};
}

struct RawNotes {
  std::vector<std::vector<uint8_t>> runs;
  uint64_t size = 0;                   // of all runs: the same bytes may be claimed over and over
  std::optional<uint64_t> base_vaddr;  // of .stapsdt.base as it is now
};

struct Range {
  uint64_t offset = 0;
  uint64_t size = 0;
};

Result<void> add_run(const ElfFile& file, Range range, RawNotes& notes) {
  if (range.size == 0) return {};
  if (range.offset > file.size() || range.size > file.size() - range.offset)
    return damaged_file(file.path(), "its USDT notes end past the end of the file");
  notes.size += range.size;
  if (range.size > kMaxNoteBytes || notes.size > kMaxNoteBytes)
    return damaged_file(file.path(), "its USDT notes make no sense");
  TRY_ASSIGN(auto bytes, file.read(range.offset, range.size));
  notes.runs.push_back(std::move(bytes));
  return {};
}

// False: the file has no section table that could be asked.
Result<bool> read_sections(Elf* elf, const ElfFile& file, RawNotes& notes) {
  size_t count = 0;
  size_t names = 0;
  if (elf_getshdrnum(elf, &count) != 0 || count == 0) return false;
  if (elf_getshdrstrndx(elf, &names) != 0) return false;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header)) continue;
    const char* text = elf_strptr(elf, names, header.sh_name);
    if (!text) continue;
    const std::string_view name(text, ::strnlen(text, 32));
    if (name == ".stapsdt.base") notes.base_vaddr = header.sh_addr;
    if (name != ".note.stapsdt" || header.sh_type != SHT_NOTE) continue;
    if (header.sh_flags & SHF_COMPRESSED) return damaged_file(file.path(), "its USDT notes are compressed");
    TRY(add_run(file, {header.sh_offset, header.sh_size}, notes));
  }
  return true;
}

Result<void> read_segments(Elf* elf, const ElfFile& file, RawNotes& notes) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return {};
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header) || header.p_type != PT_NOTE) continue;
    if (header.p_align > 4) continue;  // GNU properties, padded to 8: never USDT notes
    TRY(add_run(file, {header.p_offset, header.p_filesz}, notes));
  }
  return {};
}

const LoadSegment* segment_of(const std::vector<LoadSegment>& segments, uint64_t vaddr, bool code) {
  for (const LoadSegment& segment : segments) {
    const bool suits = code ? segment.executable : segment.writable;
    if (suits && vaddr >= segment.vaddr && vaddr - segment.vaddr < segment.file_size) return &segment;
  }
  return nullptr;
}

// Nothing where there is no code at the address: a breakpoint there would be written into data.
std::optional<UsdtProbe> place(UsdtNote note, const RawNotes& notes,
                               const std::vector<LoadSegment>& segments) {
  const uint64_t moved = notes.base_vaddr && note.base != 0 ? *notes.base_vaddr - note.base : 0;
  UsdtProbe probe;
  probe.vaddr = note.pc + moved;
  const LoadSegment* code = segment_of(segments, probe.vaddr, true);
  if (!code) return std::nullopt;
  probe.file_offset = probe.vaddr - code->vaddr + code->file_offset;
  if (note.semaphore != 0) {
    probe.semaphore_vaddr = note.semaphore + moved;
    const LoadSegment* data = segment_of(segments, probe.semaphore_vaddr, false);
    if (data) probe.semaphore_offset = probe.semaphore_vaddr - data->vaddr + data->file_offset;
  }
  probe.provider = std::move(note.provider);
  probe.name = std::move(note.name);
  probe.arguments = std::move(note.arguments);
  return probe;
}

auto key_of(const UsdtProbe& probe) {
  return std::tie(probe.vaddr, probe.provider, probe.name, probe.semaphore_offset, probe.arguments);
}

// The same note twice (a section that several segments hold, an object linked in twice) is one location.
void leave_out_repeated(std::vector<UsdtProbe>& probes) {
  std::vector<size_t> order(probes.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return key_of(probes[a]) < key_of(probes[b]); });
  std::vector<bool> repeated(probes.size());
  for (size_t i = 1; i < order.size(); ++i)
    repeated[order[i]] = key_of(probes[order[i]]) == key_of(probes[order[i - 1]]);
  size_t kept = 0;
  for (size_t i = 0; i < probes.size(); ++i) {
    if (repeated[i]) continue;
    if (kept != i) probes[kept] = std::move(probes[i]);
    ++kept;
  }
  probes.resize(kept);
}

}  // namespace

std::vector<UsdtNote> parse_usdt_notes(std::span<const uint8_t> bytes, bool is_64_bit, bool is_big_endian,
                                       size_t& damaged) {
  std::vector<UsdtNote> notes;
  Numbers numbers(bytes, is_big_endian);
  while (numbers.remaining() >= 12 && notes.size() < kMaxNotes) {
    const uint64_t name_size = numbers.take(4);
    const uint64_t description_size = numbers.take(4);
    const uint64_t type = numbers.take(4);
    if (name_size > numbers.remaining()) return ++damaged, notes;
    auto owner = numbers.run(name_size);
    numbers.skip_to_padding(name_size);
    if (description_size > numbers.remaining()) return ++damaged, notes;
    auto description = numbers.run(description_size);
    numbers.skip_to_padding(description_size);
    const bool is_ours =
        type == kNoteType && std::equal(owner.begin(), owner.end(), kOwner.begin(), kOwner.end());
    if (!is_ours) continue;
    if (auto note = parse_description(description, is_64_bit, is_big_endian)) {
      notes.push_back(std::move(*note));
    } else {
      ++damaged;
    }
  }
  return notes;
}

Result<UsdtProbes> read_usdt_probes(const ElfFile& file) {
  TRY_ASSIGN(Fd fd, open_file(file.path(), O_RDONLY | O_NONBLOCK));
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot read " + file.path(), errno);
  if (status.st_dev != file.device() || status.st_ino != file.inode())
    return Error{file.path() + " was replaced while it was read", {}, "try again", 0};
  std::unique_ptr<Elf, ElfCloser> elf(elf_begin(fd.get(), ELF_C_READ, nullptr));
  GElf_Ehdr header;
  if (!elf || !gelf_getehdr(elf.get(), &header))
    return damaged_file(file.path(), "its header cannot be read");

  RawNotes raw;
  TRY_ASSIGN(bool has_sections, read_sections(elf.get(), file, raw));
  if (!has_sections) TRY(read_segments(elf.get(), file, raw));

  UsdtProbes found;
  for (const auto& run : raw.runs) {
    for (UsdtNote& note :
         parse_usdt_notes(run, file.is_64_bit(), header.e_ident[EI_DATA] == ELFDATA2MSB, found.damaged)) {
      if (auto probe = place(std::move(note), raw, file.segments())) {
        found.probes.push_back(std::move(*probe));
      } else {
        ++found.damaged;
      }
    }
  }
  leave_out_repeated(found.probes);
  return found;
}

}  // namespace uproar
