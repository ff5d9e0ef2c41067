#include "sim/model/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/sim/flow/bench.h"

namespace spillway {
namespace {

using testing::ElementsAre;

constexpr Address kProducer = component_address(0, 0);
constexpr Address kUsers = component_address(0, 1);
constexpr Address kSource = component_address(4, 0);
constexpr Address kModel = component_address(4, 1);

/// A source and, where asked for, a projection of it. Requests are made by hand: each names the key
/// that it is about.
class Stores : public testing::Test {
 protected:
  Stores() : edge_(bench_.edge()) {
    wiring_.address = kSource;
    wiring_.history = std::make_shared<History>();
  }

  void open_single() { open(StoreKind::single); }
  void open_leader(std::initializer_list<Time> lags, Replication replication) {
    std::vector<Store::FollowerSites> followers;
    for (const Time lag : lags) followers.push_back({bench_.site(lag), {}});
    open_leader(std::move(followers), replication);
  }
  void open_leader(std::vector<Store::FollowerSites> followers, Replication replication) {
    wiring_.copies = wiring_.history->add_copies(static_cast<std::uint32_t>(followers.size()));
    wiring_.followers = std::move(followers);
    wiring_.replication = replication;
    wiring_.follower_read = bench_.site(Variate::unit());
    open(StoreKind::leader);
  }
  void open_projection() {
    Store::Wiring shows;
    shows.address = kModel;
    shows.kind = StoreKind::projection;
    shows.history = wiring_.history;
    shows.copies = wiring_.history->add_copies(1);
    shows.apply_time = apply_time_;
    wiring_.history->keep_writers();
    model_.emplace(std::move(shows));
    bench_.begin(*model_);
    open(StoreKind::single);
  }
  void keep_sessions() { wiring_.history->keep_sessions({0, 10}); }

  /// The exchange of a step that asks this.
  std::uint32_t asks(Operation operation, Access::Key whose, std::uint32_t number = 0,
                     bool strong = false) {
    Exchange exchange;
    exchange.access = static_cast<std::uint32_t>(bench_.context.accesses.size());
    bench_.context.accesses.push_back({operation, whose, strong, number});
    bench_.context.exchanges.push_back(exchange);
    return static_cast<std::uint32_t>(bench_.context.exchanges.size() - 1);
  }
  /// A message at its producer, which lives until it is said to be done.
  Handle message(Address producer = kProducer) { return bench_.root(producer, born_++); }
  void done(Handle root) { bench_.context.messages.give(root); }

  Handle ask(Store& store, Handle root, std::uint32_t exchange) {
    const Handle request = bench_.request(root, kProducer, edge_);
    bench_.context.messages[request].pc = exchange;
    bench_.tell<Offer>(store, request);
    return request;
  }
  /// Takes the answers in, and lets the requests go. Returns when each came.
  std::vector<Time> answers() {
    std::vector<Time> at;
    for (const Bench::Said& said : bench_.said) {
      EXPECT_EQ(said.next.target, say<Reply>(kProducer));
      EXPECT_EQ(bench_.context.messages[said.next.payload].outcome, Outcome::ok);
      bench_.context.release(said.next.payload);
      at.push_back(said.at);
    }
    bench_.said.clear();
    return at;
  }

  // One operation from its offer to its answer, where it takes no time.
  void write(std::uint32_t key, Handle root) {
    ask(*source_, root, asks(Operation::write, Access::Key::fixed, key));
    answers();
  }
  void write(std::uint32_t key) {
    const Handle root = message();
    write(key, root);
    done(root);
  }
  void read(Store& store, std::uint32_t key, Handle root, bool strong = false) {
    ask(store, root, asks(Operation::read, Access::Key::fixed, key, strong));
    answers();
  }
  /// Returns how many versions behind the read was.
  std::uint64_t behind(Store& store, std::uint32_t key, bool strong = false) {
    const auto total = [&] { return sample(store.metrics().behind).total; };
    const double before = total();
    const Handle root = message();
    read(store, key, root, strong);
    done(root);
    return static_cast<std::uint64_t>(total() - before);
  }
  void apply(Handle root) {
    ask(*model_, root, asks(Operation::apply, Access::Key::any));
    answers();
  }
  void run(Time time) { bench_.run(*source_, time); }

  template <class Measure>
  Sample sample(const Measure& measure) const {
    return measure.sample(bench_.context.timeline.windows()[0]);
  }
  /// Of staleness: how long all writes together stayed unseen, how many were seen, how many not.
  using Seen = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;
  Seen staleness(const Store& store) const {
    const Sample seen = sample(store.metrics().staleness());
    return {static_cast<std::uint64_t>(seen.histogram->sum()), seen.n, seen.failures};
  }

