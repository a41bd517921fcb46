// make_recording_samples DIR: writes the samples of the current format version and their dumps. Run it once,
// when a version is made; samples of a version that was released never change.
#include <cstdio>
#include <fstream>

#include "support/recordings.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_recording_samples DIR\n");
    return 2;
  }
  for (const auto& sample : uproar::test::make_samples()) {
    std::string path = std::string(argv[1]) + "/" + sample.name;
    std::ofstream(path + ".upr", std::ios::binary)
        .write(reinterpret_cast<const char*>(sample.bytes.data()),
               static_cast<std::streamsize>(sample.bytes.size()));
    std::ofstream(path + ".txt") << uproar::test::dump(*uproar::test::open_bytes(sample.bytes));
  }
}
