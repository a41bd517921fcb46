#include "kernel/bpf/bpf_map.h"

#include <bpf/bpf.h>
#include <sys/mman.h>

#include <cctype>
#include <cerrno>
#include <utility>

#include "kernel/bpf/bpf_error.h"

namespace uproar {
namespace {

bpf_map_type type_of(BpfMapPlan::Kind kind) {
  switch (kind) {
    case BpfMapPlan::Kind::Array:
      return BPF_MAP_TYPE_ARRAY;
    case BpfMapPlan::Kind::Hash:
      return BPF_MAP_TYPE_HASH;
    case BpfMapPlan::Kind::Ring:
      return BPF_MAP_TYPE_RINGBUF;
    case BpfMapPlan::Kind::ArrayOfMaps:
      return BPF_MAP_TYPE_ARRAY_OF_MAPS;
  }
  return BPF_MAP_TYPE_UNSPEC;
}

}  // namespace

std::string kernel_object_name(const std::string& name) {
  // kernel: include/uapi/linux/bpf.h BPF_OBJ_NAME_LEN, kernel/bpf/syscall.c bpf_obj_name_cpy
  std::string kept;
  for (const char each : name) {
    if (kept.size() + 1 < BPF_OBJ_NAME_LEN && (std::isalnum(static_cast<unsigned char>(each)) || each == '_'))
      kept += each;
  }
  return kept;
}

Result<Fd> create_map(const BpfMapPlan& plan) {
  LIBBPF_OPTS(bpf_map_create_opts, options);
  const bool ring = plan.kind == BpfMapPlan::Kind::Ring;
  if (plan.mapped) options.map_flags = BPF_F_MMAPABLE;
  if (plan.kind == BpfMapPlan::Kind::ArrayOfMaps) options.inner_map_fd = static_cast<uint32_t>(plan.inner);
  const bool of_maps = plan.kind == BpfMapPlan::Kind::ArrayOfMaps;
  const int fd =
      ::bpf_map_create(type_of(plan.kind), kernel_object_name(plan.name).c_str(), ring ? 0 : plan.key_bytes,
                       ring      ? 0
                       : of_maps ? 4
                                 : plan.value_bytes,
                       plan.entries, &options);
  if (fd < 0) return bpf_error("cannot make the BPF map " + plan.name, errno);
  return Fd(fd);
}

Result<void> update_map(int map, const void* key, const void* value) {
  if (::bpf_map_update_elem(map, key, value, BPF_ANY) == 0) return {};
  return bpf_error("cannot write into a BPF map", errno);
}

Result<void> erase_from_map(int map, const void* key) {
  if (::bpf_map_delete_elem(map, key) == 0 || errno == ENOENT) return {};
  return bpf_error("cannot take an entry out of a BPF map", errno);
}

Result<BpfMapping> BpfMapping::map(int fd, uint64_t offset, size_t bytes, bool write) {
  const int protection = write ? PROT_READ | PROT_WRITE : PROT_READ;
  void* at = ::mmap(nullptr, bytes, protection, MAP_SHARED, fd, static_cast<off_t>(offset));
  if (at == MAP_FAILED) return bpf_error("cannot map the memory of a BPF map", errno);
  return BpfMapping(static_cast<uint8_t*>(at), bytes);
}

BpfMapping::BpfMapping(BpfMapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

BpfMapping& BpfMapping::operator=(BpfMapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

BpfMapping::~BpfMapping() {
  if (data_) ::munmap(data_, bytes_);
}

}  // namespace uproar
