#include "kernel/bpf/bpf_error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace uproar {
namespace {

TEST(BpfError, SaysWhatAPermissionNeeds) {
  EXPECT_EQ(render(bpf_error("cannot make the BPF map ring", EPERM)),
            "error: cannot make the BPF map ring: the kernel does not allow it to this user\n"
            "  help: run as root, or give the program CAP_BPF and CAP_PERFMON; uproar doctor shows what is "
            "missing\n");
}

TEST(BpfError, KnowsTheNumberThatTheCLibraryDoesNot) {
  EXPECT_EQ(bpf_error("x", kNotSupported).message, "x: the kernel does not support it");
  EXPECT_EQ(bpf_error("x", kNotSupported).sys_errno, 524);
}

TEST(BpfError, OtherNumbersKeepTheirWords) {
  EXPECT_EQ(bpf_error("x", EEXIST).message, "x: File exists");
  EXPECT_NE(bpf_error("x", EMFILE).remedy.find("ulimit -n"), std::string::npos);
  EXPECT_NE(bpf_error("x", ENOMEM).remedy.find("-m"), std::string::npos);
}

}  // namespace
}  // namespace uproar
