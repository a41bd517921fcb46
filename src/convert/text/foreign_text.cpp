#include "convert/text/foreign_text.h"

#include <algorithm>
#include <utility>

#include "base/lines.h"
#include "convert/text/stack_lines.h"
#include "convert/text/text_cleaning.h"

namespace uproar {

namespace {

// The kernel prints at most a page of one event; a longer "line" is no trace text.
constexpr size_t kLongestLine = size_t{64} << 10;
// How often an event that goes over several lines is looked at again: bounds the work for text that opens
// strings and never closes them.
constexpr size_t kMostTries = 256;
constexpr size_t kMostFrames = 1024;
constexpr size_t kMostLinesTold = 5;

StackMaps::Frame kept(const TextFrame& frame) {
  return {frame.address.value_or(0), frame.is_kernel(),       frame.inlined,
          std::string(frame.symbol), std::string(frame.file), frame.symbol_offset};
}

}  // namespace

ForeignText::ForeignText(RecordSink& sink)
    : sink_(sink),
      writer_(sink, {}),
      maps_(sink),
      schemas_([this](const std::string& name) -> const std::vector<const EventSchema*>& {
        return writer_.schemas_named(name);
      }) {}

Result<void> ForeignText::feed(std::string_view piece) {
  for (std::string_view ended; take_ended_line(piece, ended);) {
    if (partial_.empty() && !too_long_) {
      TRY(add_line(ended));
      continue;
    }
    if (!too_long_) partial_.append(ended);
    if (std::exchange(too_long_, false)) {
      leave_out(++line_);
      partial_.clear();
    } else {
      TRY(add_line(std::exchange(partial_, {})));
    }
  }
  if (too_long_ || partial_.size() + piece.size() > kLongestLine) {
    too_long_ = too_long_ || !piece.empty() || !partial_.empty();
    partial_.clear();
  } else {
    partial_.append(piece);
  }
  return {};
}

Result<void> ForeignText::finish() {
  if (too_long_) leave_out(++line_);
  if (!partial_.empty()) TRY(add_line(std::exchange(partial_, {})));
  TRY(give_up_open_string());
  TRY(end_chain());
  TRY(let_go());
  return maps_.write_names();
}

Result<void> ForeignText::add_line(std::string_view line) {
  ++line_;
  if (std::exchange(first_, false)) line = without_byte_order_mark(line);
  line = without_carriage_return(line);
  if (!open_lines_.empty()) {
    bool taken = false;
    TRY(add_to_open_string(line, taken));
    if (taken) return {};
  }
  return take_line(line, line_, true);
}

// A traced program may put lines of any form into its strings: the event goes on until its last quote. Only a
// line with a quote can close it.
Result<void> ForeignText::add_to_open_string(std::string_view line, bool& taken) {
  taken = true;
  if (line.size() > kLongestLine - std::min(open_bytes_, kLongestLine) || open_tries_ >= kMostTries) {
    taken = false;
    return give_up_open_string();
  }
  open_lines_.emplace_back(line);
  open_bytes_ += line.size() + 1;
  if (line.find('"') == std::string_view::npos) return {};
  ++open_tries_;
  std::string joined;
  for (const std::string& part : open_lines_) {
    if (!joined.empty()) joined += '\n';
    joined += part;
  }
  ForeignLine whole = parse_foreign_line(joined, schemas_);
  if (whole.kind != ForeignLine::Kind::Event) return {};
  open_lines_.clear();
  return take_event(std::move(whole), open_line_);
}

// No quote closed it: its first line is taken as far as it goes, and those behind it for what they are.
Result<void> ForeignText::give_up_open_string() {
  const std::vector<std::string> lines = std::exchange(open_lines_, {});
  uint64_t number = open_line_;
  for (const std::string& line : lines) TRY(take_line(line, number++, false));
  return {};
}

Result<void> ForeignText::take_line(std::string_view line, uint64_t number, bool may_join) {
  if (line.size() > kLongestLine) {
    leave_out(number);
    return {};
  }
  ForeignLine parsed = parse_foreign_line(line, schemas_);
  using Kind = ForeignLine::Kind;
  if (parsed.kind == Kind::Other || parsed.unsure) {
    TRY_ASSIGN(const bool is_frame, take_frame(line));
    if (is_frame) return {};
  }
  if (parsed.kind == Kind::OpenString && may_join) {
    open_lines_.emplace_back(line);
    open_line_ = number;
    open_bytes_ = line.size() + 1;
    open_tries_ = 0;
    return {};
  }
  switch (parsed.kind) {
    case Kind::Event:
    case Kind::OpenString:
      return take_event(std::move(parsed), number);
    case Kind::KernelStack:
    case Kind::UserStack:
      return begin_chain(parsed, number);
    case Kind::Loss:
      TRY(end_chain());
      TRY(let_go());
      lost_ += parsed.loss.count.value_or(0);
      return sink_.add_loss(
          {LossInfo::Kind::Overrun, parsed.loss.cpu, writer_.last_time_ns(), parsed.loss.count.value_or(0)});
    case Kind::Empty:
      TRY(end_chain());
      return let_go();
    case Kind::Comment:
      return {};
    case Kind::Other:
      leave_out(number);
      return {};
  }
  return {};
}

// True: the line is one of the call chain that is being read.
Result<bool> ForeignText::take_frame(std::string_view line) {
  line = without_quoting(line);
  const auto frame = chain_ == Chain::Perf   ? parse_perf_frame(line)
                     : chain_ == Chain::None ? std::nullopt
                                             : parse_arrow_frame(line);
  if (!frame) return false;
  auto& frames = chain_ == Chain::Perf ? waiting_.frames : chain_frames_;
  if (frames.size() + chain_names_.size() >= kMostFrames) return true;
  if (frame->address) {
    frames.push_back(kept(*frame));
    if (chain_ != Chain::Perf) frames.back().kernel = chain_ == Chain::Kernel;
  } else if (!frame->symbol.empty()) {
    chain_names_.emplace_back(frame->symbol);
  }
  return true;
}

Result<void> ForeignText::take_event(ForeignLine line, uint64_t number) {
  TRY(end_chain());
  TRY(let_go());
  if (!line.has_time) line.event.time_ns = writer_.last_time_ns();
  waiting_ = {true, std::move(line.event), number, line.unsure, line.dialect, {}};
  if (line.dialect != TextDialect::Perf) return {};
  chain_ = Chain::Perf;
  // Without call chains perf prints where it was behind the name.
  if (waiting_.event.group && waiting_.event.group->empty() && !line.body.empty()) {
    const std::string_view behind = without_quoting(line.body);
    if (const auto place = parse_perf_frame(behind)) {
      waiting_.frames.push_back(kept(*place));
    } else if (!behind.empty()) {
      waiting_.event.arguments.push_back(
          {"text", false, {{TextValue::Shape::String, 0, std::string(behind)}}});
    }
  }
  return {};
}

// The chain of the event before, if that was of the same task.
Result<void> ForeignText::begin_chain(const ForeignLine& line, uint64_t number) {
  TRY(end_chain());
  chain_ = line.kind == ForeignLine::Kind::UserStack ? Chain::User : Chain::Kernel;
  chain_head_ = line.event;
  chain_line_ = number;
  const bool same =
      waiting_.open && waiting_.event.tid == line.event.tid && waiting_.event.cpu == line.event.cpu;
  return same ? Result<void>() : let_go();
}

Result<void> ForeignText::end_chain() {
  const Chain chain = std::exchange(chain_, Chain::None);
  if (chain == Chain::None || chain == Chain::Perf) return {};
  std::vector<StackMaps::Frame> frames = std::exchange(chain_frames_, {});
  const std::vector<std::string> names = std::exchange(chain_names_, {});
  if (waiting_.open && names.empty()) {
    waiting_.frames.insert(waiting_.frames.end(), std::make_move_iterator(frames.begin()),
                           std::make_move_iterator(frames.end()));
    return {};
  }
  // An event of its own: without the one that it belongs to, or with names and no addresses, which no call
  // chain can hold.
  TRY(let_go());
  waiting_ = {
      true, std::exchange(chain_head_, {}), chain_line_, false, TextDialect::Kernel, std::move(frames)};
  waiting_.event.event = chain == Chain::User ? "user_stack" : "kernel_stack";
  waiting_.event.has_ip = false;
  waiting_.event.arguments.clear();
  if (!names.empty()) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " <- ") + name;
    waiting_.event.arguments.push_back({"text", false, {{TextValue::Shape::String, 0, std::move(text)}}});
  }
  return let_go();
}

