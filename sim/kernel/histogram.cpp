#include "sim/kernel/histogram.h"

#include "sim/kernel/line.h"

namespace spillway {

namespace {

/// An unsigned integer of 256 bits, least significant word first: just enough for a variance.
struct Uint256 {
  std::array<std::uint64_t, 4> words{};

  double to_double() const {
    double value = 0;
    for (std::size_t i = words.size(); i-- > 0;) {
      value = value * 0x1p64 + static_cast<double>(words[i]);
    }
    return value;
  }
};

/// a * b for a of 192 bits.
Uint256 product(const Histogram::Squares& a, std::uint64_t b) {
  const std::array<std::uint64_t, 3> digits{static_cast<std::uint64_t>(a.low),
                                            static_cast<std::uint64_t>(a.low >> 64), a.high};
  Uint256 result;
  Uint128 carry = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    carry += Uint128{digits[i]} * b;
    result.words[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64;
  }
  result.words[3] = static_cast<std::uint64_t>(carry);
  return result;
}

Uint256 square(Uint128 a) {
  const auto low = static_cast<std::uint64_t>(a);
  const auto high = static_cast<std::uint64_t>(a >> 64);
  const Uint128 low_low = Uint128{low} * low;
  const Uint128 low_high = Uint128{low} * high;
  const Uint128 high_high = Uint128{high} * high;
  Uint256 result;
  result.words[0] = static_cast<std::uint64_t>(low_low);
  // low_high counts twice: added one after the other, as twice it may need a bit more.
  Uint128 carry = (low_low >> 64) + static_cast<std::uint64_t>(low_high);
  carry += static_cast<std::uint64_t>(low_high);
  result.words[1] = static_cast<std::uint64_t>(carry);
  carry = (carry >> 64) + (low_high >> 64) + (low_high >> 64);
  carry += static_cast<std::uint64_t>(high_high);
  result.words[2] = static_cast<std::uint64_t>(carry);
  result.words[3] = static_cast<std::uint64_t>((carry >> 64) + (high_high >> 64));
  return result;
}

/// a - b for a >= b.
Uint256 difference(const Uint256& a, const Uint256& b) {
  Uint256 result;
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    const Uint128 part = Uint128{a.words[i]} - b.words[i] - borrow;
    result.words[i] = static_cast<std::uint64_t>(part);
    borrow = static_cast<std::uint64_t>(part >> 64) & 1;
  }
  return result;
}

/// The rank of the p-quantile among n: ceil(p n), at least 1, at most n.
///
/// p n is rounded, so a whole number may come out a little above itself (0.07 * 100); the slack of
/// four units in the last place takes that back.
std::uint64_t rank_of(double p, std::uint64_t n) {
  assert(p >= 0 && p <= 1);
  const double exact = p * static_cast<double>(n) * (1 - 4 * 0x1p-53);
  if (exact >= static_cast<double>(n) || exact >= 0x1p64) return n;
  auto rank = static_cast<std::uint64_t>(exact);
  if (static_cast<double>(rank) < exact) ++rank;
  return std::clamp<std::uint64_t>(rank, 1, n);
}

}  // namespace

Histogram& Histogram::operator=(const Histogram& other) {
  if (this != &other) {
    clear();
    merge(other);
  }
  return *this;
}

void Histogram::record(std::int64_t value, std::uint64_t weight) {
  if (weight == 0) return;
  const auto [page, bucket] = buckets::place_of(value);
  if (low_[page] == nullptr) [[unlikely]]
    add_page(page);
  add_count(page, bucket, weight);
  const auto size = static_cast<std::uint64_t>(value);
  assert(count_ + weight > count_ && "total weight stays below 2^64");
  count_ += weight;
  sum_ += Uint128{size} * weight;
  // size^2 * weight, in two halves of at most 128 bits.
  const Uint128 squared = Uint128{size} * size;
  const Uint128 low = Uint128{static_cast<std::uint64_t>(squared)} * weight;
  const Uint128 high = Uint128{static_cast<std::uint64_t>(squared >> 64)} * weight;
  add_square(low, 0);
  add_square(high << 64, static_cast<std::uint64_t>(high >> 64));
  widen(value, weight);
}

