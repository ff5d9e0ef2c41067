#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sim/flow/steps/declaration.h"
#include "sim/language/distribution.h"
#include "sim/language/field.h"
#include "sim/language/quantity.h"

namespace spillway {

/// One state of a Markov-modulated Poisson process.
struct MmppState {
  Rate rate;
  Distribution lasts;

  static constexpr auto fields() {
    return std::tuple{
        Field{&MmppState::rate, "rate", "Arrivals a second while in this state", kAtLeastZero,
              Need::required},
        Field{&MmppState::lasts, "for", "How long the state lasts each time", kPositive,
              Need::required},
    };
  }
};

/// States of a Markov-modulated Poisson process by name; it starts in the first and goes round.
struct MmppParameters {
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
    return std::tuple{
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
  };
  std::shared_ptr<const Rows> rows;

  static constexpr auto fields() {
    return std::tuple{
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
    return std::tuple{
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
    return std::tuple{
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
    return std::tuple{
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
    return std::tuple{
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

/// A source of messages: a load, its profile over time, and what each message does.
struct ProducerParameters {
  LoadParameters load;
  std::vector<NamedProfileEntry> profile;
  Program does;

  static constexpr auto fields() {
    return std::tuple{
        Field{&ProducerParameters::load, "load", "When messages are born", kAtLeastZero,
              Need::required},
        Field{&ProducerParameters::profile, "profile",
              "Changes of the rate over time, by name; each is also a window for metrics"},
        Field{&ProducerParameters::does, "does", "What each message does", kAtLeastZero,
              Need::required},
    };
  }
};

}  // namespace spillway