Result<void> ForeignText::let_go() {
  if (!waiting_.open) return {};
  Waiting waiting = std::exchange(waiting_, {});
  if (chain_ == Chain::Perf) chain_ = Chain::None;
  if (waiting.unsure && waiting.frames.empty()) {
    leave_out(waiting.line);
    return {};
  }
  if (waiting.event.cpu == kUnknownCpu) {
    waiting.event.cpu = 0;
    ++without_cpu_;
  }
  std::vector<uint64_t> stack;
  TRY(maps_.add(waiting.event.pid, waiting.event.time_ns, waiting.frames, stack));
  TRY_ASSIGN(const bool taken, writer_.take(waiting.event, stack));
  if (!taken) leave_out(waiting.line);
  return {};
}

void ForeignText::leave_out(uint64_t number) {
  ++left_out_;
  if (left_out_lines_.size() < kMostLinesTold) left_out_lines_.push_back(number);
}

std::string ForeignText::left_out_lines() const {
  std::string text;
  for (size_t i = 0; i < left_out_lines_.size(); ++i) {
    const bool last = i + 1 == left_out_lines_.size() && left_out_ == left_out_lines_.size();
    text += i == 0 ? (left_out_ > 1 ? "lines " : "line ") : last ? " and " : ", ";
    text += std::to_string(left_out_lines_[i]);
  }
  if (left_out_ > left_out_lines_.size()) text += " and others";
  return text;
}

}  // namespace uproar
