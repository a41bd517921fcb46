#include "capture/own_code.h"

#include <link.h>
#include <sys/stat.h>

namespace uproar {
namespace {

bool is_same_file(const struct stat& wanted, const char* path) {
  struct stat file {};
  return ::stat(path, &file) == 0 && file.st_dev == wanted.st_dev && file.st_ino == wanted.st_ino;
}

}  // namespace

bool is_own_code(const std::string& path) {
  struct stat wanted {};
  if (::stat(path.c_str(), &wanted) != 0) return false;
  auto compare = [](dl_phdr_info* object, size_t, void* file) {
    // The main program comes without a name.
    const char* name = object->dlpi_name && *object->dlpi_name ? object->dlpi_name : "/proc/self/exe";
    return is_same_file(*static_cast<struct stat*>(file), name) ? 1 : 0;
  };
  return ::dl_iterate_phdr(compare, &wanted) != 0;
}

}  // namespace uproar
