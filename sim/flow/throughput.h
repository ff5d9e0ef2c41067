#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sim/flow/rate_limit.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"

// How much a queue, or a partition of a log, takes in a second.

namespace spillway {

/// `throughput: {messages: 300/s, bytes: 1MB}`.
struct ThroughputParameters {
  std::optional<Rate> messages;
  std::optional<Size> bytes;

  static constexpr auto fields() {
    using T = ThroughputParameters;
    return Pack{
        Field{&T::messages, "messages",
              "So many may come in the long run, and as many as in a second at once after a pause",
              Bounds{1e-6, 1e9}},
        Field{&T::bytes, "bytes",
              "So many bytes of them may come each second, in the same way; a larger message never "
              "does",
              Bounds{1, 1e12}},
    };
  }
};

/// Lets messages in by token buckets that hold a second's worth: of messages, of bytes, or of both.
///
/// Cost: O(1).
class Throughput {
 public:
  explicit Throughput(const ThroughputParameters& says) {
    if (says.messages) {
      const double rate = says.messages->per_second;
      messages_ =
          RateLimit::bucket(rate, std::max<std::int64_t>(1, static_cast<std::int64_t>(rate)));
    }
    if (says.bytes) {
      bytes_ = RateLimit::bucket(static_cast<double>(says.bytes->bytes), says.bytes->bytes);
    }
  }

  /// The buckets are full.
  void restart() {
    if (messages_) messages_->restart();
    if (bytes_) bytes_->restart();
  }

  /// Whether so many messages, of that size in all, may come now, as one; they then count.
  bool admits(std::int64_t size, Time now, std::int64_t messages = 1) {
    if (messages_ && !messages_->holds(messages, now)) return false;
    if (bytes_ && size > 0 && !bytes_->holds(size, now)) return false;
    if (messages_) messages_->take(messages, now);
    if (bytes_ && size > 0) bytes_->take(size, now);
    return true;
  }

 private:
  std::optional<RateLimit> messages_;
  std::optional<RateLimit> bytes_;
};

}  // namespace spillway
