// What scripts/capture-kernel-fixture stored of one kernel, loaded for the tests.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "event/event_schema.h"

namespace uproar {

// The releases of which there is one, sorted.
std::vector<std::string> kernel_fixtures();

class KernelFixture {
 public:
  explicit KernelFixture(const std::string& release);

  std::string text(
      const std::string& name) const;  // of the file, "" with a test failure if it cannot be read
  std::string format(const std::string& group, const std::string& event) const;
  const EventSchema& schema(const std::string& full_name) const;
  const EventSchema* schema_by_type(uint16_t kernel_type) const;
  std::vector<const EventSchema*> schemas() const;

  // The sub-buffers of pages/NAME.xxd.
  std::vector<std::vector<uint8_t>> pages(const std::string& name) const;

 private:
  std::string folder_;
  std::map<std::string, EventSchema> schemas_;
};

// The lines of a text without their newlines.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace uproar
