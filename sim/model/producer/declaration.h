#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/flow/steps/declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/pack.h"
#include "sim/language/quantity.h"
#include "sim/language/zone_name.h"

namespace spillway {

/// One state of a Markov-modulated Poisson process.
struct MmppState {
  Rate rate;
  Distribution lasts;

  static constexpr auto fields() {
    return Pack{
        Field{&MmppState::rate, "rate", "Arrivals a second while in this state", kAtLeastZero,
              Need::required},
        Field{&MmppState::lasts, "for", "How long the state lasts each time", kPositive,
              Need::required},
    };
  }
};

/// States of a Markov-modulated Poisson process by name; it starts in the first and goes round.
struct MmppParameters {
  /// In one run: more take too long, and mean states of no length worth simulating.
  static constexpr std::uint64_t kMostChanges = 100'000'000;

  struct Named {
    std::string name;
    MmppState state;
  };
  std::vector<Named> states;
};

/// A closed load: each user waits for the answer, thinks, and asks again.
struct UsersParameters {
  Count count = 1;
  Distribution think;

  static constexpr auto fields() {
    return Pack{
        Field{&UsersParameters::count, "count", "How many users there are", Bounds{1, 1e7},
              Need::required},
        Field{&UsersParameters::think, "think",
              "Time between an answer and the user's next request; each user starts with one",
              kAtLeastZero, Need::required},
    };
  }
};

/// Recorded arrivals, replayed. The rows are read when the scenario is loaded.
struct TraceParameters {
  std::string file;
  std::string at;
  std::string unit;
  /// Columns for the handlers: name in the scenario, name in the file.
  std::vector<std::pair<std::string, std::string>> columns;

  /// The rows: arrival times in ns, in order; and each named column's numbers as written.
  struct Rows {
    std::vector<std::int64_t> at;
    std::vector<std::pair<std::string, std::shared_ptr<const std::vector<double>>>> columns;
    /// Of columns whose first cell is no number: their words; the column holds places in these.
    std::map<std::string, std::vector<std::string>> words;
  };
  std::shared_ptr<const Rows> rows;

  static constexpr auto fields() {
    return Pack{
        Field{&TraceParameters::file, "file",
              "A .csv or .csv.gz file beside the scenario, with a header line", kAtLeastZero,
              Need::required},
        Field{&TraceParameters::at, "at", "The column that holds the arrival times", kAtLeastZero,
              Need::required},
        Field{&TraceParameters::unit, "unit", "The unit of the arrival times: ns, us, ms, s",
              kAtLeastZero, Need::required},
        Field{&TraceParameters::columns, "columns",
              "Further columns that handlers use: name here: name in the file"},
    };
  }
};

/// When messages are born: exactly one kind of load.
struct LoadParameters {
  std::optional<Rate> poisson;
  std::optional<Rate> constant;
  std::optional<Distribution> renewal;
  std::optional<MmppParameters> mmpp;
  std::optional<UsersParameters> users;
  std::optional<TraceParameters> trace;
  std::optional<Duration> start;

  static constexpr std::array<std::string_view, 6> exactly_one{"poisson", "constant", "renewal",
                                                               "mmpp",    "users",    "trace"};
  static constexpr auto fields() {
    return Pack{
        Field{&LoadParameters::poisson, "poisson", "Poisson arrivals at this rate", kAtLeastZero},
        Field{&LoadParameters::constant, "constant", "Arrivals at equal intervals", kAtLeastZero},
        Field{&LoadParameters::renewal, "renewal", "Independent intervals from a distribution",
              kPositive},
        Field{&LoadParameters::mmpp, "mmpp",
              "Poisson arrivals whose rate changes with a hidden state, by name: {rate, for}"},
        Field{&LoadParameters::users, "users", "A closed load of users who think and ask"},
        Field{&LoadParameters::trace, "trace", "Recorded arrivals, replayed"},
        Field{&LoadParameters::start, "start",
              "First arrival of a constant or renewal load; default: after one interval"},
    };
  }
};

/// A lasting change of the rate: from `from` on it moves to its new value over `over` and stays.
struct RampParameters {
  Duration from;
  Duration over;
  std::optional<Factor> times;
  std::optional<Rate> rate;

  static constexpr std::array<std::string_view, 2> exactly_one{"times", "rate"};
  static constexpr auto fields() {
    return Pack{
        Field{&RampParameters::from, "from", "When the change begins", kAtLeastZero,
              Need::required},
        Field{&RampParameters::over, "over", "How long the change takes",
              Bounds{.most = kLongestRun}},
        Field{&RampParameters::times, "times", "Multiplies the rate by this", kAtLeastZero},
        Field{&RampParameters::rate, "rate", "Sets the rate to this", kAtLeastZero},
    };
  }
};

/// A passing change of the rate: from `at` for `for`; with `ramp` it rises within the first `ramp`
/// of it and falls for as long after its end.
struct SpikeParameters {
  Duration at;
  Duration lasts;
  std::optional<Factor> times;
  std::optional<Rate> rate;
  Duration ramp;

