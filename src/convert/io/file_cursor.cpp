#include "convert/io/file_cursor.h"

#include <algorithm>
#include <cstring>

namespace uproar {

uint64_t FileCursor::number(size_t size) {
  if (failed_ || size > remaining()) return fail(), 0;
  const auto seen = input_.view(offset_, size);
  if (!seen.ok() || seen->size() < size) return fail(), 0;
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | (*seen)[i];
  offset_ += size;
  return value;
}

std::string FileCursor::bytes(uint64_t count, uint64_t limit) {
  std::string out;
  if (failed_ || count > limit || count > remaining()) return fail(), out;
  out.resize(static_cast<size_t>(count));
  const auto got = input_.read_at(offset_, {reinterpret_cast<uint8_t*>(out.data()), out.size()});
  if (!got.ok() || *got < count) return fail(), std::string();
  offset_ += count;
  return out;
}

std::string FileCursor::text(size_t limit) {
  const auto most = static_cast<size_t>(std::min<uint64_t>(remaining(), limit + 1));
  if (failed_ || most == 0) return fail(), std::string();
  const auto seen = input_.view(offset_, most);
  if (!seen.ok()) return fail(), std::string();
  const auto end = std::find(seen->begin(), seen->end(), 0);
  if (end == seen->end()) return fail(), std::string();
  std::string out(seen->begin(), end);
  offset_ += out.size() + 1;
  return out;
}

void FileCursor::skip(uint64_t count) {
  if (failed_ || count > remaining()) return fail();
  offset_ += count;
}

}  // namespace uproar
