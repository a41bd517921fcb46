// Errors as values. Everything that can fail returns Result<T>; no exception crosses a folder.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace uproar {

// What went wrong, in words for the person who runs the tool.
struct Error {
  std::string message;  // the cause, one line, no full stop, no "error:" prefix
  std::string excerpt;  // the user's own text with the place underlined (two lines), or empty
  std::string remedy;   // what to do or type instead, one line, or empty
  int sys_errno = 0;    // errno where a system call said no, else 0
};

// "error: MESSAGE\n  EXCERPT\n  help: REMEDY\n", each part only if it is there.
std::string render(const Error& error);

// "CONTEXT: strerror(errno_value)" with sys_errno set.
Error system_error(std::string context, int errno_value, std::string remedy = {});

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // The value; asking a failed result for it is a broken invariant and ends the program.
  T& value() & { return require(), std::get<0>(state_); }
  const T& value() const& { return require(), std::get<0>(state_); }
  T&& value() && { return require(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return std::get<1>(state_); }
  Error& error() { return std::get<1>(state_); }

 private:
  void require() const {
    if (!ok()) std::abort();
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return std::get<1>(state_); }
  Error& error() { return std::get<1>(state_); }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace uproar

#define UPROAR_CONCAT_(a, b) a##b
#define UPROAR_CONCAT(a, b) UPROAR_CONCAT_(a, b)

// TRY(expression): returns the error of a Result<void> (or of any Result whose value is not needed).
#define TRY(expression)                                           \
  do {                                                            \
    auto try_result_ = (expression);                              \
    if (!try_result_.ok()) return std::move(try_result_.error()); \
  } while (false)

// TRY_ASSIGN(auto x, expression): x becomes the value, or the enclosing function returns the error.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_(UPROAR_CONCAT(try_assign_, __LINE__), declaration, expression)
#define TRY_ASSIGN_(result, declaration, expression)  \
  auto result = (expression);                         \
  if (!result.ok()) return std::move(result.error()); \
  declaration = std::move(result).value()

// CHECK(condition): a broken invariant of our own code, never a user's mistake.
#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) ::uproar::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

namespace uproar {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace uproar
