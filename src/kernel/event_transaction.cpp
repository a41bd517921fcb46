#include "kernel/event_transaction.h"

#include <set>
#include <string_view>
#include <utility>

#include "base/number.h"
#include "lower/tracefs/tracefs_line.h"

namespace uproar {
namespace {

// What tells one probe of an event from another, whether the line is ours or of the kernel's listing: file,
// offset and arguments. "p:g/e /bin/t:0x1149(0x4010) a=%di:u64" gives "/bin/t 1149 a=%di:u64".
std::string probe_key(std::string_view line) {
  const size_t place = line.find(' ');
  if (place == std::string_view::npos) return std::string(line);
  const size_t behind = line.find(' ', place + 1);
  std::string_view where = line.substr(place + 1, behind - place - 1);
  const std::string_view arguments = behind == std::string_view::npos ? "" : line.substr(behind);
  const size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) return std::string(line);
  std::string_view digits = where.substr(colon + 1);
  digits = digits.substr(0, digits.find('('));
  const uint64_t offset = parse_c_unsigned(digits).value_or(0);
  return std::string(where.substr(0, colon)) + " " + std::to_string(offset) + std::string(arguments);
}

}  // namespace

EventTransaction::~EventTransaction() {
  for (size_t i = undo_.size(); i-- > 0;) (void)write_uprobe_line(tracefs_, undo_[i]);
}

Result<std::vector<std::string>> EventTransaction::define(const ProbePlan& plan) {
  TRY_ASSIGN(KernelArguments arguments, kernel_arguments(plan, Helpers::Needed));
  std::vector<std::string> lines;
  for (size_t site = 0; site < plan.sites.size(); ++site)
    lines.push_back(tracefs_line(plan, arguments, site, plan.group, plan.event));
  // Noted before: the kernel refuses a place that is there already, so the first line is ours if it is taken;
  // of the further ones nobody says which were taken (add_uprobe_places).
  std::set<std::string> there;
  if (lines.size() > 1 && tracefs_.exists("events/" + plan.group + "/" + plan.event)) {
    TRY_ASSIGN(const std::vector<ListedEvent> listed, list_uprobe_events(tracefs_));
    for (const ListedEvent& event : listed) {
      if (event.group != plan.group || event.name != plan.event) continue;
      for (const std::string& line : event.lines) there.insert(probe_key(line));
    }
  }
  // With its place, only this probe goes.
  auto will_take_back = [&](const std::string& line) { undo_.push_back("-" + line.substr(line.find(':'))); };
  const LineSource source = line_source(plan, arguments);
  TRY(add_uprobe_event(tracefs_, lines.front(), source));
  will_take_back(lines.front());
  const std::vector<std::string> further(lines.begin() + 1, lines.end());
  for (const std::string& line : further) {
    if (!there.contains(probe_key(line))) will_take_back(line);
  }
  TRY(add_uprobe_places(tracefs_, further, source));
  done_.push_back({&plan, plan.group, plan.event});
  return lines;
}

Result<void> EventTransaction::remove(const std::string& group, const std::string& event) {
  TRY_ASSIGN(const std::vector<ListedEvent> listed, list_uprobe_events(tracefs_));
  TRY(remove_uprobe_event(tracefs_, group, event));
  for (const ListedEvent& known : listed) {
    if (known.group == group && known.name == event)
      undo_.insert(undo_.end(), known.lines.rbegin(), known.lines.rend());
  }
  done_.push_back({nullptr, group, event});
  return {};
}

void EventTransaction::commit() {
  undo_.clear();
  for (const Done& step : std::exchange(done_, {})) {
    if (step.defined) {
      (void)provenance_.remember(*step.defined);
    } else {
      provenance_.forget(step.group, step.event);
    }
  }
}

}  // namespace uproar
