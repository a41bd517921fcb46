#include "kernel_live.h"

#include <dlfcn.h>
#include <link.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace uproar {

uint64_t offset_of(const void* function) {
  struct Search {
    uintptr_t address;
    uint64_t offset;
  } search{reinterpret_cast<uintptr_t>(function), 0};
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* wanted = static_cast<Search*>(data);
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          const uintptr_t begin = info->dlpi_addr + segment.p_vaddr;
          if (segment.p_type != PT_LOAD || wanted->address < begin ||
              wanted->address >= begin + segment.p_filesz)
            continue;
          wanted->offset = wanted->address - begin + segment.p_offset;
        }
        return 0;
      },
      &search);
  return search.offset;
}

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

void KernelLive::SetUp() {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  Result<Tracefs> found = Tracefs::locate();
  if (!found.ok()) GTEST_SKIP() << render(found.error());
  tracefs_ = *found;
  group_ = "uproartest_" + std::to_string(::getpid());
  file_ = folder_.path("target_probed");
  std::filesystem::copy_file(UPROAR_BINARY_DIR "/target_probed", file_);
  library_ = ::dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library_, nullptr) << ::dlerror();
  call_first_ = reinterpret_cast<int (*)(int)>(::dlsym(library_, "first"));
  call_second_ = reinterpret_cast<int (*)(int)>(::dlsym(library_, "second"));
  first_ = file_ + ":" + hex(offset_of(reinterpret_cast<const void*>(call_first_)));
  second_ = file_ + ":" + hex(offset_of(reinterpret_cast<const void*>(call_second_)));
}

void KernelLive::TearDown() {
  if (library_) ::dlclose(library_);
  if (group_.empty()) return;
  Result<std::vector<ListedEvent>> events = list_uprobe_events(tracefs_);
  ASSERT_TRUE(events.ok());
  for (const ListedEvent& event : *events) {
    if (!event.group.starts_with(group_)) continue;
    EXPECT_TRUE(remove_uprobe_event(tracefs_, event.group, event.name).ok());
  }
}

std::optional<ListedEvent> KernelLive::listed(const std::string& group, const std::string& name) {
  Result<std::vector<ListedEvent>> events = list_uprobe_events(tracefs_);
  if (!events.ok()) return std::nullopt;
  for (ListedEvent& event : *events) {
    if (event.group == group && event.name == name) return std::move(event);
  }
  return std::nullopt;
}

Fd KernelLive::open_perf(const std::string& event) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_TRACEPOINT;
  Result<std::string> id = tracefs_.read("events/" + group_ + "/" + event + "/id");
  if (!id.ok()) return Fd();
  attr.config = std::strtoull(id->c_str(), nullptr, 10);
  attr.sample_period = 1;
  return Fd(static_cast<int>(::syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

}  // namespace uproar
