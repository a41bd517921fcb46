// What this kernel lets this user do with BPF, found out by trying; nothing is attached, nothing stays.
#pragma once

#include <string>

namespace uproar {

struct BpfFeatures {
  bool maps = false;       // a ring buffer can be made
  bool programs = false;   // a program that reads user memory can be loaded
  bool sleepable = false;  // … and one that waits for pages
  bool uprobe_multi = false;
  int maps_errno = 0;  // why not, where not
  int programs_errno = 0;
};

BpfFeatures probe_bpf_features();

}  // namespace uproar
