#include "resolve/places/missing_function.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/near_texts.h"
#include "binary/symbols/function_list.h"
#include "binary/symbols/function_names.h"
#include "resolve/target/target_path.h"

namespace uproar {
namespace {

constexpr size_t kMostLibraries = 128;
constexpr size_t kNearNames = 3;

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// In the folders that the file itself names; empty if it is not there.
std::string in_own_folders(const std::string& library, const ElfFile& file) {
  std::string folders = file.library_folders();
  for (size_t start = 0; start < folders.size();) {
    const size_t end = std::min(folders.find(':', start), folders.size());
    std::string folder = folders.substr(start, end - start);
    start = end + 1;
    for (const char* word : {"$ORIGIN", "${ORIGIN}"}) {
      if (const size_t at = folder.find(word); at != std::string::npos)
        folder.replace(at, std::char_traits<char>::length(word), folder_of(file.path()));
    }
    if (folder.empty()) continue;
    folder.append("/").append(library);
    if (::access(folder.c_str(), R_OK) == 0) return folder;
  }
  return {};
}

struct Library {
  std::string path;
  std::string shown;
};

Library find_needed(const std::string& name, const ElfFile& file) {
  if (std::string path = in_own_folders(name, file); !path.empty()) return {path, path};
  auto found = resolve_name(name, default_path_environment());
  return found.ok() ? Library{found->path, name} : Library{};
}

bool defines(ElfFile& file, const std::string& function) {
  auto symbols = file.symbols();
  if (!symbols.ok()) return false;
  return std::any_of((*symbols)->begin(), (*symbols)->end(), [&function](const ElfSymbol& symbol) {
    return symbol.is_dynamic && symbol.is_function && symbol.name == function;
  });
}

// The name that the file imports and that the user means; empty if none.
std::string imported_as(const std::string& name, ElfFile& file) {
  WantedName wanted(name);
  std::string best;
  NameMatch how = NameMatch::None;
  for (const std::string& imported : file.imported_names()) {
    const NameMatch match = wanted.match(imported);
    if (match < how) how = match, best = imported;
  }
  return best;
}

// The end of a demangled name: area of app::area. Of an operator all.
std::string_view last_scope(std::string_view name) {
  if (name.find('<') != std::string_view::npos || name.find('(') != std::string_view::npos) return name;
  const size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? name : name.substr(colons + 2);
}

std::vector<std::string> near_functions(const std::vector<ElfSymbol>& symbols, const std::string& name) {
  auto functions = select_functions(symbols, {}, NameForm::Name, true);
  std::vector<std::string> names;
  names.reserve(functions.size());
  for (SelectedFunction& function : functions) names.push_back(std::move(function.name));
  auto near = near_texts(names, name, kNearNames);
  if (!near.empty() || name.find("::") != std::string::npos) return near;
  // Only the end was given, and misspelled.
  std::unordered_map<std::string, const std::string*> whole;
  std::vector<std::string> ends;
  for (const std::string& each : names) {
    std::string end(last_scope(each));
    if (end.size() != each.size() && whole.emplace(end, &each).second) ends.push_back(std::move(end));
  }
  for (const std::string& end : near_texts(ends, name, kNearNames)) near.push_back(*whole[end]);
  return near;
}

bool is_stripped(ElfFile& file) {
  const SymbolOrigin& origin = file.symbol_origin();
  return !file.has_symtab() && origin.debug_file.empty() && !origin.mini_debug_info && !origin.go_table;
}

std::string how_to_get_symbols(const ElfFile& file) {
  const char* urls = ::getenv("DEBUGINFOD_URLS");
  if (urls && *urls) return "install its debug symbols, or give the place as a file offset, 0x…";
  const std::string id = file.build_id().empty() ? "" : fmt::format(" (build-id {})", file.build_id());
  return fmt::format(
      "install its debug symbols{}, set DEBUGINFOD_URLS to a server that has them, or give the "
      "place as a file offset, 0x…",
      id);
}

}  // namespace

std::string library_of(const std::string& function, const ElfFile& file) {
  std::set<std::string> seen;
  std::deque<Library> waiting;
  auto add_needed = [&](const ElfFile& of) {
    for (const std::string& name : of.needed_libraries()) {
      if (seen.size() >= kMostLibraries || !seen.insert(name).second) continue;
      if (Library library = find_needed(name, of); !library.path.empty())
        waiting.push_back(std::move(library));
    }
  };
  add_needed(file);
  while (!waiting.empty()) {
    const Library library = std::move(waiting.front());
    waiting.pop_front();
    auto opened = ElfFile::open(library.path);
    if (!opened.ok()) continue;
    if (defines(**opened, function)) return library.shown;
    add_needed(**opened);
  }
  return {};
}

Error missing_function(const TextSpan& where, const std::string& name, ElfFile& file) {
  const std::string imported = imported_as(name, file);
  if (!imported.empty()) {
    const std::string library = library_of(imported, file);
    if (library.empty()) {
      return where.error(
          fmt::format("{} is not in {}, which calls it in a shared library", name, file.path()),
          fmt::format("probe the library that holds it, such as libc.so.6:{}", name));
    }
    return where.error(fmt::format("{} is not in {}, which calls it in {}", name, file.path(), library),
                       fmt::format("probe it there: {}:{}", library, name));
  }
  auto read = file.symbols();
  if (!read.ok()) return where.error(read.error());
  std::string message = fmt::format("{} has no function {}", file.path(), name);
  const bool stripped = is_stripped(file);
  if (stripped) {
    message += fmt::format(
        " (it is stripped: {} dynamic functions have names)",
        std::count_if((*read)->begin(), (*read)->end(), [](const ElfSymbol& s) { return s.is_function; }));
  }
  const std::string& mismatch = file.symbol_origin().mismatch;
  if (!mismatch.empty() && stripped)
    return where.error(message + "; " + mismatch, "install the debug symbols of this very build");
  auto near = near_functions(**read, name);
  if (!near.empty()) return where.error(std::move(message), did_you_mean(near));
  if (stripped) return where.error(std::move(message), how_to_get_symbols(file));
  return where.error(std::move(message),
                     "uproar list shows what there is; a function that was inlined everywhere is only found "
                     "with debug information (-g)");
}

}  // namespace uproar
