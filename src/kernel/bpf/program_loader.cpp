#include "kernel/bpf/program_loader.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "base/lines.h"
#include "base/number.h"
#include "kernel/bpf/bpf_attach_types.h"
#include "kernel/bpf/bpf_error.h"
#include "kernel/bpf/bpf_map.h"

namespace uproar {
namespace {

constexpr size_t kLogBytes = size_t{4} << 20;
constexpr size_t kKeptLines = 40;

std::vector<bpf_insn> with_maps(const BpfProgram& program, const BpfMaps& maps) {
  static_assert(sizeof(bpf_insn) == sizeof(BpfInstruction));
  std::vector<bpf_insn> code(program.instructions.size());
  if (!code.empty()) std::memcpy(code.data(), program.instructions.data(), code.size() * sizeof(bpf_insn));
  for (const BpfPatch& patch : program.patches) {
    CHECK(patch.instruction < code.size() && maps[patch.map] >= 0);
    code[patch.instruction].imm = maps[patch.map];
  }
  return code;
}

// `log`: null for none, else gets what the verifier says. The descriptor, or -1 with errno.
int load(const BpfProgram& program, BpfAttach attach, std::span<const bpf_insn> code, std::string* log) {
  LIBBPF_OPTS(bpf_prog_load_opts, options);
  if (attach == BpfAttach::UprobeMulti)
    options.expected_attach_type = static_cast<bpf_attach_type>(kTraceUprobeMulti);
  if (program.is_sleepable) options.prog_flags = BPF_F_SLEEPABLE;
  if (log) {
    log->assign(kLogBytes, '\0');
    options.log_buf = log->data();
    options.log_size = static_cast<uint32_t>(log->size());
    options.log_level = 1;
  }
  const auto type = attach == BpfAttach::RawTracepoint ? BPF_PROG_TYPE_RAW_TRACEPOINT : BPF_PROG_TYPE_KPROBE;
  const int fd = ::bpf_prog_load(type, kernel_object_name(program.name).c_str(), kBpfLicense, code.data(),
                                 code.size(), &options);
  const int error = errno;
  if (log) log->resize(std::strlen(log->c_str()));
  errno = error;
  return fd;
}

const BpfPart* part_of(const BpfProgram& program, size_t instruction) {
  const BpfPart* found = nullptr;
  for (const BpfPart& part : program.parts) {
    if (part.first <= instruction) found = &part;
  }
  return found;
}

Error refusal(const BpfProgram& program, const std::string& log, int errno_value) {
  const VerifierComplaint complaint = read_verifier_log(log);
  // Without a word of the verifier it was not the program that was refused.
  if (complaint.words.empty()) return bpf_error("cannot load the BPF program " + program.name, errno_value);
  std::string where;
  if (complaint.instruction) {
    where = " at instruction " + std::to_string(*complaint.instruction);
    if (const auto* part = part_of(program, *complaint.instruction)) where += " (" + part->name + ")";
  }
  return {"the kernel's verifier refuses the BPF program " + program.name + where + ": " + complaint.words,
          {},
          "record through tracefs: --via tracefs",
          errno_value};
}

std::string last_lines(std::string_view text, size_t lines) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  size_t from = text.size();
  for (size_t i = 0; i < lines && from != std::string_view::npos; ++i)
    from = from == 0 ? std::string_view::npos : text.rfind('\n', from - 1);
  return std::string(from == std::string_view::npos ? text : text.substr(from + 1));
}

}  // namespace

Result<Fd> load_program(const BpfProgram& program, BpfAttach attach, const BpfMaps& maps, std::string* log) {
  const std::vector<bpf_insn> code = with_maps(program, maps);
  int fd = load(program, attach, code, nullptr);
  if (fd >= 0) return Fd(fd);
  const int first_errno = errno;
  std::string words;
  fd = load(program, attach, code, &words);
  if (fd >= 0) return Fd(fd);  // what kept it from loading before was of that moment
  if (log) *log = last_lines(words, kKeptLines);
  return refusal(program, words, first_errno);
}

VerifierComplaint read_verifier_log(std::string_view log) {
  VerifierComplaint complaint;
  for (const std::string_view line : Lines(log)) {
    // "12: (7b) *(u64 *)(r10 -4) = r1"; registers ("12: R1=ctx()") and counts are told, too.
    const size_t colon = line.find(": ");
    const auto number = colon == std::string_view::npos ? std::nullopt : parse_decimal(line.substr(0, colon));
    if (number) {
      complaint.instruction = static_cast<size_t>(*number);
      complaint.words.clear();
    } else if (!line.empty() && !line.starts_with("processed ") && !line.starts_with("verification time") &&
               !line.starts_with("stack depth") && !line.starts_with("; ")) {
      complaint.words = line;
    }
  }
  return complaint;
}

}  // namespace uproar
