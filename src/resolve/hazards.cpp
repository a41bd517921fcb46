#include "resolve/hazards.h"

#include <fmt/format.h>

#include <algorithm>

namespace uproar {
namespace {

bool is_go_program(const ElfFile& file) {
  const auto& sections = file.sections();
  return std::any_of(sections.begin(), sections.end(), [](const ElfSection& section) {
    return section.name == ".gopclntab" || section.name == ".data.rel.ro.gopclntab" ||
           section.name == ".note.go.buildid";
  });
}

// The semaphore is raised in the private writable mapping of the file (kernel: kernel/events/uprobes.c
// valid_ref_ctr_vma); without one the kernel stays silent and the probe never fires.
bool can_be_raised(const ElfFile& file, uint64_t offset) {
  const auto& segments = file.segments();
  return std::any_of(segments.begin(), segments.end(), [offset](const LoadSegment& segment) {
    return segment.writable && offset >= segment.file_offset &&
           offset - segment.file_offset + 1 < segment.file_size;
  });
}

}  // namespace

void add_hazards(const ProbePlan& plan, const ElfFile& file, Hazards& hazards) {
  if (plan.is_return && is_go_program(file)) {
    hazards.push_back(
        {Hazard::Level::Refused,
         "this is a Go program: its runtime crashes on the return address that a return probe leaves on a "
         "stack that it moves",
         "probe the places of the function's RET instructions instead"});
  }
  for (const ProbeSite& site : plan.sites) {
    if (site.ref_counter != 0 && !can_be_raised(file, site.ref_counter)) {
      hazards.push_back(
          {Hazard::Level::Note,
           fmt::format("reference counter 0x{:x} is not in writable data of the file: the kernel will never "
                       "raise it",
                       site.ref_counter),
           "take the semaphore's file offset, not its address"});
    }
  }
  for (const FetchArgument& argument : plan.arguments()) {
    if (argument.operations.front().kind != FetchOperation::Kind::ImmediateString) continue;
    hazards.push_back(
        {Hazard::Level::Note,
         fmt::format("argument {} will always be (fault): the kernel reads the text of a uprobe's immediate "
                     "string as if it were in the process",
                     argument.name),
         "leave it out"});
  }
}

}  // namespace uproar
