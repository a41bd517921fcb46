#include "kernel/tracefs/uprobe_events.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <variant>

#include "base/lines.h"
#include "base/number.h"
#include "definition/parser.h"
#include "kernel/tracefs/error_log.h"
#include "lower/tracefs/tracefs_limits.h"

namespace uproar {
namespace {

constexpr const char* kEvents = "uprobe_events";
constexpr size_t kMaxLine = kLongestCommand - 1;  // without its newline

// Words of a listing; the kernel itself takes blanks as the only separators.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    size_t end = line.find_first_of(" \t", begin);
    words.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return words;
    line.remove_prefix(end);
  }
}

// One line of the listing as an event with one place; nothing if it is not one.
std::optional<ListedEvent> parse_listed(std::string_view line) {
  Result<ParsedLine> parsed = parse_line(line);
  if (!parsed.ok()) return std::nullopt;
  const auto* probe = std::get_if<ast::Probe>(&parsed->line);
  if (!probe || !probe->group || !probe->event || probe->site.form != ast::Site::Form::FileOffset)
    return std::nullopt;
  ListedEvent event;
  event.group = probe->group->text;
  event.name = probe->event->text;
  event.is_return = probe->is_return;
  event.places.push_back({probe->target.text, probe->site.offset, probe->site.ref_counter.value_or(0)});
  if (!probe->arguments.empty()) event.arguments = line.substr(probe->arguments.front().span.begin);
  event.lines.emplace_back(line);
  return event;
}

std::vector<ListedEvent> parse_listing(std::string_view text) {
  std::vector<ListedEvent> events;
  std::map<std::string, size_t> by_name;
  while (!text.empty()) {
    std::optional<ListedEvent> event = parse_listed(take_line(text));
    if (!event) continue;
    auto [known, is_new] = by_name.try_emplace(event->group + "/" + event->name, events.size());
    if (is_new) {
      events.push_back(std::move(*event));
      continue;
    }
    ListedEvent& first = events[known->second];
    first.places.push_back(std::move(event->places.front()));
    first.lines.push_back(std::move(event->lines.front()));
  }
  return events;
}

// A newline would be a second command, and what follows '#' would be dropped in silence.
bool is_one_line(std::string_view line) {
  return line.find_first_of(std::string_view("\n#\0", 3)) == std::string_view::npos;
}

Error not_writable(const Error& cause) {
  if (cause.sys_errno != EACCES && cause.sys_errno != EPERM && cause.sys_errno != ENOENT) return cause;
  if (cause.sys_errno == ENOENT) {
    return Error{
        "this kernel has no uprobe events", {}, "use a kernel built with CONFIG_UPROBE_EVENTS=y", ENOENT};
  }
  return Error{"this user may not define events", {}, "run it as root: sudo uproar …", cause.sys_errno};
}

Error explain_busy(const Tracefs& tracefs, const std::string& group, const std::string& event) {
  const std::string name = group + "/" + event;
  std::vector<std::string> places = enabled_in(tracefs, group, event);
  if (places.empty()) {
    return Error{
        "event " + name + " is in use by perf or a BPF program", {}, "end that program first", EBUSY};
  }
  if (places.front().empty())
    return Error{"event " + name + " is enabled", {}, "uproar disable " + name, EBUSY};
  return Error{"event " + name + " is enabled in the trace instance " + places.front(),
               {},
               "end the program that uses this instance, or remove the instance",
               EBUSY};
}

}  // namespace

Result<std::vector<ListedEvent>> list_uprobe_events(const Tracefs& tracefs) {
  TRY_ASSIGN(std::string text, tracefs.read(kEvents));
  return parse_listing(text);
}

Result<void> add_uprobe_event(const Tracefs& tracefs, const std::string& line, const LineSource& source) {
  if (line.size() > kMaxLine) {
    return Error{"this definition is " + std::to_string(line.size()) + " bytes for the kernel, which takes " +
                     std::to_string(kMaxLine),
                 {},
                 "fetch fewer arguments, or use a shorter path",
                 E2BIG};
  }
  if (!is_one_line(line)) {
    return Error{"the kernel takes no '#', newline or NUL in a definition",
                 {},
                 "reach the file by another path: a symbolic link, or /proc/PID/exe",
                 EINVAL};
  }
  Result<void> written = write_uprobe_line(tracefs, line);
  if (written.ok()) return {};
  const int refused = written.error().sys_errno;
  if (refused == EACCES || refused == EPERM || !tracefs.exists(kEvents)) return not_writable(written.error());
  Result<std::string> log = tracefs.read("error_log");
  std::optional<KernelComplaint> complaint = log.ok() ? find_complaint(*log, line) : std::nullopt;
  if (!complaint) return explain_refusal(refused, line, source);
  Error error = explain_complaint(*complaint, source);
  error.sys_errno = refused;
  return error;
}

