#include "sim/language/pack.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace spillway {
namespace {

std::string written(const auto& pack) {
  std::string out;
  pack.apply([&](const auto&... value) {
    ((out += std::is_same_v<std::remove_cvref_t<decltype(value)>, int> ? 'i' : 'v'), ...);
  });
  return out;
}

TEST(Packs, KeepTheirValuesInOrder) {
  constexpr Pack pack{1, std::string_view("two"), 3, 3};
  static_assert(decltype(pack)::size == 4);
  static_assert(pack.apply([](int a, std::string_view b, int c, int d) {
    return a == 1 && b == "two" && c == 3 && d == 3;
  }));
  EXPECT_EQ(written(pack), "ivii");
}

TEST(Packs, MayBeEmpty) {
  static_assert(decltype(Pack{})::size == 0);
  EXPECT_EQ(Pack{}.apply([](const auto&... value) { return sizeof...(value); }), 0U);
}

TEST(Packs, AreJoinedOneAfterTheOther) {
  constexpr auto all = joined(Pack{1}, Pack{}, Pack{std::string_view("b"), 2}, Pack{3});
  static_assert(std::is_same_v<decltype(all), const Pack<int, std::string_view, int, int>>);
  EXPECT_EQ(all.apply([](int a, std::string_view b, int c, int d) {
    return std::to_string(a) + std::string(b) + std::to_string(c) + std::to_string(d);
  }),
            "1b23");
}

TEST(Packs, CopyWhatTheyAreGiven) {
  const auto shared = std::make_shared<int>(7);
  const Pack pack{shared, shared};
  EXPECT_EQ(shared.use_count(), 3);
  EXPECT_EQ(joined(pack, pack).size, 4U);
  EXPECT_EQ(shared.use_count(), 3);
}

}  // namespace
}  // namespace spillway
