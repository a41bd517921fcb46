#include "binary/dwarf/debug_info.h"

#include <fmt/format.h>

#include "binary/dwarf/dwarf_lines.h"
#include "binary/dwarf/dwarf_owner.h"
#include "binary/dwarf/dwarf_result.h"
#include "binary/symbols/demangle.h"

namespace uproar {
namespace {

constexpr size_t kMaxSteps = 64;
constexpr size_t kMaxFieldText = size_t{16} << 20;  // of all variables of a function

Error fault(std::string message, std::string remedy = {}) {
  return Error{std::move(message), {}, std::move(remedy), 0};
}

class DwarfDebugInfo : public DebugInfo {
 public:
  explicit DwarfDebugInfo(std::unique_ptr<DwarfFile> file)
      : file_(std::move(file)),
        units_(*file_),
        types_(units_),
        scopes_(types_),
        functions_(types_, scopes_),
        owners_(types_, scopes_, functions_),
        lines_(types_, scopes_, functions_) {}

  Result<FoundValue> find_value(const CodePoint& at, std::string_view name,
                                const std::vector<VariableStepRequest>& steps,
                                VariableFault& fault_out) override {
    fault_out = {};
    const Dwarf_Addr pc = file_->to_dwarf(at.pc);
    const DwarfOwners::Owner& owner = owners_.at(pc, at.symbol);
    const ScopeChain nothing;
    const ScopeChain& chain = owner.is_other ? nothing : owner.chain;
    if (!chain.unit) fault_out.kind = VariableFault::Kind::NoFunction;
    const LocationContext context = scopes_.context(chain, pc);
    auto object = scopes_.find(chain, at, name, context, fault_out);
    if (!object && owner.is_other) return folded(owner, fault_out);
    if (!object && !chain.unit) {
      fault_out.kind = VariableFault::Kind::NoFunction;
      return no_function(at.pc);
    }
    if (auto missing = object ? std::nullopt : no_split_unit(chain.unit)) {
      fault_out.kind = VariableFault::Kind::NoFunction;
      return *missing;
    }
    if (!object && fault_out.kind == VariableFault::Kind::NoVariable && !file_->alternate_fault().empty()) {
      fault_out.kind = VariableFault::Kind::NoFunction;
      return no_alternate();
    }
    if (!object) {
      fault_out.message = fmt::format("there is no variable {}", name);
      return fault(fault_out.message);
    }
    return follow(std::move(*object), context, steps, fault_out);
  }

  Result<FoundValue> find_result(const CodePoint& at, const std::vector<VariableStepRequest>& steps,
                                 VariableFault& fault_out) override {
    fault_out = {};
    const Dwarf_Addr address = file_->to_dwarf(at.pc);
    const DwarfOwners::Owner& owner = owners_.at(address, at.symbol);
    const ScopeChain& chain = owner.chain;
    if (!chain.unit || chain.unit->language == DW_LANG_Mips_Assembler) {
      fault_out.kind = VariableFault::Kind::NoFunction;
      return no_function(at.pc);
    }
    if (owner.is_other) return folded(owner, fault_out);
    Dwarf_Die function = chain.scopes.front();
    auto type = chain.unit->language == DW_LANG_Go ? first_result_of_go(function) : types_.type_of(function);
    if (!types_.peel(type)) {
      fault_out.kind = VariableFault::Kind::NoResult;
      fault_out.message = fmt::format("{} returns nothing", name_of(function));
      return fault(fault_out.message);
    }
    const LocationContext context = scopes_.context(chain, address);
    const ResultRules rules{chain.unit->language, file_->file().machine(),
                            scopes_.windows_positions(context).has_value()};
    DwarfObject object;
    object.type = type;
    object.location = result_location(types_, type, rules);
    return follow(std::move(object), context, steps, fault_out);
  }

  Result<std::vector<VariableInfo>> variables(const CodePoint& at) override {
    const Dwarf_Addr pc = file_->to_dwarf(at.pc);
    const DwarfOwners::Owner& owner = owners_.at(pc, at.symbol);
    const ScopeChain& chain = owner.chain;
    if (!chain.unit) return no_function(at.pc);
    VariableFault fault;
    if (owner.is_other) return folded(owner, fault);
    if (auto missing = no_split_unit(chain.unit)) return *missing;
    const LocationContext context = scopes_.context(chain, pc);
    ObjectReader reader(types_, scopes_, context);
    std::vector<VariableInfo> found;
    size_t text = 0;
    for (DwarfScopes::Variable& each : scopes_.visible(chain, at)) {
      VariableInfo info;
      info.name = each.name;
      info.type = types_.name(types_.type_of(each.die));
      info.is_parameter = each.is_parameter;
      info.value = reader.read(scopes_.object(each.die, context));
      for (const std::string& field : info.value.fields) text += field.size() + sizeof(std::string);
      if (text > kMaxFieldText) std::vector<std::string>().swap(info.value.fields);
      found.push_back(std::move(info));
    }
    return whole(std::move(found));
  }

