#include "symbolize/caller_places.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>

#include <cstdlib>
#include <memory>

#include "binary/elf/elf_handle.h"

namespace uproar {
namespace {

constexpr int kX86StackPointer = 7, kX86ReturnAddress = 16, kArmLink = 30;
constexpr uint64_t kFurthest = 1 << 20;  // a frame that is larger is none

struct CfiEnd {
  void operator()(Dwarf_CFI* cfi) const { dwarf_cfi_end(cfi); }
};
struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

std::optional<uint64_t> address_of(Elf* elf, uint64_t file_offset) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return std::nullopt;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr header;
    if (!gelf_getphdr(elf, static_cast<int>(i), &header) || header.p_type != PT_LOAD) continue;
    if (file_offset >= header.p_offset && file_offset - header.p_offset < header.p_filesz)
      return file_offset - header.p_offset + header.p_vaddr;
  }
  return std::nullopt;
}

// Of a rule: what libdw says of a register that has none (libdw.h dwarf_frame_register).
bool is_undefined(const Dwarf_Op* operations, size_t count, const Dwarf_Op* own) {
  return count == 0 && operations == own;
}
bool is_same_value(const Dwarf_Op* operations, size_t count) {
  return count == 0 && operations == nullptr;
}

std::optional<uint32_t> caller_x86(Dwarf_Frame* frame) {
  Dwarf_Op own[3];
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_frame_register(frame, kX86ReturnAddress, own, &operations, &count) != 0) return std::nullopt;
  if (is_undefined(operations, count, own)) return 0;
  if (dwarf_frame_cfa(frame, &operations, &count) != 0) return std::nullopt;
  if (count != 1) return 0;
  const Dwarf_Op& base = operations[0];
  const bool of_stack = base.atom == DW_OP_breg0 + kX86StackPointer ||
                        (base.atom == DW_OP_bregx && base.number == kX86StackPointer);
  const uint64_t distance = base.atom == DW_OP_bregx ? base.number2 : base.number;
  if (!of_stack || distance < 8 || distance > kFurthest) return 0;
  return static_cast<uint32_t>(distance - 8 + 1);
}

std::optional<uint32_t> caller_arm(Dwarf_Frame* frame) {
  Dwarf_Op own[3];
  Dwarf_Op* operations = nullptr;
  size_t count = 0;
  if (dwarf_frame_register(frame, kArmLink, own, &operations, &count) != 0) return std::nullopt;
  return is_same_value(operations, count) ? 1 : 0;
}

}  // namespace

struct CallerPlaces::File {
  std::string path;
  std::unique_ptr<OpenedElf> opened;
  std::unique_ptr<Dwarf_CFI, CfiEnd> rules;  // of `opened`
  uint16_t machine = 0;
};

CallerPlaces::CallerPlaces() = default;
CallerPlaces::~CallerPlaces() = default;

std::optional<uint32_t> CallerPlaces::at(const std::string& path, uint64_t file_offset) {
  if (!file_ || file_->path != path) {
    file_ = std::make_unique<File>();
    file_->path = path;
    file_->opened = open_elf(path);
    GElf_Ehdr header;
    if (file_->opened && gelf_getehdr(file_->opened->elf.get(), &header)) {
      file_->machine = header.e_machine;
      file_->rules.reset(dwarf_getcfi_elf(file_->opened->elf.get()));
    }
  }
  if (!file_->rules) return std::nullopt;
  const auto address = address_of(file_->opened->elf.get(), file_offset);
  Dwarf_Frame* frame = nullptr;
  if (!address || dwarf_cfi_addrframe(file_->rules.get(), *address, &frame) != 0) return std::nullopt;
  const std::unique_ptr<Dwarf_Frame, Free> owner(frame);
  switch (file_->machine) {
    case EM_X86_64:
      return caller_x86(frame);
    case EM_AARCH64:
      return caller_arm(frame);
    default:
      return std::nullopt;
  }
}

}  // namespace uproar
