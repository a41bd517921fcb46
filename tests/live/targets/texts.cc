// Texts of every width, in objects and elsewhere.
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
struct Texts {
  std::string brief, lengthy, empty;
  std::u16string wide16;
  std::u32string wide32;
  std::wstring wide;
  std::u16string_view view;
  char16_t fixed[8];
  const char16_t* pointer;
  const wchar_t* wide_pointer;
  std::vector<std::string> list;
};
__attribute__((noinline)) size_t look(Texts* texts, const std::string& given, std::string owned) {
  asm volatile("" ::: "memory");
  return texts->brief.size() + given.size() + owned.size();
}
__attribute__((noinline)) std::string* lead(std::string* owned, std::string** twice, std::unique_ptr<std::string>& unique,
                                            const char** words, std::array<char, 4>& four) noexcept {
  asm volatile("" ::"r"(unique.get()), "r"(words), "r"(&four) : "memory");
  return owned ? *twice : nullptr;
}
int main() {
  Texts texts{"brief",
              "a text that is much too long to lie in the object itself",
              "",
              u"sixteen ☃ 😀",
              U"thirty-two ☃ 😀",
              L"wide ☃",
              u"seen from afar",
              u"fixed",
              u"pointed at",
              L"w☃",
              {"first", std::string(600, 'x')}};
  std::string* twice = &texts.lengthy;
  auto unique = std::make_unique<std::string>("unique");
  const char* words[] = {"word", nullptr};
  std::array<char, 4> four{'f', 'o', 'u', 'r'};
  if (lead(twice, &twice, unique, words, four) == nullptr) return 1;
  return look(&texts, texts.lengthy, "owned") == 0;
}
