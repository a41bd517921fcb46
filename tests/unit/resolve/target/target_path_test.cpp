#include "resolve/target/target_path.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/temporary_folder.h"

namespace uproar {
namespace {

namespace fs = std::filesystem;

// A folder with programs, libraries and a /proc of its own.
class TargetPath : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"bin", "lib", "proc/12/root", "my app"})
      fs::create_directories(root_ + "/" + folder);
    put("bin/tool", true);
    put("bin/notes", false);
    put("lib/libthing.so.2", false);
    put("my app/tool", true);
    environment_.search_path = root_ + "/none:" + root_ + "/bin::relative";
    environment_.proc = root_ + "/proc";
    environment_.ld_cache_command =
        "printf '\\tlibcached.so.1 (libc6,x86-64) => " + root_ + "/lib/libthing.so.2\\n'";
    environment_.library_folders = {root_ + "/lib"};
  }

  void put(const std::string& name, bool executable) {
    std::string path = root_ + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << "content of " << name;
    ::chmod(path.c_str(), executable ? 0755 : 0644);
  }

  void maps(const std::string& text) { std::ofstream(root_ + "/proc/12/maps") << text; }
  std::string mapping(const std::string& path, uint64_t inode) {
    std::string line = "1000-2000 r-xp 00000000 fe:00 ";
    return line.append(std::to_string(inode)).append("      ").append(path).append("\n");
  }
  uint64_t inode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_ino;
  }

  Result<TargetFile> resolve(ast::Target::Form form, const std::string& text, int32_t pid = 0) {
    definition_ = "p " + text + ":f";
    return resolve_target({form, text, pid, {2, static_cast<uint32_t>(2 + text.size())}}, definition_,
                          environment_);
  }
  Result<TargetFile> name(const std::string& text) { return resolve(ast::Target::Form::Name, text); }
  Result<TargetFile> absolute(const std::string& text) {
    return resolve(ast::Target::Form::AbsolutePath, text);
  }
  Result<TargetFile> process(const std::string& library = {}, int32_t pid = 12) {
    return resolve(ast::Target::Form::Process, library, pid);
  }

  TemporaryFolder folder_;
  const std::string& root_ = folder_.path();
  std::string definition_;
  PathEnvironment environment_;
};

TEST_F(TargetPath, AbsolutePathStaysAsItIs) {
  fs::create_symlink(root_ + "/bin/tool", root_ + "/link");
  EXPECT_EQ(absolute(root_ + "/link")->path, root_ + "/link");
}

TEST_F(TargetPath, MissingFileOffersItsNeighbours) {
  auto target = absolute(root_ + "/bin/toll");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().message, "no such file: " + root_ + "/bin/toll");
  EXPECT_EQ(target.error().remedy, "did you mean " + root_ + "/bin/tool?");
  EXPECT_NE(target.error().excerpt.find("^~~"), std::string::npos);
  EXPECT_EQ(target.error().sys_errno, ENOENT);
}

TEST_F(TargetPath, NameIsLookedUpInTheSearchPath) {
  EXPECT_EQ(name("tool")->path, root_ + "/bin/tool");
  EXPECT_FALSE(name("notes").ok()) << "not executable";
}

TEST_F(TargetPath, LibraryIsTakenFromTheCacheOrTheFolders) {
  EXPECT_EQ(name("libcached.so.1")->path, root_ + "/lib/libthing.so.2");
  EXPECT_EQ(name("libcached.so")->path, root_ + "/lib/libthing.so.2");
  EXPECT_EQ(name("libcached")->path, root_ + "/lib/libthing.so.2");
  EXPECT_EQ(name("libthing.so.2")->path, root_ + "/lib/libthing.so.2");
  environment_.ld_cache_command.clear();
  EXPECT_EQ(name("libthing.so.2")->path, root_ + "/lib/libthing.so.2");
  EXPECT_FALSE(name("libcached.so.1").ok());
}

TEST_F(TargetPath, UnknownNameOffersNearOnes) {
  auto target = name("toool");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().message, "toool is no program in $PATH and no library of this system");
  EXPECT_EQ(target.error().remedy, "did you mean tool?");
  EXPECT_EQ(name("libcache.so.1").error().remedy, "did you mean libcached.so.1?");
}

TEST_F(TargetPath, NameWithASlashIsRelativeToTheFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  auto target = name("./bin/tool");
  auto deeper = name("bin/tool");
  std::string here = fs::current_path();
  fs::current_path(before);
  ASSERT_TRUE(target.ok() && deeper.ok());
  EXPECT_EQ(target->path, here + "/bin/tool");
  EXPECT_EQ(deeper->path, here + "/bin/tool");
}

