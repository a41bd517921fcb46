#include "commands/files/surveyed_recording.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/byte_reader.h"
#include "base/fd.h"
#include "commands/files/recording_file.h"
#include "recording/byte_source.h"
#include "recording/file_kind.h"

namespace uproar {

std::vector<Damage> SurveyedRecording::damage() const {
  std::vector<Damage> all = reader->damage();
  const size_t readers = all.size();
  for (size_t i = 0; survey && i < survey->damage.size(); ++i) {
    const Damage& found = survey->damage[i];
    auto end = all.begin() + static_cast<std::ptrdiff_t>(readers);
    if (std::none_of(all.begin(), end, [&](const Damage& one) { return one.offset == found.offset; }))
      all.push_back(found);
  }
  std::sort(all.begin(), all.end(), [](const Damage& a, const Damage& b) { return a.offset < b.offset; });
  return all;
}

Result<SurveyedRecording> open_surveyed(const std::string& path) {
  SurveyedRecording recording;
  outlive_interrupt_of_pipe(path);
  TRY_ASSIGN(recording.reader, RecordingReader::open(path));
  if (path == "-") return recording;
  TRY_ASSIGN(Fd fd, open_file(path, O_RDONLY));
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return recording;
  // A file that grows is looked at as far as the reader has it.
  auto source = file_source(std::move(fd), recording.reader->file_bytes());
  std::vector<uint8_t> scratch;
  auto start = source->read(0, kFileStartBytes, scratch);
  TRY_ASSIGN(FileStart first, check_file_start(start, path));
  ByteReader header(start.subspan(kFileMagic.size()));
  recording.format = header.u16();
  recording.survey = survey_blocks(*source, first.first_block);
  return recording;
}

}  // namespace uproar
