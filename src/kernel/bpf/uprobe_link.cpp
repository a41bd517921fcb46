#include "kernel/bpf/uprobe_link.h"

#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <utility>

#include "kernel/bpf/bpf_attach_types.h"
#include "kernel/bpf/bpf_error.h"

namespace uproar {
namespace {

// union bpf_attr of BPF_LINK_CREATE with its member uprobe_multi, which libbpf 1.1 and the headers of 6.1 do
// not have (kernel: include/uapi/linux/bpf.h).
struct UprobeMultiAttributes {
  uint32_t program = 0;
  uint32_t target = 0;
  uint32_t attach_type = 0;
  uint32_t flags = 0;
  uint64_t path = 0;
  uint64_t offsets = 0;
  uint64_t ref_counters = 0;
  uint64_t cookies = 0;
  uint32_t count = 0;
  uint32_t multi_flags = 0;
  uint32_t process = 0;
  uint32_t padding = 0;
};

struct PerfLinkAttributes {
  uint32_t program = 0;
  uint32_t perf_event = 0;
  uint32_t attach_type = 0;
  uint32_t flags = 0;
  uint64_t cookie = 0;
};

template <typename Attributes>
int create_link(Attributes& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes));
}

uint64_t address(const void* memory) {
  return reinterpret_cast<uintptr_t>(memory);
}

// The descriptor, or -1 with errno.
int try_link(int program, const UprobeLink& link, std::span<const UprobeLink::Place> places) {
  std::vector<uint64_t> offsets;
  std::vector<uint64_t> cookies;
  std::vector<uint64_t> counters;
  for (const UprobeLink::Place& place : places) {
    offsets.push_back(place.file_offset);
    cookies.push_back(place.cookie);
    counters.push_back(place.ref_counter);
  }
  const bool counts = std::any_of(counters.begin(), counters.end(), [](uint64_t at) { return at != 0; });
  UprobeMultiAttributes attributes;
  attributes.program = static_cast<uint32_t>(program);
  attributes.attach_type = kTraceUprobeMulti;
  attributes.path = address(link.path.c_str());
  attributes.offsets = address(offsets.data());
  attributes.cookies = address(cookies.data());
  if (counts) attributes.ref_counters = address(counters.data());
  attributes.count = static_cast<uint32_t>(places.size());
  if (link.is_return) attributes.multi_flags = kUprobeMultiReturn;
  attributes.process = static_cast<uint32_t>(link.process);
  return create_link(attributes);
}

// Which place the kernel does not take: it does not say, and one refusal lets go of all. Halves are tried,
// each of which costs nothing if it is refused, and the time to close a link if it is taken.
const UprobeLink::Place& refused_place(int program, const UprobeLink& link) {
  std::span<const UprobeLink::Place> suspects = link.places;
  while (suspects.size() > 1) {
    const auto first_half = suspects.first(suspects.size() / 2);
    const Fd tried(try_link(program, link, first_half));
    suspects = tried.valid() ? suspects.subspan(first_half.size()) : first_half;
  }
  return suspects.front();
}

Error refusal(int program, const UprobeLink& link, int errno_value) {
  const std::string what = "cannot probe " + link.path;
  switch (errno_value) {
    case ENOENT:
      return {what + ": there is no such file", {}, "look whether it was replaced or removed", ENOENT};
    case ESRCH:
      return {fmt::format("cannot probe {} in process {}: there is no such process", link.path, link.process),
              {},
              "pgrep NAME finds the number of a running program",
              ESRCH};
    case E2BIG:
      return {fmt::format("{} at {} places: the kernel takes {}", what, link.places.size(), kMostMultiPlaces),
              {},
              "take a narrower pattern",
              E2BIG};
    case EINVAL:
    case EIO:
    case kNotSupported: {
      const UprobeLink::Place place = refused_place(program, link);
      const char* why = errno_value == kNotSupported
                            ? "the kernel cannot probe the instruction there"
                            : "the place lies outside of the file's code, or its semaphore does";
      return {fmt::format("cannot probe {}:0x{:x}: {}", link.path, place.file_offset, why),
              {},
              "leave the place out; uproar explain shows the instruction there",
              errno_value};
    }
    default:
      return bpf_error(what, errno_value);
  }
}

}  // namespace

Result<Fd> link_uprobes(int program, const UprobeLink& link) {
  CHECK(!link.places.empty());
  const int fd = try_link(program, link, link.places);
  if (fd < 0) return refusal(program, link, errno);
  return Fd(fd);
}

bool knows_uprobe_links(int program) {
  UprobeLink folder;
  folder.path = "/";
  folder.places.push_back({});
  const Fd linked(try_link(program, folder, folder.places));
  // kernel: kernel/trace/bpf_trace.c bpf_uprobe_multi_link_attach: EBADF for what is no regular file.
  return linked.valid() || errno == EBADF;
}

Result<Fd> link_perf_event(int program, int perf_event, uint64_t cookie) {
  PerfLinkAttributes attributes;
  attributes.program = static_cast<uint32_t>(program);
  attributes.perf_event = static_cast<uint32_t>(perf_event);
  attributes.attach_type = kPerfEventLink;
  attributes.cookie = cookie;
  const int fd = create_link(attributes);
  if (fd < 0) return bpf_error("cannot attach a BPF program to a perf event", errno);
  return Fd(fd);
}

}  // namespace uproar