  static constexpr std::array<std::string_view, 2> exactly_one{"times", "rate"};
  static constexpr auto fields() {
    return Pack{
        Field{&SpikeParameters::at, "at", "When the spike begins", kAtLeastZero, Need::required},
        Field{&SpikeParameters::lasts, "for", "How long it lasts", kPositive, Need::required},
        Field{&SpikeParameters::times, "times", "Multiplies the rate by this", kAtLeastZero},
        Field{&SpikeParameters::rate, "rate", "Sets the rate to this", kAtLeastZero},
        Field{&SpikeParameters::ramp, "ramp", "How long rising takes, and falling after its end"},
    };
  }
};

/// One entry of a profile: exactly one kind.
struct ProfileEntry {
  std::optional<RampParameters> ramp;
  std::optional<SpikeParameters> spike;

  static constexpr std::array<std::string_view, 2> exactly_one{"ramp", "spike"};
  static constexpr auto fields() {
    return Pack{
        Field{&ProfileEntry::ramp, "ramp", "A lasting change of the rate"},
        Field{&ProfileEntry::spike, "spike", "A passing change of the rate"},
    };
  }
};

struct NamedProfileEntry {
  std::string name;
  Location at;
  ProfileEntry entry;
};

/// Names of types with their shares, `{placed: 80%, cancelled: 20%}`, or `{column: kind}` of the
/// trace: a column of words.
struct TypeShares {
  std::vector<std::pair<std::string, Share>> shares;  ///< they add up to 1
  std::string column;
  Location at;
};

/// Keys of which the first ones are the most popular. They count from 0.
struct ZipfParameters {
  Count keys = 1;
  Factor exponent;

  static constexpr auto fields() {
    return Pack{
        Field{&ZipfParameters::keys, "keys", "How many keys there are", Bounds{1, 1e6},
              Need::required},
        Field{&ZipfParameters::exponent, "exponent",
              "Key k of 1, 2, 3 … is drawn in proportion to k^-exponent; 0: each as often",
              Bounds{0, 100}, Need::required},
    };
  }
};

/// What a message is about: exactly one way of drawing its key.
struct KeyParameters {
  std::optional<ZipfParameters> zipf;
  std::optional<Count> uniform;
  std::optional<std::string> column;
  Location at;  ///< of the column

  static constexpr std::array<std::string_view, 3> exactly_one{"zipf", "uniform", "column"};
  static constexpr auto fields() {
    return Pack{
        Field{&KeyParameters::zipf, "zipf", "Some keys are more popular than others"},
        Field{&KeyParameters::uniform, "uniform", "So many keys, each drawn as often",
              Bounds{1, 1e9}},
        Field{&KeyParameters::column, "column",
              "The column of the trace that holds the keys: whole numbers, or words"},
    };
  }
};

/// What messages say of themselves: attributes of the message that is born, which all that is sent
/// for it has too.
struct MessageParameters {
  std::optional<TypeShares> type;
  std::optional<KeyParameters> key;
  std::optional<SizeDistribution> size;
  std::optional<Distribution> ttl;

  static constexpr auto fields() {
    return Pack{
        Field{&MessageParameters::type, "type",
              "Types with their shares, or {column: NAME} of the trace; subscriptions filter by "
              "them"},
        Field{&MessageParameters::key, "key", "What the message is about: a record, a customer"},
        Field{&MessageParameters::size, "size", "How large it is; default: no size"},
        Field{&MessageParameters::ttl, "ttl",
              "A message that still waits in a queue so long after it was sent there expires; "
              "default: never"},
    };
  }
};

/// A source of messages: a load, its profile over time, and what each message does.
struct ProducerParameters {
  LoadParameters load;
  std::vector<NamedProfileEntry> profile;
  std::optional<MessageParameters> message;
  Program does;
  std::optional<ZoneName> zone;

  static constexpr auto fields() {
    return Pack{
        Field{&ProducerParameters::load, "load", "When messages are born", kAtLeastZero,
              Need::required},
        Field{&ProducerParameters::profile, "profile",
              "Changes of the rate over time, by name; each is also a window for metrics"},
        Field{&ProducerParameters::message, "message",
              "Type, key, size and time to live of its messages"},
        Field{&ProducerParameters::does, "does", "What each message does", kAtLeastZero,
              Need::required},
        Field{&ProducerParameters::zone, "zone",
              "The zone that it is in: see `zones`, and faults of a zone"},
    };
  }
};

}  // namespace spillway
