#include <array>
#include <string>
#include <utility>

#include "sim/language/quantity_text.h"

namespace spillway {
namespace {

/// The shortest of a price's spellings that read back as it.
template <class Price, std::size_t N, class Read>
std::string shortest(Price price, double base,
                     const std::array<std::pair<std::string_view, double>, N>& units, Read&& read) {
  std::string best;
  for (const auto& [unit, times] : units) {
    std::string text = "$" + print_number(base * times) + std::string(unit);
    const auto back = read(text);
    if (back && *back == price && (best.empty() || text.size() < best.size())) {
      best = std::move(text);
    }
  }
  return best;
}

}  // namespace

std::string print(Money money) { return "$" + print_number(money.dollars); }

std::string print(UnitPrice price) {
  constexpr std::array<std::pair<std::string_view, double>, 3> kUnits{
      {{"", 1}, {"/1k", 1e3}, {"/1M", 1e6}}};
  return shortest(price, price.dollars, kUnits, read_unit_price);
}

std::string print(RentalPrice price) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits{
      {{"/h", 3600}, {"/d", 86400}, {"/min", 60}, {"/s", 1}}};
  return shortest(price, price.dollars_per_second, kUnits, read_rental_price);
}

std::string print(StoragePrice price) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits{
      {{"/GB/30d", 1e9 * 30 * 86400},
       {"/GiB/30d", 1073741824.0 * 30 * 86400},
       {"/GB/h", 1e9 * 3600},
       {"/B/s", 1}}};
  return shortest(price, price.dollars_per_byte_second, kUnits, read_storage_price);
}

}  // namespace spillway