void Histogram::record_all(std::span<const std::int64_t> values) {
  if (values.size() == kDigestLength) [[likely]] {
    Digest digest;
    if (line_kernels().digest(values.data(), digest)) [[likely]]
      return record_digest(digest, values);
  }
  for (const std::int64_t value : values) record(value);
}

void Histogram::record_digest(const Digest& digest, std::span<const std::int64_t> values) {
  for (std::uint64_t missing = digest.pages & ~present_; missing != 0; missing &= missing - 1) {
    add_page(static_cast<std::size_t>(std::countr_zero(missing)));
  }
  // As long as all counts together fit into 32 bits, none of them overflows.
  if (count_ < std::numeric_limits<std::uint32_t>::max() - kDigestLength) [[likely]] {
    // Where one bucket gets several values, a processor waits with each count for the one before,
    // and so for memory, one after the other: all are fetched first.
    for (const std::uint64_t number : digest.buckets) {
      __builtin_prefetch(&(*low_[number / kBuckets])[number % kBuckets], 1);
    }
    for (const std::uint64_t number : digest.buckets) {
      ++(*low_[number / kBuckets])[number % kBuckets];
    }
  } else {
    for (const std::uint64_t number : digest.buckets) {
      add_count(number / kBuckets, number % kBuckets, 1);
    }
  }
  count_ += kDigestLength;
  sum_ += digest.sum;
  add_square(digest.squares, 0);
  if (digest.least <= min_ || digest.most >= max_) [[unlikely]] {
    for (const std::int64_t value : values) widen(value, 1);
  }
}

[[gnu::noinline]] void Histogram::add_page(std::size_t page) {
  low_[page] = std::make_unique<Counts>();
  present_ |= std::uint64_t{1} << page;
}

[[gnu::noinline]] void Histogram::carry(std::size_t page, std::size_t bucket, std::uint32_t count) {
  if (high_[page] == nullptr) high_[page] = std::make_unique<Counts>();
  (*high_[page])[bucket] += count;
}

void Histogram::add_count(std::size_t page, std::size_t bucket, std::uint64_t count) {
  std::uint32_t& low = (*low_[page])[bucket];
  const std::uint64_t total = low + (count & 0xffffffff);
  low = static_cast<std::uint32_t>(total);
  const auto high = static_cast<std::uint32_t>((count >> 32) + (total >> 32));
  if (high != 0) carry(page, bucket, high);
}

double Histogram::mean() const {
  return empty() ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

double Histogram::variance() const {
  if (count_ < 2) return 0;
  const Uint256 numerator = difference(product(squares_, count_), square(sum_));
  return numerator.to_double() / static_cast<double>(count_) / static_cast<double>(count_ - 1);
}

Histogram::Inner Histogram::inner(std::size_t page, std::size_t bucket) const {
  Inner result{buckets::lowest(page, bucket), buckets::highest(page, bucket),
               count_at(page, bucket)};
  if (result.low <= min_ && min_ <= result.high) {
    result.count -= at_min_;
    result.low = min_ + 1;
  }
  if (result.low <= max_ && max_ <= result.high) {
    result.count -= at_max_;
    result.high = max_ - 1;
  }
  return result;
}

double Histogram::value_at(std::uint64_t rank) const {
  if (rank <= at_min_) return static_cast<double>(min_);
  if (rank > count_ - at_max_) return static_cast<double>(max_);
  const std::size_t page_of_min = buckets::place_of(min_).page;
  const std::size_t page_of_max = buckets::place_of(max_).page;
  const auto inner_count = [&](std::size_t page) {
    std::uint64_t count = 0;
    for (const std::uint32_t low : *low_[page]) count += low;
    if (high_[page] != nullptr) {
      for (const std::uint32_t high : *high_[page]) count += std::uint64_t{high} << 32;
    }
    return count - (page == page_of_min ? at_min_ : 0) - (page == page_of_max ? at_max_ : 0);
  };
  std::uint64_t left = rank - at_min_;
  for (std::size_t page = 0; page < kPages; ++page) {
    if (low_[page] == nullptr) continue;
    // Whole pages are passed over at once.
    if (const std::uint64_t count = inner_count(page); count < left) {
      left -= count;
      continue;
    }
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      const Inner in = inner(page, bucket);
      if (in.count < left) {
        left -= in.count;
        continue;
      }
      // The k-th of m values evenly spread over a span lies at (k - 1/2) / m of it.
      const double share = (static_cast<double>(left) - 0.5) / static_cast<double>(in.count);
      return static_cast<double>(in.low) + static_cast<double>(in.high - in.low) * share;
    }
  }
  assert(false && "the buckets hold as many values as were counted");
  return static_cast<double>(max_);
}

