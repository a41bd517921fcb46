#include "kernel/switching.h"
namespace uproar {
Result<void> set_event_enabled(const Tracefs& t, const std::string& g, const std::string& e, bool on) { return t.write("events/"+g+"/"+e+"/enable", on?"1":"0"); }
Result<void> set_event_filter(const Tracefs& t, const std::string& g, const std::string& e, const std::string& f) { return t.write("events/"+g+"/"+e+"/filter", f); }
Result<void> clear_event_filter(const Tracefs& t, const std::string& g, const std::string& e) { return t.write("events/"+g+"/"+e+"/filter", "0"); }
}
