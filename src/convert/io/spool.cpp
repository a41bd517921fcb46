#include "convert/io/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

namespace uproar {

namespace {
constexpr size_t kPiece = size_t{1} << 20;
}

Result<Fd> unnamed_file() {
  const char* folder = ::getenv("TMPDIR");
  if (folder == nullptr || *folder == 0) folder = "/tmp";
  std::string name = std::string(folder) + "/uproar-XXXXXX";
  Fd file(::mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) {
    return system_error("cannot make a temporary file in " + std::string(folder), errno,
                        "set TMPDIR to a folder with room");
  }
  ::unlink(name.c_str());
  return file;
}

std::string path_of(const Fd& file) {
  return "/proc/self/fd/" + std::to_string(file.get());
}

Result<Fd> spool(ByteInput& input) {
  TRY_ASSIGN(Fd file, unnamed_file());
  for (uint64_t offset = 0;;) {
    TRY_ASSIGN(const auto piece, input.view(offset, kPiece));
    if (piece.empty()) break;
    auto written = write_all(file.get(), {reinterpret_cast<const char*>(piece.data()), piece.size()},
                             "the temporary copy of " + input.name());
    if (!written.ok()) {
      written.error().remedy = "set TMPDIR to a folder with room";
      return std::move(written.error());
    }
    offset += piece.size();
  }
  return file;
}

}  // namespace uproar