  Result<std::optional<std::vector<bool>>> windows_positions(uint64_t vaddr) override {
    const Dwarf_Addr pc = file_->to_dwarf(vaddr);
    const ScopeChain& chain = scopes_.at(pc);
    if (!chain.unit) return no_function(vaddr);
    return whole(scopes_.windows_positions(scopes_.context(chain, pc)));
  }

  Result<std::vector<FunctionInstance>> instances(std::string_view name) override {
    return whole(functions_.instances(name));
  }
  std::optional<FunctionInstance> function_at(uint64_t vaddr) override {
    auto found = functions_.function_at(vaddr);
    return file_->whole().ok() ? std::move(found) : std::nullopt;
  }

  std::optional<CodeOwner> owner_of(const CodePoint& at) override {
    const DwarfOwners::Owner& owner = owners_.at(file_->to_dwarf(at.pc), at.symbol);
    if (owner.chain.scopes.empty() || !file_->whole().ok()) return std::nullopt;
    auto described = functions_.describe(owner.chain.scopes.front(), owner.chain.scopes.front());
    if (!described) return std::nullopt;
    CodeOwner found{*std::move(described), owner.is_other, {}, 0};
    if (owner.own) found.own_file = units_.declared_file(*owner.own);
    if (owner.own) found.own_line = declared_line(*owner.own);
    return found;
  }
  std::vector<FunctionInstance> beginning_at(uint64_t vaddr) override {
    auto found = owners_.beginning_at(file_->to_dwarf(vaddr));
    if (!file_->whole().ok()) found.clear();
    return found;
  }

  Result<LineSearch> addresses_of_line(std::string_view file, uint32_t line) override {
    return whole(lines_.find(file, line));
  }
  std::vector<std::string> source_files(std::string_view file) override { return lines_.files_like(file); }
  std::optional<LineAddress> line_at(uint64_t vaddr) override {
    auto found = lines_.at(vaddr);
    return file_->whole().ok() ? std::move(found) : std::nullopt;
  }
  Result<std::vector<LineAddress>> lines_of_function(uint64_t vaddr) override {
    return whole(lines_.of_function(vaddr));
  }

 private:
  // An answer from a file that was cut short meanwhile is none.
  template <typename Value>
  Result<Value> whole(Value answer) const {
    if (auto checked = file_->whole(); !checked.ok()) return checked.error();
    return answer;
  }

  Result<FoundValue> follow(DwarfObject object, const LocationContext& context,
                            const std::vector<VariableStepRequest>& steps, VariableFault& fault_out) {
    ObjectReader reader(types_, scopes_, context);
    for (size_t i = 0; i < steps.size(); ++i) {
      fault_out.step = static_cast<int>(i);
      if (steps.size() > kMaxSteps || !reader.step(object, steps[i], fault_out))
        return fault(fault_out.message);
    }
    fault_out.step = -1;
    return whole(reader.read(std::move(object)));
  }

  // Go tells results as parameters.
  std::optional<Dwarf_Die> first_result_of_go(Dwarf_Die& function) {
    for (DieChildren child(function); child; child.next()) {
      if (child.tag() == DW_TAG_formal_parameter && flag_of(*child, DW_AT_variable_parameter))
        return types_.type_of(*child);
    }
    return std::nullopt;
  }

  Error folded(const DwarfOwners::Owner& owner, VariableFault& fault_out) {
    Dwarf_Die described = owner.chain.scopes.front();
    fault_out.kind = VariableFault::Kind::Folded;
    const std::string mangled = linkage_name_of(described);
    fault_out.names = {looks_mangled(mangled) ? readable_name(mangled, NameForm::Call)
                                              : units_.qualified_name(described)};
    fault_out.message = fmt::format("the debug information is of {}", fault_out.names.front());
    return fault(fault_out.message);
  }

  // That the split unit of the code is not there, if so.
  std::optional<Error> no_split_unit(const DwarfUnit* unit) {
    if (!unit || unit->split_fault.empty()) return std::nullopt;
    return fault(
        fmt::format("the debug information of this code is in {}, but {}", split_name(unit->skeleton),
                    unit->split_fault),
        "keep the .dwo files of the build, or the .dwp file that was made of them, beside the program; "
        "or compile without -gsplit-dwarf");
  }

  Error no_alternate() { return fault(file_->alternate_fault(), "install the debug package that has it"); }

  Error no_function(uint64_t pc) {
    if (auto missing = no_split_unit(units_.at(file_->to_dwarf(pc)))) return *missing;
    if (!file_->alternate_fault().empty()) return no_alternate();
    return fault(fmt::format("the debug information of {} tells nothing of the code at 0x{:x}",
                             file_->file().path(), pc),
                 "compile that source with -g");
  }

  std::unique_ptr<DwarfFile> file_;
  DwarfUnits units_;
  DwarfTypes types_;
  DwarfScopes scopes_;
  DwarfFunctions functions_;
  DwarfOwners owners_;
  DwarfLines lines_;
};

}  // namespace

Result<std::unique_ptr<DebugInfo>> DebugInfo::open(const ElfFile& file, const std::string& debug_path) {
  TRY_ASSIGN(auto opened, DwarfFile::open(file, debug_path));
  return std::unique_ptr<DebugInfo>(std::make_unique<DwarfDebugInfo>(std::move(opened)));
}

}  // namespace uproar
