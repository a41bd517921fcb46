// The names of the addresses in call chains, looked up while the files are at hand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "recording/metadata/session_info.h"
#include "symbolize/address_spaces.h"
#include "symbolize/stack_unwinder.h"

namespace uproar {

class FrameSymbols;

// Fed in the order of time with what happens to processes and with every call chain; notes which places of
// which files were seen, each once.
class StackNames {
 public:
  StackNames();

  void add_map(const MapInfo& map);
  void fork(int32_t pid, int32_t parent_pid) { spaces_.fork(pid, parent_pid); }
  void exit(int32_t pid) { spaces_.exit(pid); }
  // `ip`: where the event happened; 0: not told. `chain` with its marks.
  void add_chain(int32_t pid, uint64_t ip, std::span<const uint64_t> chain);

  // What is mapped there, a number of one file of one build and the place in it; nothing: nothing is.
  std::optional<MappedFiles::Place> place_of(int32_t pid, uint64_t address) const;
  MappedFiles::File file(uint32_t number) const { return {files_[number].path, files_[number].build_id}; }

  // What the files of this machine tell of the places that were seen since the last call, ascending by address; in
  // pieces of at most kNamesAtOnce. Files of other builds, and files that are gone, tell nothing. `again`: it will be
  // called again, and files are kept open.
  std::vector<AddressNames> look_up(bool again = false);
  // Whether there were more places than are noted.
  bool overflowed() const { return places_ >= kMostPlaces; }

  static constexpr size_t kNamesAtOnce = 4096;
  static constexpr size_t kMostPlaces = size_t{1} << 21;

 private:
  struct File {
    std::string path, build_id;
    std::unordered_set<uint64_t> places = {};
    std::vector<uint64_t> fresh = {};  // of these, seen since the last look_up()
    std::shared_ptr<const FrameSymbols> symbols = {};
    bool opened = false;
  };
  void add_place(int32_t pid, uint64_t address);

  AddressSpaces spaces_;
  std::vector<File> files_;
  std::map<std::pair<std::string, std::string>, uint32_t> numbers_;  // of files_, by path and build-id
  size_t places_ = 0;
  std::vector<uint64_t> seen_;  // hashes of call chains whose places are noted, by their low bits
};

}  // namespace uproar
