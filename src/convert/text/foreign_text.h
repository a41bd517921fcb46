// Writes a recording from the text of a trace in whatever form people have it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "convert/text/foreign_line.h"
#include "convert/text/stack_maps.h"
#include "recording/trace_text_writer.h"

namespace uproar {

// The text of trace and trace_pipe, of trace-cmd report and of perf script, also quoted, indented or with the
// line ends of other systems. Call chains below an event become its own. No line is lost silently: what is no
// event and no known remark is counted, with the numbers of the first.
class ForeignText {
 public:
  // The sink must outlive it.
  explicit ForeignText(RecordSink& sink);

  // Any piece of text; lines may be split between pieces.
  Result<void> feed(std::string_view piece);
  // The text is over.
  Result<void> finish();

  uint64_t records() const { return writer_.records(); }
  uint64_t lost() const { return lost_; }
  uint64_t left_out() const { return left_out_; }
  // "line 3, 7 and 9", "line 1, 2, 3, 4, 5 and others"; empty if none was left out.
  std::string left_out_lines() const;
  // Events of which the text tells no CPU: they are said to have been on CPU 0.
  uint64_t without_cpu() const { return without_cpu_; }
  // There were more addresses than can be named.
  bool frames_without_names() const { return maps_.overflowed(); }

 private:
  // An event that waits for the call chain that may follow it.
  struct Waiting {
    bool open = false;
    TextEvent event;
    uint64_t line = 0;
    bool unsure = false;
    TextDialect dialect = TextDialect::Kernel;
    std::vector<StackMaps::Frame> frames;
  };
  enum class Chain : uint8_t { None, Perf, Kernel, User };

  Result<void> add_line(std::string_view line);
  Result<void> add_to_open_string(std::string_view line, bool& taken);
  Result<void> give_up_open_string();
  Result<void> take_line(std::string_view line, uint64_t number, bool may_join);
  Result<bool> take_frame(std::string_view line);
  Result<void> take_event(ForeignLine line, uint64_t number);
  Result<void> begin_chain(const ForeignLine& line, uint64_t number);
  Result<void> end_chain();
  Result<void> let_go();
  void leave_out(uint64_t number);

  RecordSink& sink_;
  TraceTextWriter writer_;
  StackMaps maps_;
  SchemasByName schemas_;
  std::string partial_;
  bool too_long_ = false;  // partial_ was longer than any line may be
  bool first_ = true;
  uint64_t line_ = 0;                    // the number of the current one
  std::vector<std::string> open_lines_;  // of an event whose string is not closed yet
  uint64_t open_line_ = 0;               // number of the first of them
  size_t open_bytes_ = 0, open_tries_ = 0;
  Waiting waiting_;
  Chain chain_ = Chain::None;
  TextEvent chain_head_;  // of Kernel and User
  uint64_t chain_line_ = 0;
  std::vector<StackMaps::Frame> chain_frames_;
  std::vector<std::string> chain_names_;  // of frames without an address
  uint64_t lost_ = 0;
  uint64_t left_out_ = 0, without_cpu_ = 0;
  std::vector<uint64_t> left_out_lines_;  // the first
};

}  // namespace uproar
