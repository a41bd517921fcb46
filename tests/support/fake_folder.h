// A folder that stands for tracefs or /proc, gone at the end of the test.
#pragma once

#include <string>

#include "support/temporary_folder.h"

namespace uproar {

class FakeFolder : public TemporaryFolder {
 public:
  const std::string& root() const { return path(); }
  void make(const std::string& folder) const { make_folder(folder); }
  bool has(const std::string& name) const { return holds(name); }
};

inline std::string fixture(const std::string& name) {
  return std::string(UPROAR_SOURCE_DIR) + "/tests/fixtures/tracefs/" + name;
}

}  // namespace uproar