Result<void> write_uprobe_line(const Tracefs& tracefs, const std::string& line) {
  return tracefs.write(kEvents, line + "\n", O_APPEND);
}

Result<void> add_uprobe_places(const Tracefs& tracefs, const std::vector<std::string>& lines,
                               const LineSource& source) {
  // The kernel takes any number of whole lines, page by page (kernel: kernel/trace/trace.c
  // trace_parse_run_command); the limit is for the memory of this text.
  constexpr size_t kBatchBytes = size_t{64} << 10;
  size_t next = 0;
  while (next < lines.size()) {
    std::string batch;
    size_t end = next;
    while (end < lines.size() && lines[end].size() <= kMaxLine && is_one_line(lines[end]) &&
           batch.size() < kBatchBytes) {
      batch += lines[end++] + '\n';
    }
    if (end > next && tracefs.write(kEvents, batch, O_APPEND).ok()) {
      next = end;
      continue;
    }
    // The errno says nothing of the line. One by one they say it themselves; those that the batch brought in
    // are there already.
    for (const size_t stop = std::max(end, next + 1); next < stop; ++next) {
      auto added = add_uprobe_event(tracefs, lines[next], source);
      if (!added.ok() && added.error().sys_errno != EEXIST) return added;
    }
  }
  return {};
}

Result<void> remove_uprobe_event(const Tracefs& tracefs, const std::string& group, const std::string& event) {
  // Without its group, "-:EVENT" would delete the name in every group.
  if (!is_plain_name(group) || !is_plain_name(event)) {
    return Error{
        "\"" + group + "/" + event + "\" is not the name of an event", {}, "write GROUP/EVENT", EINVAL};
  }
  const std::string name = group + "/" + event;
  Result<void> written = write_uprobe_line(tracefs, "-:" + name);
  if (written.ok()) return {};
  const int refused = written.error().sys_errno;
  if (refused == ENOENT && tracefs.exists(kEvents)) {
    return Error{"there is no uprobe event " + name, {}, "uproar events lists them", ENOENT};
  }
  if (refused == EBUSY) return explain_busy(tracefs, group, event);
  return not_writable(written.error());
}

// Names alone, for every line, understood or not.
HitCounter::HitCounter(const Tracefs& tracefs, std::string_view listing) : tracefs_(tracefs) {
  while (!listing.empty()) {
    std::vector<std::string_view> words = words_of(take_line(listing));
    if (words.size() < 2) continue;
    size_t colon = words[0].find(':');
    size_t slash = words[0].find('/');
    size_t offset = words[1].rfind(':');
    if (colon == std::string_view::npos || slash == std::string_view::npos || slash < colon) continue;
    probes_.push_back({std::string(words[1].substr(0, offset)), std::string(words[0].substr(slash + 1)),
                       std::string(words[0].substr(colon + 1))});
  }
}

Result<HitCounter> HitCounter::create(const Tracefs& tracefs) {
  TRY_ASSIGN(std::string listing, tracefs.read(kEvents));
  return HitCounter(tracefs, listing);
}

Result<std::map<std::string, uint64_t>> HitCounter::read() const {
  TRY_ASSIGN(std::string profile, tracefs_.read("uprobe_profile"));
  std::map<std::string, uint64_t> hits;
  size_t next = 0;
  std::string_view rest = profile;
  while (!rest.empty()) {
    std::vector<std::string_view> words = words_of(take_line(rest));
    if (words.size() != 3) continue;
    std::optional<uint64_t> count = parse_decimal(words[2]);
    if (!count) continue;
    // Both files walk the same list; events that came or went between the two reads are skipped over.
    size_t found = next;
    while (found < probes_.size() && (probes_[found].path != words[0] || probes_[found].name != words[1]))
      ++found;
    if (found == probes_.size()) continue;
    hits[probes_[found].key] += *count;
    next = found + 1;
  }
  return hits;
}

Result<std::map<std::string, uint64_t>> read_hit_counts(const Tracefs& tracefs) {
  TRY_ASSIGN(HitCounter counter, HitCounter::create(tracefs));
  return counter.read();
}

std::vector<std::string> enabled_in(const Tracefs& tracefs, const std::string& group,
                                    const std::string& event) {
  std::vector<std::string> where;
  if (!is_plain_name(group) || !is_plain_name(event)) return where;
  const std::string file = "events/" + group + "/" + event + "/enable";
  auto is_on = [&](const std::string& folder) {
    // "1", or "1*" with triggers.
    Result<std::string> state = tracefs.read(folder + file);
    return state.ok() && state->starts_with('1');
  };
  if (is_on("")) where.emplace_back();
  for (const std::string& instance : tracefs.list("instances")) {
    if (is_on("instances/" + instance + "/")) where.push_back(instance);
  }
  return where;
}

}  // namespace uproar
