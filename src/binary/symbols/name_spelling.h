// Names of C++ and Rust as demanglers print them and as people write them, made comparable. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace uproar {

// Letters, digits, '_' and whatever is no ASCII.
bool is_identifier_byte(char c);

// Without the blanks that a person may leave out or add, and with std::string and std::string_view for what
// they stand for.
void squeeze(std::string_view text, std::string& out);

// <app::Foo as Trait>::run and <app::Foo>::run of Rust are app::Foo::run; other names stay.
std::string without_self_brackets(std::string_view name);

// Without template arguments, [abi:…] and the brackets around a Rust implementation's type; <, << and ->
// of operators stay.
std::string without_template_arguments(std::string_view name);

// The last identifier outside of brackets: of an operator the one before it. A first '<' is not a template's:
// <app::Foo as Trait>::run.
std::string last_identifier(std::string_view name);

// Without what stands behind the parameters of a squeezed name: get()const&.
std::string_view without_qualifiers(std::string_view squeezed);

// Where the parameters of a text begin that ends in ')'; npos for others.
size_t start_of_parameters(std::string_view call);

}  // namespace uproar
