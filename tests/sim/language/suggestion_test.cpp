#include "sim/language/suggestion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace spillway {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("visibility", "visibility", 9), 0U);
  EXPECT_EQ(edit_distance("visibilty", "visibility", 9), 1U);
  EXPECT_EQ(edit_distance("visibliity", "visibility", 9), 1U) << "neighbours swapped";
  EXPECT_EQ(edit_distance("Visibility", "visibility", 9), 0U) << "capitals don't count";
  EXPECT_EQ(edit_distance("kitten", "sitting", 9), 3U);
  EXPECT_EQ(edit_distance("ca", "abc", 9), 3U) << "no part is edited twice";
  EXPECT_EQ(edit_distance("", "abc", 9), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting", 2), 3U) << "more than asked for";
}

TEST(Suggestions, AreNearOnly) {
  EXPECT_EQ(nearest("replication", {"duration", "replications"}), "replications");
  EXPECT_EQ(nearest("xyz", {"abc", "ab"}), "");
  EXPECT_EQ(nearest("at", {"by", "to"}), "") << "all of it replaced is no typing error";
  EXPECT_EQ(nearest("", {"a"}), "");
  EXPECT_EQ(nearest("hyperexponentail", {"exponential", "hyperexponential"}), "hyperexponential");
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), {"a"}), "") << "and at once";
  EXPECT_EQ(did_you_mean("wrok", {"wait", "work"}), "did you mean 'work'?");
  EXPECT_EQ(did_you_mean("banana", {"wait", "work"}), "");
}

TEST(Suggestions, AreTheFirstOfTheNearestWhateverTheyAreComparedBy) {
  // All words of up to four letters a, b, q: letters that stand for one another when counted, too.
  std::vector<std::string> words{""};
  for (std::size_t i = 0; words[i].size() < 4; ++i) {
    for (const char letter : {'a', 'b', 'q'}) words.push_back(words[i] + letter);
  }
  const std::vector<std::string_view> candidates(words.rbegin(), words.rend());
  for (const std::string word : {"qbba", "abab", "aqqb", "0bqa", "bq", "qqqqqqqqq"}) {
    std::string_view expected;
    std::size_t least = std::min(std::max<std::size_t>(2, word.size() / 3) + 1, word.size());
    for (const std::string_view candidate : candidates) {
      const std::size_t distance = edit_distance(word, candidate, 9);
      if (distance < least) {
        least = distance;
        expected = candidate;
      }
    }
    EXPECT_EQ(nearest(word, candidates), expected) << word;
  }
}

TEST(Lists, EndWithOr) {
  EXPECT_EQ(one_of({}), "");
  EXPECT_EQ(one_of({"a"}), "a");
  EXPECT_EQ(one_of({"a", "b", "c"}), "a, b or c");
  EXPECT_EQ(one_of({"a", "b", "c"}, 2), "a, b, …");
}

}  // namespace
}  // namespace spillway
