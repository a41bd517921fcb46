// A recording that is read twice: by its headers and checksums, and as far as a command wants it, by its
// content.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "recording/reader.h"
#include "recording/survey.h"

namespace uproar {

struct SurveyedRecording {
  std::unique_ptr<RecordingReader> reader;
  std::optional<Survey> survey;  // of regular files; a pipe is read once only
  uint16_t format = 0;           // version of the format; 0: a pipe's

  // What either found, each place once, ascending.
  std::vector<Damage> damage() const;
};

Result<SurveyedRecording> open_surveyed(const std::string& path);

}  // namespace uproar
