#include "bpf_objects.h"

#include <bpf/bpf.h>

#include <chrono>
#include <thread>

#include "base/fd.h"

namespace uproar {
namespace {

template <typename Info>
bool read_info(int fd, Info& info) {
  uint32_t bytes = sizeof info;
  return ::bpf_obj_get_info_by_fd(fd, &info, &bytes) == 0;
}

}  // namespace

std::vector<std::string> bpf_objects_named(const std::string& start) {
  std::vector<std::string> found;
  for (uint32_t id = 0; ::bpf_prog_get_next_id(id, &id) == 0;) {
    const Fd fd(::bpf_prog_get_fd_by_id(id));
    bpf_prog_info info{};
    if (fd.valid() && read_info(fd.get(), info) && std::string(info.name).starts_with(start))
      found.push_back(std::string("program ") + info.name);
  }
  for (uint32_t id = 0; ::bpf_map_get_next_id(id, &id) == 0;) {
    const Fd fd(::bpf_map_get_fd_by_id(id));
    bpf_map_info info{};
    if (fd.valid() && read_info(fd.get(), info) && std::string(info.name).starts_with(start))
      found.push_back(std::string("map ") + info.name);
  }
  for (uint32_t id = 0; ::bpf_link_get_next_id(id, &id) == 0;) {
    const Fd fd(::bpf_link_get_fd_by_id(id));
    bpf_link_info info{};
    if (!fd.valid() || !read_info(fd.get(), info)) continue;
    const Fd program(::bpf_prog_get_fd_by_id(info.prog_id));
    bpf_prog_info of{};
    if (program.valid() && read_info(program.get(), of) && std::string(of.name).starts_with(start))
      found.push_back(std::string("link of ") + of.name);
  }
  return found;
}

std::vector<std::string> bpf_objects_left(const std::string& start) {
  using namespace std::chrono_literals;
  for (int i = 0; i < 100 && !bpf_objects_named(start).empty(); ++i) std::this_thread::sleep_for(100ms);
  return bpf_objects_named(start);
}

}  // namespace uproar