TEST_F(TargetPath, PathTheKernelCannotReadGoesThroughADescriptor) {
  put("a#b", true);
  for (const std::string& path : {root_ + "/my app/tool", root_ + "/a#b"}) {
    auto target = absolute(path);
    ASSERT_TRUE(target.ok()) << target.error().message;
    EXPECT_EQ(target->path.rfind("/proc/" + std::to_string(::getpid()) + "/fd/", 0), 0u) << target->path;
    EXPECT_EQ(target->shown, path);
    EXPECT_EQ(inode_of(target->path), inode_of(path));
    EXPECT_EQ(absolute(path)->path, target->path) << "one descriptor is enough";
  }
  EXPECT_EQ(absolute(root_ + "/my app/toll").error().message, "no such file: " + root_ + "/my app/toll");
}

TEST_F(TargetPath, ExecutableOfAProcess) {
  fs::create_symlink(root_ + "/bin/tool", root_ + "/proc/12/exe");
  auto target = process();
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, root_ + "/bin/tool");
  EXPECT_EQ(target->pid, 12);
}

TEST_F(TargetPath, ExecutableWithABlankIsReachedThroughProc) {
  fs::create_symlink(root_ + "/my app/tool", root_ + "/proc/12/exe");
  auto target = process();
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, root_ + "/proc/12/exe");
  EXPECT_EQ(target->shown, root_ + "/my app/tool");
}

TEST_F(TargetPath, LibraryThatIsTheSameForUsGetsItsPlainPath) {
  std::string library = root_ + "/lib/libthing.so.2";
  // The process sees the same root as we.
  fs::remove(root_ + "/proc/12/root");
  fs::create_symlink("/", root_ + "/proc/12/root");
  maps(mapping(library, inode_of(library)));
  for (const char* written : {"libthing.so.2", "libthing.so", "libthing"}) {
    auto target = process(written);
    ASSERT_TRUE(target.ok()) << target.error().message;
    EXPECT_EQ(target->path, library);
    EXPECT_EQ(target->shown, library);
  }
}

TEST_F(TargetPath, LibraryOfAContainerIsReachedThroughItsRoot) {
  std::string inside = "/uproar-no-such/libthing.so.2";
  put("proc/12/root" + inside, false);
  maps(mapping(inside, inode_of(root_ + "/proc/12/root" + inside)));
  auto target = process("libthing");
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, root_ + "/proc/12/root" + inside);
  EXPECT_EQ(target->shown, inside);
}

TEST_F(TargetPath, ReplacedLibraryIsReachedThroughItsMapping) {
  std::string library = root_ + "/lib/libthing.so.2";
  maps(mapping(library + " (deleted)", 1));
  auto target = process("libthing");
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, root_ + "/proc/12/map_files/1000-2000");
  EXPECT_EQ(target->shown, library);
}

TEST_F(TargetPath, UnmappedLibraryListsThoseThatAre) {
  maps(mapping("/lib/libone.so.1", 1) + mapping("/lib/libtwo.so", 2));
  auto target = process("libthree");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().message, "process 12 does not map libthree");
  EXPECT_EQ(target.error().remedy, "it maps libone.so.1, libtwo.so");
}

TEST_F(TargetPath, SeveralMappedLibrariesAreListed) {
  maps(mapping("/a/libone.so.1", 1) + mapping("/b/libone.so.2", 2));
  auto target = process("libone");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().message, "process 12 maps 2 files that libone may mean");
  EXPECT_EQ(target.error().remedy, "choose one: /a/libone.so.1, /b/libone.so.2");
}

TEST_F(TargetPath, MappingsTellAReplacedLibraryFromItsSuccessor) {
  maps("1000-2000 r-xp 00000000 fe:00 1  /a/libone.so (deleted)\n" + mapping("/a/libone.so", 2));
  auto target = process("libone");
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().remedy, "choose one: " + root_ +
                                       "/proc/12/map_files/1000-2000 (the one that was replaced), " + root_ +
                                       "/proc/12/map_files/1000-2000");
}

TEST_F(TargetPath, RemovedExecutableIsShownByItsName) {
  fs::create_symlink(root_ + "/bin/gone (deleted)", root_ + "/proc/12/exe");
  auto target = process();
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, root_ + "/proc/12/exe");
  EXPECT_EQ(target->shown, root_ + "/bin/gone");
}

TEST_F(TargetPath, MissingProcessIsNamed) {
  for (const char* library : {"", "libc"}) {
    auto target = process(library, 99);
    ASSERT_FALSE(target.ok());
    EXPECT_EQ(target.error().message, "there is no process 99");
  }
}

TEST_F(TargetPath, ProcessWithoutExecutableIsNamed) {
  auto target = process();
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().message,
            "process 12 has no executable file: it is a kernel thread or has just ended");
}

TEST_F(TargetPath, OwnProcessIsFoundInTheRealProc) {
  environment_.proc = "/proc";
  auto target = process("", ::getpid());
  ASSERT_TRUE(target.ok()) << target.error().message;
  EXPECT_EQ(target->path, fs::read_symlink("/proc/self/exe"));
  auto libc = process("libc", ::getpid());
  ASSERT_TRUE(libc.ok()) << libc.error().message;
  EXPECT_NE(libc->path.find("libc"), std::string::npos);
  EXPECT_NE(libc->path.compare(0, 5, "/proc"), 0);
}

}  // namespace
}  // namespace uproar
