#include "resolve/target/target_path.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/fd.h"
#include "base/near_texts.h"
#include "resolve/target/kernel_path.h"
#include "resolve/target/library_path.h"
#include "resolve/target/mapped_files.h"
#include "resolve/text_span.h"

namespace uproar {
namespace {

constexpr size_t kShownLibraries = 12;
constexpr std::string_view kDeleted = " (deleted)";  // appended by the kernel to the path of a removed file

#if defined(__x86_64__)
constexpr std::string_view kNativeFlag = "x86-64";
constexpr const char* kTriple = "x86_64-linux-gnu";
#elif defined(__aarch64__)
constexpr std::string_view kNativeFlag = "AArch64";
constexpr const char* kTriple = "aarch64-linux-gnu";
#else
constexpr std::string_view kNativeFlag = "libc6";
constexpr const char* kTriple = "";
#endif

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Result<TargetFile> checked(TargetFile file, const TextSpan& where) {
  if (kernel_can_read(file.path)) return file;
  auto path = path_by_descriptor(file.path);
  if (!path.ok()) return where.error(path.error());
  file.path = std::move(*path);
  return file;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(folder.c_str()), ::closedir);
  if (!stream) return names;
  while (const dirent* entry = ::readdir(stream.get())) {
    if (std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> split_search_path(std::string_view text) {
  std::vector<std::string> folders;
  for (size_t start = 0; start <= text.size();) {
    size_t colon = std::min(text.find(':', start), text.size());
    if (colon > start && text[start] == '/') folders.emplace_back(text.substr(start, colon - start));
    start = colon + 1;
  }
  return folders;
}

Error missing_file(const std::string& path, const TextSpan& where) {
  const int why = errno;
  if (why == EACCES) return where.error("no permission to look at " + path, "run as root", why);
  if (why != ENOENT && why != ENOTDIR)
    return where.error(system_error("cannot look at " + path, why).message, "", why);
  size_t slash = path.rfind('/');
  auto near = near_texts(names_in(path.substr(0, slash + 1)), path.substr(slash + 1));
  for (std::string& name : near) name.insert(0, path, 0, slash + 1);
  return where.error("no such file: " + path, did_you_mean(near), why);
}

Result<TargetFile> existing_file(const std::string& path, const TextSpan& where) {
  if (!status_of(path)) return missing_file(path, where);
  return checked({path, path, 0}, where);
}

std::string output_of(const std::string& command) {
  if (command.empty()) return {};
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen((command + " 2>/dev/null").c_str(), "re"), ::pclose);
  if (!pipe) return {};
  auto output = read_all(::fileno(pipe.get()), command);
  return output.ok() ? std::move(output).value() : std::string();
}

bool is_program(const std::string& path) {
  auto status = status_of(path);
  return status && S_ISREG(status->st_mode) && ::access(path.c_str(), X_OK) == 0;
}

class NameLookup {
 public:
  NameLookup(const std::string& name, const PathEnvironment& environment, const TextSpan& where)
      : name_(name),
        where_(where),
        search_path_(split_search_path(environment.search_path)),
        environment_(environment) {}

  Result<TargetFile> find() {
    for (const std::string& folder : search_path_) {
      std::string path = folder + "/" + name_;
      if (is_program(path)) return checked({path, path, 0}, where_);
    }
    cache_ = parse_library_cache(output_of(environment_.ld_cache_command));
    auto libraries = find_library(cache_, name_, kNativeFlag);
    // libc is what people call libc.so.6.
    if (libraries.empty() && name_.starts_with("lib") && name_.find('.') == std::string::npos)
      libraries = find_library(cache_, name_ + ".so", kNativeFlag);
    if (libraries.size() > 1) {
      return where_.error(fmt::format("{} may be any of {} libraries", name_, libraries.size()),
                          fmt::format("choose one: {}", fmt::join(libraries, ", ")));
    }
    if (libraries.size() == 1) return checked({libraries[0], libraries[0], 0}, where_);
    for (const std::string& folder : environment_.library_folders) {
      std::string path = folder + "/" + name_;
      auto status = status_of(path);
      if (status && S_ISREG(status->st_mode)) return checked({path, path, 0}, where_);
    }
    return not_found();
  }

 private:
  Error not_found() {
    std::vector<std::string> names;
    for (const std::string& folder : search_path_) {
      for (std::string& name : names_in(folder)) names.push_back(std::move(name));
    }
    for (const CachedLibrary& library : cache_) names.push_back(library.name);
    std::string hint = did_you_mean(near_texts(names, name_));
    if (hint.empty()) hint = "give the whole path, /…, or pid:PID for a running process";
    return where_.error(fmt::format("{} is no program in $PATH and no library of this system", name_), hint,
                        ENOENT);
  }

  const std::string& name_;
  const TextSpan& where_;
  std::vector<std::string> search_path_;
  const PathEnvironment& environment_;
  std::vector<CachedLibrary> cache_;
};

// Absolute, but with its symbolic links and ".." left alone.
Result<TargetFile> relative_file(const std::string& path, const TextSpan& where) {
  std::array<char, PATH_MAX> buffer;
  if (!::getcwd(buffer.data(), buffer.size()))
    return where.error("the current folder has no path", "give the whole path");
  std::string_view rest = path;
  while (rest.substr(0, 2) == "./") rest.remove_prefix(2);
  std::string folder = buffer.data();
  return existing_file(fmt::format("{}/{}", folder == "/" ? "" : folder, rest), where);
}

Result<TargetFile> named_file(const std::string& name, const TextSpan& where,
                              const PathEnvironment& environment) {
  if (name.find('/') != std::string::npos) return relative_file(name, where);
  return NameLookup(name, environment, where).find();
}

class ProcessLookup {
 public:
  ProcessLookup(int32_t pid, const PathEnvironment& environment, const TextSpan& where)
      : pid_(pid), folder_(fmt::format("{}/{}", environment.proc, pid)), where_(where) {}

  Result<TargetFile> executable() {
    if (!status_of(folder_)) return no_process();
    const std::string link = folder_ + "/exe";
    std::array<char, PATH_MAX> buffer;
    ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
    if (length < 0) return no_executable(errno);
    std::string seen(buffer.data(), static_cast<size_t>(length));
    auto status = status_of(link);
    TRY_ASSIGN(TargetFile file, choose(seen, link, status));
    const bool removed = file.path == link && seen.size() > kDeleted.size() &&
                         std::string_view(seen).substr(seen.size() - kDeleted.size()) == kDeleted;
    if (removed) file.shown.resize(seen.size() - kDeleted.size());
    return file;
  }

  Result<TargetFile> library(const std::string& name) {
    if (!status_of(folder_)) return no_process();
    auto maps = read_file(folder_ + "/maps");
    if (!maps.ok()) return denied("maps", maps.error().sys_errno);
    auto files = parse_mapped_files(*maps);
    auto found = find_mapped_file(files, name);
    if (found.size() == 1) return mapped(*found[0]);
    return not_one(name, files, found);
  }

  Result<TargetFile> mapped(const MappedFile& file) {
    const std::string exact = fmt::format("{}/map_files/{}", folder_, file.range);
    auto through_root = status_of(folder_ + "/root" + file.path);
    auto plain = status_of(exact);
    // map_files is for privileged eyes; without it the inode that maps lists has to do.
    if (!plain && !file.deleted && through_root && through_root->st_ino == file.inode) plain = through_root;
    return choose(file.path, exact, plain);
  }

 private:
  // `seen`: the path as the process sees it; `magic`: the link in /proc that leads to the file whatever
  // became of the path.
  Result<TargetFile> choose(const std::string& seen, const std::string& magic,
                            const std::optional<struct stat>& wanted) {
    const std::string rooted = folder_ + "/root" + seen;
    for (const std::string& path : {seen, rooted}) {
      auto status = status_of(path);
      if (wanted && status && is_same_file(*status, *wanted) && kernel_can_read(path))
        return TargetFile{path, seen, pid_};
    }
    return checked({magic, seen, pid_}, where_);
  }

  Error no_process() const {
    return where_.error(fmt::format("there is no process {}", pid_),
                        "see `ps -e` for the processes of this system", ESRCH);
  }

  Error no_executable(int why) const {
    if (why == EACCES || why == EPERM) return denied("exe", why);
    return where_.error(
        fmt::format("process {} has no executable file: it is a kernel thread or has just ended", pid_), "",
        why);
  }

  Error denied(const char* file, int why) const {
    return where_.error(fmt::format("no permission to read {}/{}", folder_, file),
                        "run as root or as the owner of the process", why);
  }

  Error not_one(const std::string& name, const std::vector<MappedFile>& files,
                const std::vector<const MappedFile*>& found) const {
    std::vector<std::string> listed;
    for (const MappedFile* file : found) {
      // A file and the one that it replaced have one path: only the mapping tells them apart.
      const bool has_twin = std::any_of(found.begin(), found.end(), [&](const MappedFile* other) {
        return other != file && other->path == file->path;
      });
      listed.push_back(has_twin ? fmt::format("{}/map_files/{}{}", folder_, file->range,
                                              file->deleted ? " (the one that was replaced)" : "")
                                : file->path);
    }
    if (found.empty()) {
      for (const MappedFile& file : files) {
        const std::string base = file.path.substr(file.path.rfind('/') + 1);
        const std::string typed = process_target_text(pid_, file.path);
        listed.push_back(typed.starts_with('"') ? typed : base);
      }
      return where_.error(fmt::format("process {} does not map {}", pid_, name),
                          fmt::format("it maps {}", short_list(listed, kShownLibraries)), ENOENT);
    }
    return where_.error(fmt::format("process {} maps {} files that {} may mean", pid_, listed.size(), name),
                        fmt::format("choose one: {}", short_list(listed, kShownLibraries)));
  }

  int32_t pid_;
  std::string folder_;
  const TextSpan& where_;
};

}  // namespace

PathEnvironment default_path_environment() {
  PathEnvironment environment;
  const char* search_path = ::getenv("PATH");
  environment.search_path =
      search_path ? search_path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  environment.library_folders = {"/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib"};
  for (const char* parent : {"/lib/", "/usr/lib/"}) {
    if (*kTriple) environment.library_folders.push_back(std::string(parent) + kTriple);
  }
  return environment;
}

Result<TargetFile> resolve_target(const ast::Target& target, std::string_view text,
                                  const PathEnvironment& environment) {
  const TextSpan where{target.span, text};
  switch (target.form) {
    case ast::Target::Form::AbsolutePath:
      return existing_file(target.text, where);
    case ast::Target::Form::Process: {
      ProcessLookup process(target.pid, environment, where);
      return target.text.empty() ? process.executable() : process.library(target.text);
    }
    case ast::Target::Form::Name:
      break;
  }
  return named_file(target.text, where, environment);
}

Result<TargetFile> resolve_name(const std::string& name, const PathEnvironment& environment) {
  const TextSpan where{{0, static_cast<uint32_t>(name.size())}, name};
  return name.starts_with('/') ? existing_file(name, where) : named_file(name, where, environment);
}

std::string process_target_text(int32_t pid, std::string_view path) {
  const std::string text = fmt::format("pid:{}/{}", pid, path.substr(path.rfind('/') + 1));
  const bool is_plain = text.find_first_of(" \t:\"'#", 4) == std::string::npos;
  return is_plain ? text : '"' + text + '"';
}

Result<std::vector<TargetFile>> files_of_process(int32_t pid, const PathEnvironment& environment) {
  const std::string text = fmt::format("pid:{}", pid);
  const TextSpan where{{0, static_cast<uint32_t>(text.size())}, text};
  ProcessLookup process(pid, environment, where);
  TRY_ASSIGN(TargetFile executable, process.executable());
  std::vector<TargetFile> files = {executable};
  TRY_ASSIGN(std::string maps, read_file(fmt::format("{}/{}/maps", environment.proc, pid)));
  for (const MappedFile& mapped : parse_mapped_files(maps)) {
    if (mapped.path == executable.shown) continue;
    if (auto file = process.mapped(mapped); file.ok()) files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace uproar
