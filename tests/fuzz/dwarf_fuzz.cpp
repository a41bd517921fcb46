// An ELF file with any DWARF: everything that a definition can ask of it ends, without touching foreign
// memory.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "binary/dwarf/debug_info.h"
#include "binary/elf/elf_file.h"

namespace {

using uproar::CodePoint;
using uproar::DebugInfo;
using Step = uproar::VariableStepRequest;

// Follows what a value says that it has, a few levels deep.
void follow(DebugInfo& info, const CodePoint& at, const std::string& name, std::vector<Step> steps,
            int depth) {
  uproar::VariableFault fault;
  auto value = info.find_value(at, name, steps, fault);
  if (!value.ok() || depth == 0) return;
  for (Step::Kind kind : {Step::Kind::Index, Step::Kind::Dereference}) {
    steps.push_back({kind, {}, 1});
    follow(info, at, name, steps, depth - 1);
    steps.pop_back();
  }
  const std::vector<std::string> fields = value->fields;
  for (size_t i = 0; i < fields.size() && i < 2; ++i) {
    steps.push_back({Step::Kind::Dot, fields[i], 0});
    follow(info, at, name, steps, depth - 1);
    steps.pop_back();
  }
}

void look_at(DebugInfo& info, uint64_t pc, const std::string& function) {
  const CodePoint at{pc, function};
  info.function_at(pc);
  info.line_at(pc);
  (void)info.lines_of_function(pc).ok();
  auto variables = info.variables(at);
  if (!variables.ok()) return;
  for (size_t i = 0; i < variables->size() && i < 4; ++i) follow(info, at, (*variables)[i].name, {}, 2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int fd = ::memfd_create("dwarf", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) return 0;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  if (auto file = uproar::ElfFile::open(path); file.ok()) {
    auto info = DebugInfo::open(**file, {});
    if (info.ok()) {
      for (const char* name : {"main", "helper", "area", "inlined"}) {
        auto instances = (*info)->instances(name);
        if (!instances.ok()) continue;
        for (size_t i = 0; i < instances->size() && i < 2; ++i) {
          look_at(**info, (*instances)[i].entry, name);
          look_at(**info, (*instances)[i].entry + 8, name);
        }
      }
      (void)(*info)->addresses_of_line("shapes.cc", 20).ok();
      (void)(*info)->source_files("shapes.cc");
    }
  }
  ::close(fd);
  return 0;
}
