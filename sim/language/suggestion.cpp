#include "sim/language/suggestion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace spillway {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::size_t kLongestWord = 80;

/// How often each letter stands in a word of at most kLongestWord; some share a place.
using Letters = std::array<std::uint8_t, 64>;

Letters letters_of(std::string_view word) {
  Letters letters{};
  for (const char c : word) ++letters[static_cast<unsigned char>(lower(c)) % letters.size()];
  return letters;
}

/// Edits that letters alone ask for, whatever their order: never more than edit_distance(), and
/// much cheaper.
std::size_t least_edits(const Letters& a, const Letters& b) {
  std::size_t missing = 0, surplus = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    missing += static_cast<std::size_t>(a[i] > b[i] ? a[i] - b[i] : 0);
    surplus += static_cast<std::size_t>(b[i] > a[i] ? b[i] - a[i] : 0);
  }
  return std::max(missing, surplus);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most) return most + 1;
  // Only cells within `most` of the diagonal can matter; the others count as too far.
  const std::size_t far = most + 1;
  std::vector<std::size_t> before(b.size() + 1, far), previous(b.size() + 1, far);
  for (std::size_t j = 0; j <= std::min(b.size(), most); ++j) previous[j] = j;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::fill(row.begin(), row.end(), far);
    if (i <= most) row[0] = i;
    std::size_t least = row[0];
    const std::size_t first = i > most ? i - most : 1;
    for (std::size_t j = first; j <= std::min(b.size(), i + most); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > most) return far;
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return std::min(previous[b.size()], far);
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return {};
  const Letters letters = letters_of(word);
  std::string_view best;
  // Only a candidate below the least so far is of interest.
  std::size_t least = std::min(std::max<std::size_t>(2, word.size() / 3) + 1, word.size());
  for (const std::string_view candidate : candidates) {
    const std::size_t shorter = std::min(word.size(), candidate.size());
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer > kLongestWord || longer - shorter >= least) continue;
    if (least_edits(letters, letters_of(candidate)) >= least) continue;
    const std::size_t distance = edit_distance(word, candidate, least - 1);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
    if (least == 0) break;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view found = nearest(word, candidates);
  return found.empty() ? std::string() : fmt::format("did you mean '{}'?", found);
}

std::string one_of(const std::vector<std::string_view>& words, std::size_t most) {
  std::string out;
  const std::size_t n = std::min(words.size(), most);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return words.size() > n ? fmt::format("{}, …", out) : out;
}

}  // namespace spillway
