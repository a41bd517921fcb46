#include "binary/elf/mapped_file_guard.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

namespace uproar {
namespace {

std::mutex guards_mutex;
int guards = 0;
struct sigaction action_before;
uintptr_t page_bytes = 4096;
std::atomic<uint64_t> pages_filled = 0;
static_assert(std::atomic<uint64_t>::is_always_lock_free);

// Only system calls and an atomic counter: it runs in the middle of whatever read the page.
void fill_missing_page(int, siginfo_t* info, void*) {
  if (info->si_code == BUS_ADRERR) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the start of the page that the kernel named
    void* page = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(info->si_addr) & ~(page_bytes - 1));
    const int kept = errno;
    void* filled =
        ::mmap(page, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    errno = kept;
    if (filled != MAP_FAILED) {
      pages_filled.fetch_add(1, std::memory_order_relaxed);
      return;
    }
  }
  // Not ours to mend: the access is repeated and meets what would have met it without us.
  ::sigaction(SIGBUS, &action_before, nullptr);
}

}  // namespace

MappedFileGuard::MappedFileGuard() : pages_before_(pages_filled.load(std::memory_order_relaxed)) {
  const std::lock_guard lock(guards_mutex);
  if (guards++ > 0) return;
  page_bytes = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct sigaction action = {};
  action.sa_sigaction = fill_missing_page;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, &action_before);
}

MappedFileGuard::~MappedFileGuard() {
  const std::lock_guard lock(guards_mutex);
  if (--guards == 0) ::sigaction(SIGBUS, &action_before, nullptr);
}

bool MappedFileGuard::was_needed() const {
  return pages_filled.load(std::memory_order_relaxed) != pages_before_;
}

}  // namespace uproar
