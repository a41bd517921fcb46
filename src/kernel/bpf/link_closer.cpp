#include "kernel/bpf/link_closer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace uproar {
namespace {

// Beyond some tens they do not go faster.
constexpr size_t kMostThreads = 20;

}  // namespace

void LinkCloser::close(std::vector<Fd> links) {
  const std::lock_guard lock(mutex_);
  left_ += links.size();
  std::move(links.begin(), links.end(), std::back_inserter(open_));
  const size_t more = std::min(links.size(), kMostThreads);
  for (size_t i = 0; i < more; ++i) {
    threads_.emplace_back([this] {
      for (;;) {
        std::unique_lock taking(mutex_);
        if (open_.empty()) return;
        Fd link = std::move(open_.back());
        open_.pop_back();
        taking.unlock();
        link.reset();
        taking.lock();
        if (--left_ == 0) closed_.notify_all();
      }
    });
  }
}

bool LinkCloser::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return closed_.wait_for(lock, time, [this] { return left_ == 0; });
}

void LinkCloser::wait() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace uproar