  Bench bench_;
  std::uint32_t edge_;
  Store::Wiring wiring_;
  std::optional<std::uint32_t> apply_time_;
  std::optional<Store> source_;
  std::optional<Store> model_;
  std::uint32_t born_ = 0;

 private:
  void open(StoreKind kind) {
    wiring_.kind = kind;
    source_.emplace(wiring_);
    bench_.begin(*source_);
  }
};

TEST_F(Stores, ReadOfASingleStoreSeesEveryWriteBeforeIt) {
  open_single();
  EXPECT_EQ(behind(*source_, 7), 0u) << "a key that was never written";
  write(7);
  write(7);
  EXPECT_EQ(behind(*source_, 7), 0u);
  EXPECT_EQ(source_->history().latest(7), 2u);
  EXPECT_EQ(source_->history().latest(8), 0u);
  EXPECT_EQ(sample(source_->metrics().reads).n, 2u);
  EXPECT_EQ(sample(source_->metrics().writes).n, 2u);
  EXPECT_EQ(sample(source_->metrics().stale()).total, 0);
  EXPECT_EQ(staleness(*source_), Seen(0, 2, 0));
}

TEST_F(Stores, TakesItsTimeForEachOperationAndManyAtOnce) {
  wiring_.read_time = bench_.site(3);
  wiring_.write_time = bench_.site(10);
  open_single();
  const Handle root = message();
  ask(*source_, root, asks(Operation::write, Access::Key::fixed, 1));
  ask(*source_, root, asks(Operation::write, Access::Key::fixed, 1));
  ask(*source_, root, asks(Operation::read, Access::Key::fixed, 1));
  run(5);
  EXPECT_THAT(answers(), ElementsAre(3));
  EXPECT_EQ(source_->history().latest(1), 0u) << "a write is committed when its time is over";
  run(20);
  EXPECT_THAT(answers(), ElementsAre(10, 10));
  EXPECT_EQ(source_->history().latest(1), 2u);
  EXPECT_EQ(sample(source_->metrics().answered_after).histogram->sum(), 3u + 10 + 10);
}

TEST_F(Stores, FollowerShowsAWriteAfterItsLag) {
  open_leader({100}, Replication::in_order);
  write(1);
  EXPECT_EQ(bench_.context.under_way, 1u);
  run(99);
  EXPECT_EQ(behind(*source_, 1), 1u);
  EXPECT_EQ(behind(*source_, 1, true), 0u) << "the leader reads its own writes";
  run(100);
  EXPECT_EQ(behind(*source_, 1), 0u);
  EXPECT_EQ(bench_.context.under_way, 0u);
  EXPECT_EQ(sample(source_->metrics().stale()).total, 1);
  EXPECT_EQ(sample(source_->metrics().stale()).weight, 3);
  EXPECT_EQ(staleness(*source_), Seen(100, 1, 0));
}

TEST_F(Stores, WriteIsShownWhenAllFollowersShowIt) {
  open_leader({100, 300}, Replication::in_order);
  write(1);
  run(100);
  EXPECT_EQ(staleness(*source_), Seen(0, 0, 1)) << "one of the two shows it";
  run(300);
  EXPECT_EQ(staleness(*source_), Seen(300, 1, 0));
}

TEST_F(Stores, ReadsOneFollowerOrTheOther) {
  open_leader({100, 1'000'000}, Replication::in_order);
  write(1);
  run(100);
  int stale = 0;
  for (int i = 0; i < 400; ++i) stale += static_cast<int>(behind(*source_, 1));
  EXPECT_NEAR(stale, 200, 50) << "5 standard deviations";
}

TEST_F(Stores, FollowersTakeWritesOverInOrderOneAfterTheOther) {
  // The second write would come before the first, and each takes 10 to apply.
  open_leader({{bench_.site(Variate::column({100, 20, 500})), bench_.site(10)}},
              Replication::in_order);
  write(1);
  write(2);
  write(3);
  run(109);
  EXPECT_EQ(behind(*source_, 1), 1u);
  run(110);
  EXPECT_EQ(behind(*source_, 1), 0u);
  EXPECT_EQ(behind(*source_, 2), 1u);
  run(120);
  EXPECT_EQ(behind(*source_, 2), 0u);
  run(510);
  EXPECT_EQ(staleness(*source_), Seen(110 + 120 + 510, 3, 0));
}

TEST_F(Stores, IndependentWritesOvertakeAndTheLaterVersionStays) {
  open_leader({{bench_.site(Variate::column({100, 20})), {}}}, Replication::independent);
  write(1);
  run(10);
  write(1);
  run(29);
  EXPECT_EQ(behind(*source_, 1), 2u);
  run(30);
  EXPECT_EQ(behind(*source_, 1), 0u) << "the second has come, and the first is not missed";
  EXPECT_EQ(staleness(*source_), Seen(30 + 20, 2, 0));
  run(100);
  EXPECT_EQ(behind(*source_, 1), 0u) << "the first comes too late to be shown";
  EXPECT_EQ(staleness(*source_), Seen(30 + 20, 2, 0));
  EXPECT_EQ(bench_.context.under_way, 0u);
}

TEST_F(Stores, ProjectionShowsWhatTheMessageHasWritten) {
  open_projection();
  const Handle first = message();
  const Handle second = message();
  write(1, first);
  run(50);
  write(1, second);
  EXPECT_EQ(behind(*model_, 1), 2u);
  run(80);
  apply(first);
  EXPECT_EQ(behind(*model_, 1), 1u);
  run(90);
  apply(second);
  EXPECT_EQ(behind(*model_, 1), 0u);
  EXPECT_EQ(staleness(*model_), Seen(80 + 40, 2, 0));
  EXPECT_EQ(sample(model_->metrics().stale()).total, 2);
  EXPECT_EQ(sample(model_->metrics().stale()).weight, 3);
  EXPECT_EQ(sample(model_->metrics().applies).n, 2u);
  EXPECT_EQ(sample(model_->metrics().outdated).n, 0u);
}

TEST_F(Stores, ApplyingTwiceOrTooLateChangesNothing) {
  open_projection();
  const Handle first = message();
  const Handle second = message();
  const Handle stranger = message();
  write(1, first);
  write(1, second);
  run(30);
  apply(second);
  EXPECT_EQ(behind(*model_, 1), 0u);
  EXPECT_EQ(staleness(*model_), Seen(30 + 30, 2, 0)) << "the later version stands for both";
  run(40);
  apply(second);
  apply(first);
  apply(stranger);
  EXPECT_EQ(behind(*model_, 1), 0u) << "the earlier version does not come back";
  EXPECT_EQ(staleness(*model_), Seen(30 + 30, 2, 0));
  EXPECT_EQ(sample(model_->metrics().applies).n, 4u);
  EXPECT_EQ(sample(model_->metrics().outdated).n, 3u);
}

TEST_F(Stores, WriteThatIsNeverAppliedIsAFailureOfStaleness) {
  open_projection();
  const Handle lost = message();
  const Handle other = message();
  write(1, lost);
  write(2, other);
  run(25);
  apply(other);
  EXPECT_EQ(staleness(*model_), Seen(25, 1, 1));
  EXPECT_EQ(behind(*model_, 1), 1u) << "and every read of its key is stale";
  EXPECT_EQ(staleness(*source_), Seen(0, 2, 0)) << "where it was written it is seen";
}

TEST_F(Stores, AppliesAllKeysOfAMessageOrTheOneThatIsNamed) {
  open_projection();
  const Handle root = message();
  write(1, root);
  write(2, root);
  write(2, root);
  write(3, root);
  ask(*model_, root, asks(Operation::apply, Access::Key::fixed, 2));
  answers();
  EXPECT_EQ(behind(*model_, 1), 1u);
  EXPECT_EQ(behind(*model_, 2), 0u) << "the latest that the message has written";
  apply(root);
  EXPECT_EQ(behind(*model_, 1), 0u);
  EXPECT_EQ(behind(*model_, 3), 0u);
}

TEST_F(Stores, ProjectionTakesItsTimeToApply) {
  apply_time_ = bench_.site(8);
  open_projection();
  const Handle root = message();
  write(1, root);
  ask(*model_, root, asks(Operation::apply, Access::Key::any));
  bench_.run(*model_, 7);
  EXPECT_EQ(behind(*model_, 1), 1u);
  bench_.run(*model_, 8);
  EXPECT_THAT(answers(), ElementsAre(8));
  EXPECT_EQ(behind(*model_, 1), 0u);
  EXPECT_EQ(staleness(*model_), Seen(8, 1, 0));
}

TEST_F(Stores, RefusesWhileItIsOutAndHoldsWhatItTakesWhileItHangs) {
  wiring_.read_time = bench_.site(3);
  open_single();
  Impairment outage, hang;
  outage.kind = FaultKind::outage;
  hang.kind = FaultKind::hang;
  bench_.context.impairments = {outage, hang};
  const auto change = [&](std::uint32_t impairment, bool begins) {
    bench_.tell<Impair>(*source_, ImpairmentChange{impairment, begins}.payload());
  };
  const Handle root = message();
  const std::uint32_t read = asks(Operation::read, Access::Key::fixed, 1);
  ask(*source_, root, read);
  change(0, true);
  const Handle refused = ask(*source_, root, read);
  EXPECT_EQ(bench_.context.messages[refused].outcome, Outcome::unavailable);
  EXPECT_EQ(bench_.heard(), std::vector<Next>{to<Reply>(kProducer, refused)});
  EXPECT_EQ(source_->metrics().failed.at(1), 1u);
  change(0, false);
  run(10);
  EXPECT_THAT(answers(), ElementsAre(3)) << "what was begun goes on";

  change(1, true);
  ask(*source_, root, read);
  ask(*source_, root, read);
  run(50);
  EXPECT_THAT(answers(), ElementsAre());
  change(1, false);
  run(60);
  EXPECT_THAT(answers(), ElementsAre(53, 53));
  EXPECT_EQ(source_->metrics().failed.at(1), 1u);
}

TEST_F(Stores, TakesLongerWhileItIsSlowAndFailsAShareWithErrors) {
  wiring_.write_time = bench_.site(10);
  open_single();
  Impairment slow, errors;
  slow.kind = FaultKind::slow;
  slow.times = 2.5;
  errors.kind = FaultKind::errors;
  errors.threshold = std::int64_t{1} << 52;
  errors.site = bench_.site(Variate::unit());
  bench_.context.impairments = {slow, errors};
  const std::uint32_t write = asks(Operation::write, Access::Key::fixed, 1);
  const Handle root = message();
  bench_.tell<Impair>(*source_, ImpairmentChange{0, true}.payload());
  ask(*source_, root, write);
  run(100);
  EXPECT_THAT(answers(), ElementsAre(25));

  bench_.tell<Impair>(*source_, ImpairmentChange{1, true}.payload());
  for (int i = 0; i < 400; ++i) ask(*source_, message(), write);
  run(200);
  const std::uint64_t failed = source_->metrics().failed.at(1);
  EXPECT_NEAR(static_cast<double>(failed), 200, 50) << "5 standard deviations";
  EXPECT_EQ(source_->history().latest(1), 1 + 400 - failed) << "what fails is not committed";
}

TEST_F(Stores, TakesTheKeyOfTheMessage) {
  bench_.context.attributes.resize(1);
  bench_.context.attributes[0].key_site = bench_.site(Variate::column({5, 6}));
  open_single();
  for (int i = 0; i < 2; ++i) {
    const Handle root = message();
    ask(*source_, root, asks(Operation::write, Access::Key::own));
    answers();
    done(root);
  }
  EXPECT_EQ(source_->history().latest(5), 1u);
  EXPECT_EQ(source_->history().latest(6), 1u);
  const Handle keyless = message(kUsers);
  ask(*source_, keyless, asks(Operation::write, Access::Key::own));
  EXPECT_EQ(source_->history().latest(0), 1u) << "without keys all messages are about one thing";
}

TEST_F(Stores, DrawsKeysAsTheyAreWritten) {
  const std::uint32_t site = bench_.site(Variate::unit());
  constexpr std::int64_t kWhole = std::int64_t{1} << 53;
  bench_.context.popular_keys.push_back({site, 0, {3 * (kWhole / 4), kWhole}, {7, 4}});
  bench_.context.popular_keys.push_back({site, 10, {}, {}});
  open_single();
  for (int i = 0; i < 4000; ++i) {
    const Handle root = message();
    ask(*source_, root, asks(Operation::write, Access::Key::popular, 0));
    answers();
    done(root);
  }
  EXPECT_NEAR(source_->history().latest(7), 3000, 5 * 28) << "5 standard deviations";
  EXPECT_EQ(source_->history().latest(7) + source_->history().latest(4), 4000u);
  for (int i = 0; i < 4000; ++i) {
    const Handle root = message();
    ask(*source_, root, asks(Operation::write, Access::Key::popular, 1));
    answers();
    done(root);
  }
  EXPECT_NEAR(source_->history().latest(9), 400, 5 * 19);
  EXPECT_EQ(source_->history().latest(10), 0u);
}

TEST_F(Stores, WriteTheSameDrawnKeyInEachAttempt) {
  const std::uint32_t site = bench_.site(Variate::unit());
  bench_.context.popular_keys.push_back({site, 1000, {}, {}});
  open_single();
  const std::uint32_t exchange = asks(Operation::write, Access::Key::popular, 0);
  const Handle root = message();
  for (const std::uint32_t lane : {5u, 6u, 7u}) {
    const Handle request = bench_.request(root, kProducer, edge_);
    bench_.context.messages[request].pc = exchange;
    bench_.context.messages[request].lane = lane;
    bench_.context.messages[request].timer = 5;
    bench_.tell<Offer>(*source_, request);
    answers();
  }
  std::uint32_t written = 0;
  for (std::uint32_t key = 0; key < 1000; ++key) {
    if (source_->history().latest(key) == 3) ++written;
  }
  EXPECT_EQ(written, 1u);
}

TEST_F(Stores, UserReadsItsOwnLastWrite) {
  keep_sessions();
  open_leader({100}, Replication::in_order);
  // Of ten users, message 3 and message 13 are of the same one.
  const Handle writing = bench_.root(kUsers, 3);
  const Handle reading = bench_.root(kUsers, 13);
  const Handle stranger = bench_.root(kUsers, 4);
  write(42, writing);
  done(writing);
  const std::uint32_t own = asks(Operation::read, Access::Key::last_written);
  ask(*source_, stranger, own);
  answers();
  EXPECT_EQ(sample(source_->metrics().read_your_writes()).weight, 0) << "it has written nothing";
  ask(*source_, reading, own);
  answers();
  EXPECT_EQ(sample(source_->metrics().read_your_writes()).weight, 1);
  EXPECT_EQ(sample(source_->metrics().read_your_writes()).total, 0);
  run(100);
  write(42);  // by somebody else: not seen yet, and nothing that the user would miss
  ask(*source_, reading, own);
  answers();
  read(*source_, 42, reading);  // the same key by its name
  read(*source_, 41, reading);  // not what it wrote last
  EXPECT_EQ(sample(source_->metrics().read_your_writes()).weight, 3);
  EXPECT_EQ(sample(source_->metrics().read_your_writes()).total, 2);
  EXPECT_EQ(sample(source_->metrics().stale()).total, 3);
}

TEST_F(Stores, WithoutUsersAMessageIsItsOwnSession) {
  keep_sessions();
  open_projection();
  const Handle one = message();
  const Handle other = message();
  write(5, one);
  write(6, one);
  read(*model_, 5, one);
  EXPECT_EQ(sample(model_->metrics().read_your_writes()).weight, 0) << "it wrote 6 last";
  read(*model_, 6, one);
  read(*model_, 6, other);
  EXPECT_EQ(sample(model_->metrics().read_your_writes()).weight, 1);
  EXPECT_EQ(sample(model_->metrics().read_your_writes()).total, 0);
  apply(one);
  read(*model_, 6, one);
  EXPECT_EQ(sample(model_->metrics().read_your_writes()).weight, 2);
  EXPECT_EQ(sample(model_->metrics().read_your_writes()).total, 1);
}

TEST_F(Stores, ForgetsWhatMessagesWroteThatAreGone) {
  keep_sessions();
  open_projection();
  const Handle kept = message();
  write(1, kept);
  const Handle dead = message();
  write(2, dead);
  const Handle letter = bench_.context.detach(dead);  // in a dead-letter queue
  EXPECT_EQ(bench_.context.take_post(), to<Settle>(kProducer, dead));
  done(dead);
  for (int i = 0; i < 10'000; ++i) write(3);
  EXPECT_LT(source_->history().remembered(), 200u);
  apply(kept);
  apply(letter);
  EXPECT_EQ(behind(*model_, 1), 0u) << "but not what lives";
  EXPECT_EQ(behind(*model_, 2), 0u);
  EXPECT_EQ(behind(*model_, 3), 10'000u);
}

TEST_F(Stores, StartsAfreshForTheNextReplication) {
  keep_sessions();
  open_leader({100, 50}, Replication::independent);
  for (int i = 0; i < 100; ++i) write(static_cast<std::uint32_t>(i % 3));
  run(60);
  EXPECT_EQ(bench_.context.under_way, 100u);
  bench_.context.restart(2, 0);
  source_->begin(bench_.context, {});
  EXPECT_EQ(bench_.context.under_way, 0u);
  EXPECT_EQ(source_->history().latest(1), 0u);
  EXPECT_EQ(source_->history().remembered(), 0u);
  EXPECT_EQ(behind(*source_, 1), 0u);
  write(1);
  EXPECT_EQ(behind(*source_, 1), 1u);
  run(100);
  EXPECT_EQ(behind(*source_, 1), 0u);
  EXPECT_EQ(staleness(*source_), Seen(100, 1, 0));
}

}  // namespace
}  // namespace spillway
