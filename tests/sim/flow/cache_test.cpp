#include "sim/flow/cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

#include "sim/kernel/mrg32k3a.h"

namespace spillway {
namespace {

TEST(Caches, ForgetWhatWasUsedLeastRecently) {
  Cache cache(2);
  cache.put(1, 0, kNever);
  cache.put(2, 1, kNever);
  EXPECT_TRUE(cache.find(1, 2, 0));
  cache.put(3, 3, kNever);
  EXPECT_FALSE(cache.find(2, 4, 0));
  EXPECT_TRUE(cache.find(1, 5, 0));
  EXPECT_TRUE(cache.find(3, 6, 0));
  EXPECT_EQ(cache.size(), 2u);
}

TEST(Caches, KeepAKeyUntilItsTimeIsOver) {
  Cache cache;
  cache.put(7, 10, 20);
  EXPECT_TRUE(cache.find(7, 19, 0));
  EXPECT_FALSE(cache.find(7, 20, 0)) << "at that instant it is over";
  EXPECT_EQ(cache.size(), 0u);
  cache.put(7, 30, 40);
  cache.put(7, 35, 50);
  EXPECT_TRUE(cache.find(7, 45, 0)) << "put there anew";
}

TEST(Caches, LoseEverythingAtOnce) {
  Cache cache(3);
  for (std::uint32_t key = 0; key < 5; ++key) cache.put(key, key, kNever);
  cache.clear(5);
  EXPECT_EQ(cache.size(), 0u);
  for (std::uint32_t key = 0; key < 5; ++key) EXPECT_FALSE(cache.find(key, 6, 0));
  cache.put(4, 7, kNever);
  EXPECT_TRUE(cache.find(4, 8, 0));
}

/// The same by a list that is searched.
class ListedCache {
 public:
  explicit ListedCache(std::size_t capacity) : capacity_(capacity) {}
  bool find(std::uint32_t key, Time now) {
    const auto at = std::ranges::find(used_, key);
    if (at == used_.end()) return false;
    used_.erase(at);
    if (expires_[key] <= now) return false;
    used_.push_back(key);
    return true;
  }
  void put(std::uint32_t key, Time expires) {
    const auto at = std::ranges::find(used_, key);
    if (at != used_.end()) {
      used_.erase(at);
    } else if (used_.size() == capacity_) {
      used_.pop_front();
    }
    used_.push_back(key);
    expires_[key] = expires;
  }
  std::size_t size() const { return used_.size(); }

 private:
  std::size_t capacity_;
  std::deque<std::uint32_t> used_;  // least recently first
  std::map<std::uint32_t, Time> expires_;
};

TEST(Caches, DoAsAListThatIsSearched) {
  Mrg32k3a random;
  for (const std::uint32_t capacity : {1u, 2u, 7u, 30u}) {
    Cache cache(capacity);
    ListedCache list(capacity);
    for (Time now = 0; now < 20'000; ++now) {
      const auto key = static_cast<std::uint32_t>(random.next() * 40);
      const bool found = cache.find(key, now, 0);
      ASSERT_EQ(found, list.find(key, now)) << now;
      if (!found && random.next() < 0.7) {
        const Time expires = now + 1 + static_cast<Time>(random.next() * 300);
        cache.put(key, now, expires);
        list.put(key, expires);
      }
      ASSERT_EQ(cache.size(), list.size());
    }
  }
}

}  // namespace
}  // namespace spillway
