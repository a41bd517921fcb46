// What BPF objects the kernel has, whoever made them: for tests that nothing stays behind.
#pragma once

#include <string>
#include <vector>

namespace uproar {

// "program NAME", "map NAME" and "link of NAME" of all objects whose name (of a link: its program's) begins so.
std::vector<std::string> bpf_objects_named(const std::string& start);

// The same once they are gone or ten seconds are over: the kernel frees them a little after the last descriptor.
std::vector<std::string> bpf_objects_left(const std::string& start);

}  // namespace uproar
