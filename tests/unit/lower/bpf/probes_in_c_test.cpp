// The probes of bpf/, built by clang, send what the generated program sends.
#include <fcntl.h>
#include <gelf.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "base/fd.h"
#include "support/bpf_cases.h"
#include "support/plan_of_text.h"
#include "support/temporary_folder.h"

namespace uproar {
namespace {

// The program in the section `uprobe` of an object file, with maps for the symbols that it names.
BpfProgram program_of(const std::string& path) {
  BpfProgram program;
  elf_version(EV_CURRENT);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  Elf* elf = elf_begin(file.get(), ELF_C_READ, nullptr);
  size_t names = 0;
  elf_getshdrstrndx(elf, &names);
  Elf_Data *relocations = nullptr, *symbols = nullptr;
  size_t strings = 0;
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    gelf_getshdr(section, &header);
    const std::string name = elf_strptr(elf, names, header.sh_name);
    Elf_Data* data = elf_getdata(section, nullptr);
    if (name == "uprobe") {
      const auto* first = static_cast<const BpfInstruction*>(data->d_buf);
      program.instructions.assign(first, first + data->d_size / sizeof(BpfInstruction));
    } else if (name == ".reluprobe") {
      relocations = data;
    } else if (header.sh_type == SHT_SYMTAB) {
      symbols = data;
      strings = header.sh_link;
    }
  }
  for (int i = 0; relocations != nullptr && symbols != nullptr; ++i) {
    GElf_Rel relocation;
    GElf_Sym symbol;
    if (gelf_getrel(relocations, i, &relocation) == nullptr) break;
    gelf_getsym(symbols, static_cast<int>(GELF_R_SYM(relocation.r_info)), &symbol);
    const bool is_ring = std::string(elf_strptr(elf, strings, symbol.st_name)) == "ring";
    const auto at = static_cast<uint32_t>(relocation.r_offset / sizeof(BpfInstruction));
    const unsigned kind = is_ring ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
    program.instructions[at].registers =
        static_cast<uint8_t>((program.instructions[at].registers & 15U) | kind << 4);
    program.patches.push_back({at, is_ring ? BpfMap::Ring : BpfMap::Counters});
  }
  elf_end(elf);
  return program;
}

class ProbesInC : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("clang -print-targets 2>/dev/null | grep -q bpf") != 0)
      GTEST_SKIP() << "no clang that knows BPF here";
  }

  BpfProgram built(const std::string& name) const {
    const std::string object = folder_.path() + "/probe.o";
    const std::string command =
        "clang -target bpf -mcpu=v2 -O2 -Wall -Werror -I/usr/include/$(gcc -print-multiarch) -c -o " +
        object + " " UPROAR_SOURCE_DIR "/bpf/" + name;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return program_of(object);
  }

 private:
  TemporaryFolder folder_;
};

// What both send and count, the same machine given to both.
void expect_same(const BpfPrograms& generated, const BpfPrograms& written,
                 const std::function<void(BpfEmulator&)>& change) {
  BpfEmulator one(generated), other(written);
  for (BpfEmulator* machine : {&one, &other}) {
    test::set_up(*machine);
    change(*machine);
    ASSERT_EQ(machine->hit(0, 0), "");
  }
  EXPECT_EQ(one.records, other.records);
  EXPECT_EQ(std::memcmp(&one.counters(0), &other.counters(0), sizeof(uproar_counters)), 0);
}

TEST_F(ProbesInC, Numbers) {
  const auto plan = plan_of_text("p:e /bin/bash:0x10 a=%di:s32 b=+8(%si):u32 c=+0(+0(%si)):u64");
  ASSERT_TRUE(plan.ok());
  const BpfEvent event{&*plan, {}};
  const BpfPrograms generated = lower_bpf({&event, 1}, {}).value();
  BpfPrograms written = generated;
  written.programs[0] = built("numbers.bpf.c");
  ASSERT_FALSE(written.programs[0].instructions.empty());
  const auto set = [](std::string_view name, uint64_t value) {
    return [name, value](BpfEmulator& machine) {
      machine.registers[*register_offset("x86_64", name) / 8] = value;
    };
  };
  expect_same(generated, written, [](BpfEmulator&) {});
  expect_same(generated, written, set("di", uint64_t(-1)));
  expect_same(generated, written, set("si", 0));
  expect_same(generated, written, set("si", test::kObject + 16));  // a pointer that leads nowhere
  expect_same(generated, written, set("si", test::kPageEnd + 8));  // its end
  expect_same(generated, written, set("si", test::kEvicted));
  expect_same(generated, written, [](BpfEmulator& machine) { machine.ring_is_full = true; });
}

}  // namespace
}  // namespace uproar
