// The factories that the registry lists; each stands in the .cpp of its command.
#pragma once

#include <memory>

#include "commands/command.h"

namespace uproar {

std::unique_ptr<Command> make_add_command();
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_clean_command();
std::unique_ptr<Command> make_convert_command();
std::unique_ptr<Command> make_disable_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_enable_command();
std::unique_ptr<Command> make_events_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_info_command();
std::unique_ptr<Command> make_list_command();
std::unique_ptr<Command> make_record_command();
std::unique_ptr<Command> make_trace_command();
std::unique_ptr<Command> make_remove_command();
std::unique_ptr<Command> make_repair_command();
std::unique_ptr<Command> make_script_command();

}  // namespace uproar
