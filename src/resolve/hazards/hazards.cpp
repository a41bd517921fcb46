#include "resolve/hazards/hazards.h"

#include <fmt/format.h>

#include <algorithm>

#include "binary/elf/address.h"
#include "binary/elf/elf_file.h"
#include "resolve/hazards/place_hazards.h"
#include "resolve/hazards/seccomp.h"

namespace uproar {
namespace {

using Level = Hazard::Level;

// The semaphore is raised in the private writable mapping of the file (kernel: kernel/events/uprobes.c
// valid_ref_ctr_vma); without one the kernel stays silent and the probe never fires.
bool can_be_raised(const ElfFile& file, uint64_t offset) {
  const auto& segments = file.segments();
  return std::any_of(segments.begin(), segments.end(), [offset](const LoadSegment& segment) {
    return segment.writable && offset >= segment.file_offset &&
           offset - segment.file_offset + 1 < segment.file_size;
  });
}

bool begins_with(const FetchArgument& argument, FetchOperation::Kind kind) {
  return !argument.operations.empty() && argument.operations.front().kind == kind;
}

void add_ref_counters(const ProbePlan& plan, const ElfFile& file, HazardList& list) {
  for (const ProbeSite& site : plan.sites) {
    if (site.ref_counter == 0 || can_be_raised(file, site.ref_counter)) continue;
    list.add(
        {Level::Note,
         fmt::format("reference counter 0x{:x} is not in writable data of the file: the kernel will never "
                     "raise it",
                     site.ref_counter),
         "take the semaphore's file offset, not its address", HazardKind::RefCounterNotWritable});
  }
}

// `@+OFF` reads at hit address - probe offset + OFF. In the file's own numbering that is OFF plus the
// distance (vaddr - offset) of the segment of code; a file offset of data is something else wherever data are
// mapped at another distance.
void add_file_offsets(const ProbePlan& plan, const ElfFile& file, HazardList& list) {
  if (plan.definition.find("@+") == std::string::npos || plan.sites.empty()) return;
  const auto& segments = file.segments();
  const LoadSegment* code = segment_at(segments, plan.sites.front().file_offset);
  if (!code) return;
  const uint64_t bias = code->vaddr - code->file_offset;
  for (const FetchArgument& argument : plan.arguments()) {
    if (!begins_with(argument, FetchOperation::Kind::FileOffset)) continue;
    const auto offset = static_cast<uint64_t>(argument.operations.front().number);
    const bool is_address = file_offset_of(segments, offset + bias).has_value();
    const auto meant = vaddr_of(segments, offset);
    if (is_address || !meant) continue;
    list.add(
        {Level::Note,
         fmt::format("argument {} reads nothing of the file: @+0x{:x} is no file offset but a distance from "
                     "where the code's segment would begin",
                     argument.name, offset),
         fmt::format("for what stands at this offset of the file write @+0x{:x}", *meant - bias),
         HazardKind::FileOffsetMeaning});
  }
}

void add_seccomp(const HazardContext& context, HazardList& list) {
  const bool returns = context.plan.is_return && !context.returns_by_exits;
  const bool stopped = filters_stop_returns(context.kernel_release);
  if (!returns || !stopped || context.code.set() != InstructionSet::X86_64) return;
  if (context.filtered_process != 0) {
    list.add({Level::Refused,
              fmt::format("kernel {} may end process {} at a return probe: its seccomp filter refuses the "
                          "system call behind it",
                          context.kernel_release, context.filtered_process),
              "probe its RET instructions (as p, by their offsets)", HazardKind::SeccompReturn, true});
    return;
  }
  list.add(
      {Level::Note,
       fmt::format("kernel {} may end a program with a seccomp filter (containers, services) at a return "
                   "probe: the filter refuses the system call behind it",
                   context.kernel_release),
       "probe the RET instructions of such programs (as p, by their offsets)", HazardKind::SeccompReturn});
}

}  // namespace

Hazards find_hazards(const HazardContext& context) {
  HazardList list;
  const ElfFile& file = context.code.file();
  add_place_hazards(context, list);
  add_ref_counters(context.plan, file, list);
  add_file_offsets(context.plan, file, list);
  add_seccomp(context, list);
  return list.take();
}

}  // namespace uproar
