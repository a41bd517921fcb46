// Closing links, which takes the kernel its time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace uproar {

// Closes links side by side, since each waits for the CPUs: a hundred one after the other take seconds. It also
// waits for a program that sleeps until a page comes, however long: nothing that somebody waits for should stand
// behind that.
class LinkCloser {
 public:
  LinkCloser() = default;
  LinkCloser(const LinkCloser&) = delete;
  LinkCloser& operator=(const LinkCloser&) = delete;
  ~LinkCloser() { wait(); }

  // Begins, and returns at once.
  void close(std::vector<Fd> links);
  // False: some are not closed yet.
  bool wait_for(std::chrono::milliseconds time);
  void wait();

 private:
  std::mutex mutex_;
  std::condition_variable closed_;
  std::vector<Fd> open_;  // that no thread has taken yet
  size_t left_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace uproar
