#include "commands/files/unlink_on_signal.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace uproar {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// A handler can use nothing that allocates.
char path_to_remove[4096];
std::array<struct sigaction, kSignals.size()> actions_before;

void remove_and_end(int signal) {
  if (path_to_remove[0] != 0) ::unlink(path_to_remove);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

UnlinkOnSignal::UnlinkOnSignal(const std::string& path) {
  path_to_remove[0] = 0;
  if (path.size() < sizeof path_to_remove) std::memcpy(path_to_remove, path.c_str(), path.size() + 1);
  struct sigaction action = {};
  action.sa_handler = remove_and_end;
  for (size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &actions_before[i]);
    // nohup and the like: a signal that was ignored stays so.
    if (actions_before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

UnlinkOnSignal::~UnlinkOnSignal() {
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &actions_before[i], nullptr);
}

}  // namespace uproar
