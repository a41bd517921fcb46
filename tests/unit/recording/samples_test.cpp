// Every sample of every format version must be read, for ever.
#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/fd.h"
#include "support/recordings.h"

namespace uproar {
namespace {

std::vector<std::string> entries(const std::string& folder) {
  std::vector<std::string> names;
  DIR* dir = ::opendir(folder.c_str());
  if (!dir) return names;
  while (const dirent* entry = ::readdir(dir)) names.push_back(entry->d_name);
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Samples, EverySampleOfEveryVersionIsRead) {
  const std::string root = UPROAR_SOURCE_DIR "/formats/recording";
  int versions = 0, samples = 0;
  for (const std::string& version : entries(root)) {
    if (version[0] != 'v') continue;
    ++versions;
    std::string folder = root + "/";
    folder += version;
    for (const std::string& file : entries(folder)) {
      if (!file.ends_with(".upr")) continue;
      ++samples;
      std::string path = folder + "/";
      path += file;
      auto reader = RecordingReader::open(path);
      ASSERT_TRUE(reader.ok()) << render(reader.error());
      auto expected = read_file(path.substr(0, path.size() - 4) + ".txt");
      ASSERT_TRUE(expected.ok()) << render(expected.error());
      EXPECT_EQ(test::dump(**reader), *expected) << path;
    }
  }
  EXPECT_GE(versions, 2);
  EXPECT_GE(samples, 11);
}

TEST(Samples, TodaysWriterStillMeansTheSame) {
  for (const test::Sample& sample : test::make_samples()) {
    auto expected = read_file(UPROAR_SOURCE_DIR "/formats/recording/v" + std::to_string(sample.since) + "/" +
                              sample.name + ".txt");
    ASSERT_TRUE(expected.ok()) << render(expected.error());
    // Places of damage depend on how well zstd packs, everything else does not.
    auto without_damage = [](const std::string& text) { return text.substr(0, text.find("damage at")); };
    EXPECT_EQ(without_damage(test::dump(*test::open_bytes(sample.bytes))), without_damage(*expected))
        << sample.name;
  }
}

}  // namespace
}  // namespace uproar