double Histogram::quantile(double p) const { return empty() ? 0 : value_at(rank_of(p, count_)); }

double Histogram::quantile_with_failures(double p, std::uint64_t failures) const {
  const std::uint64_t total = count_ + failures;
  if (total == 0) return 0;
  const std::uint64_t rank = rank_of(p, total);
  return rank > count_ ? std::numeric_limits<double>::infinity() : value_at(rank);
}

double Histogram::fraction_at_most(std::int64_t value) const {
  if (empty() || value < min_) return 0;
  if (value >= max_) return 1;
  const auto [last, split] = buckets::place_of(value);
  std::uint64_t below = at_min_;
  for (std::size_t page = 0; page <= last; ++page) {
    if (low_[page] == nullptr) continue;
    const std::size_t end = page == last ? split : kBuckets;
    for (std::size_t bucket = 0; bucket < end; ++bucket) below += inner(page, bucket).count;
  }
  double inside = 0;
  if (low_[last] != nullptr) {
    const Inner in = inner(last, split);
    if (in.count != 0) {
      inside = static_cast<double>(in.count) * static_cast<double>(value - in.low + 1) /
               static_cast<double>(in.high - in.low + 1);
    }
  }
  return (static_cast<double>(below) + inside) / static_cast<double>(count_);
}

void Histogram::merge(const Histogram& other) {
  if (other.empty()) return;
  // As long as all counts together fit into 32 bits, none of them overflows.
  const bool fits = count_ + other.count_ <= std::numeric_limits<std::uint32_t>::max();
  for (std::size_t page = 0; page < kPages; ++page) {
    if (other.low_[page] == nullptr) continue;
    if (low_[page] == nullptr) add_page(page);
    if (fits) [[likely]] {
      Counts& counts = *low_[page];
      const Counts& more = *other.low_[page];
      for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) counts[bucket] += more[bucket];
      continue;
    }
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      add_count(page, bucket, other.count_at(page, bucket));
    }
  }
  assert(count_ + other.count_ >= count_ && "total weight stays below 2^64");
  count_ += other.count_;
  sum_ += other.sum_;
  const Squares squares = other.squares_;
  add_square(squares.low, squares.high);
  // By value: another may be this one.
  const std::int64_t min = other.min_, max = other.max_;
  const std::uint64_t at_min = other.at_min_, at_max = other.at_max_;
  widen(min, at_min);
  if (max != min) widen(max, at_max);
}

void Histogram::clear() {
  for (std::size_t page = 0; page < kPages; ++page) {
    if (low_[page] != nullptr) low_[page]->fill(0);
    if (high_[page] != nullptr) high_[page]->fill(0);
  }
  count_ = 0;
  sum_ = 0;
  squares_ = {};
  min_ = std::numeric_limits<std::int64_t>::max();
  max_ = 0;
  at_min_ = 0;
  at_max_ = 0;
}

bool operator==(const Histogram& a, const Histogram& b) {
  if (a.count_ != b.count_ || a.sum_ != b.sum_ || a.squares_ != b.squares_ || a.min_ != b.min_ ||
      a.max_ != b.max_) {
    return false;
  }
  for (std::size_t page = 0; page < Histogram::kPages; ++page) {
    for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
      const auto count = [&](const Histogram& h) {
        return h.low_[page] == nullptr ? 0 : h.count_at(page, bucket);
      };
      if (count(a) != count(b)) return false;
    }
  }
  return true;
}

}  // namespace spillway
