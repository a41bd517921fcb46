// What gzip packed, piece by piece.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace uproar {

bool is_gzip(std::span<const uint8_t> start);

// Unpacks members one behind the other, as gzip does. After damage nothing more comes out. Not thread-safe.
class Gunzip {
 public:
  static std::unique_ptr<Gunzip> create();
  virtual ~Gunzip() = default;

  // Hands what `packed` unpacks to on to `take`, in pieces; its errors come back.
  using Take = std::function<Result<void>(std::span<const uint8_t>)>;
  virtual Result<void> feed(std::span<const uint8_t> packed, const Take& take) = 0;
  // Once all was fed: what is wrong with the packed bytes, empty if nothing is; and how many of them are whole.
  virtual std::string fault() const = 0;
  virtual uint64_t position() const = 0;
};

}  // namespace uproar
