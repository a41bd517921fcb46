#include <poll.h>

#include <optional>
#include <utility>

#include "base/stop.h"
#include "commands/all_commands.h"
#include "commands/files/recording_file.h"
#include "commands/options/script_options.h"
#include "commands/output/script_header.h"
#include "replay/follow.h"
#include "replay/piped_recording.h"
#include "replay/player.h"

namespace uproar {
namespace {

class ScriptCommand : public Command {
 public:
  void declare(CLI::App& app) override {
    recording_.declare(app);
    options_.declare(app);
  }

  int run(Console& console) override {
    std::unique_ptr<PipedRecording> piped;
    auto opened = open(piped);
    if (!opened.ok()) return fail(opened.error(), kFailed, console);
    TimeCount count(options_.time_mode());
    auto print = prepare(**opened, count, console);
    if (!print.ok()) return fail(print.error(), kUsage, console);
    print_head(*print, console);
    if (options_.header_only) {
      console.flush();
      return console.ok() ? kDone : kFailed;
    }
    if (piped) return follow_pipe(*piped, std::move(*opened), *print, console);
    if (options_.follow) return follow_file(std::move(*opened), *print, console);
    print_events(*print->player, print->output, console, nullptr);
    return end_of(**opened, print->player->undecodable(), console);
  }

 private:
  // A recording that is about to be printed.
  struct Print {
    Printing printing;
    PlayChoice choice;
    std::unique_ptr<Player> player;
    Player::Output output;
  };

  // What comes through a pipe is played as it comes; only shares of the whole need the whole.
  Result<std::unique_ptr<RecordingReader>> open(std::unique_ptr<PipedRecording>& piped) const {
    if (!options_.needs_the_whole()) {
      if (std::optional<Fd> pipe = recording_.open_pipe()) {
        TRY_ASSIGN(piped, PipedRecording::start(std::move(*pipe)));
        return piped->open("standard input");
      }
    }
    outlive_interrupt_of_pipe(recording_.path());
    return recording_.open();
  }

  static int fail(const Error& error, int status, Console& console) {
    console.error(error);
    return status;
  }

  Result<Print> prepare(RecordingReader& reader, TimeCount& count, const Console& console) const {
    const Escape escape = console.out_is_terminal() ? Escape::Terminal : Escape::None;
    TRY_ASSIGN(Printing printing, options_.printing(escape, count));
    TRY_ASSIGN(PlayChoice choice, options_.choice(printing));
    TRY_ASSIGN(std::unique_ptr<Player> player, Player::make(reader, choice));
    TRY_ASSIGN(Player::Output output, output_of(*player, printing));
    return Print{std::move(printing), std::move(choice), std::move(player), std::move(output)};
  }

  void print_head(const Print& print, Console& console) const {
    const StyleOptions& options = print.printing.options;
    std::string head;
    print.printing.style.append_head(print.player->printed(), options, head);
    if (options_.header || options_.header_only)
      head += header_text(print.player->reader(), options_.header_info, options.escape);
    console.print(head);
  }

  // False: no more is wanted, or can be printed. `stop` may be null.
  static bool print_events(Player& player, Player::Output& output, Console& console, StopWatch* stop) {
    bool stopped = false;
    output.write = [&](std::string_view text) {
      console.print(text);
      stopped = stop != nullptr && stop->wait({}, 0) != StopReason::None;
      return console.ok() && !stopped;
    };
    player.play(output);
    console.flush();
    return console.ok() && !stopped;
  }

  int follow_file(std::unique_ptr<RecordingReader> reader, const Print& print, Console& console) const {
    auto stop = StopWatch::create();
    if (!stop.ok()) return fail(stop.error(), kFailed, console);
    FollowRequest request;
    request.path = recording_.path();
    request.hold_ns = kFileHoldNs;
    request.choice = print.choice;
    request.play = [&](Player& player) -> Result<bool> {
      TRY_ASSIGN(Player::Output output, output_of(player, print.printing));
      return print_events(player, output, console, &*stop);
    };
    request.wait = [&](int milliseconds) { return stop->wait({}, milliseconds) != StopReason::None; };
    const auto followed = follow(std::move(reader), request);
    if (!followed.ok()) return fail(followed.error(), kFailed, console);
    if (!followed->warning.empty()) console.warn(followed->warning);
    return end_of(*followed->last, followed->undecodable, console);
  }

  int follow_pipe(const PipedRecording& piped, std::unique_ptr<RecordingReader> reader, const Print& print,
                  Console& console) const {
    FollowRequest request;
    request.path = piped.path();
    request.hold_ns = kPipeHoldNs;
    request.choice = print.choice;
    request.play = [&](Player& player) -> Result<bool> {
      TRY_ASSIGN(Player::Output output, output_of(player, print.printing));
      return print_events(player, output, console, nullptr);
    };
    request.wait = [&](int milliseconds) {
      ::poll(nullptr, 0, piped.is_over() ? 0 : milliseconds);
      return false;
    };
    request.is_over = [&] { return piped.is_over(); };
    const auto followed = follow(std::move(reader), request);
    if (!followed.ok()) return fail(followed.error(), kFailed, console);
    return end_of(*followed->last, followed->undecodable, console);
  }

  static int end_of(const RecordingReader& reader, uint64_t undecodable, Console& console) {
    if (!console.ok()) return kFailed;
    report_losses(reader, console);
    const bool damaged = report_damage(reader, console);
    if (undecodable > 0)
      console.error(
          Error{std::to_string(undecodable) + " records do not fit their event's format", {}, {}, 0});
    return damaged || undecodable > 0 ? kFailed : kDone;
  }

  RecordingChoice recording_;
  ScriptOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_script_command() {
  return std::make_unique<ScriptCommand>();
}

}  // namespace uproar
