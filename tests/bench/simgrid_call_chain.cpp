// A chain of calls on SimGrid: clients call A at 700/s, A calls B, B calls C. Each of the three
// serves one request at a time, first in first out, Exp(1 ms), and holds no server while it waits
// for the next; the network takes 0.5 ms each way; each call waits for its reply for 1 s, and no
// timeout runs out. Theory: 13 ms on average, six times the network and three M/M/1 at load 0.7.
//
//   simgrid_call_chain [REQUESTS]     default 50000
//
// Prints the mean latency and how many requests SimGrid answers in a second of CPU time.
//
// A measure for Spillway's speed, written as SimGrid's users write models, and as fast as that
// allows: an actor for each service, which sleeps while it works; one for each request and one for
// each handler that goes on without its server; a semaphore that times out for each reply. All are
// on one host, and what the network takes is slept: links, which would cost more, are left out.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <simgrid/s4u.hpp>
#include <string>
#include <utility>
#include <xbt/random.hpp>

namespace {

namespace sg4 = simgrid::s4u;

constexpr double kArrivalsPerS = 700;
constexpr double kWorkPerS = 1000;
constexpr double kNetworkS = 0.5e-3;  // One way.
constexpr double kTimeoutS = 1;

using Reply = sg4::SemaphorePtr;

class Service {
 public:
  Service(std::string name, sg4::Host* host, int seed, Service* downstream)
      : name_(std::move(name)), host_(host), random_(seed), downstream_(downstream) {
    sg4::Actor::create(name_, host_, [this] { work(); })->daemonize();
  }

  // Returns whether the reply came in time. Called by the actor that waits for it.
  bool call() {
    const Reply reply = sg4::Semaphore::create(0);
    sg4::this_actor::sleep_for(kNetworkS);
    waiting_.push_back(reply);
    work_waits_->release();
    return !reply->acquire_timeout(kTimeoutS - kNetworkS);
  }

 private:
  void work() {
    for (;;) {
      work_waits_->acquire();
      sg4::this_actor::sleep_for(random_.exponential(kWorkPerS));
      Reply reply = waiting_.front();
      waiting_.pop_front();
      sg4::Actor::create(name_, host_, [this, reply] { go_on(reply); });
    }
  }

  void go_on(const Reply& reply) {
    if (downstream_ != nullptr && !downstream_->call()) return;
    sg4::this_actor::sleep_for(kNetworkS);
    reply->release();
  }

  std::string name_;
  sg4::Host* host_;
  simgrid::xbt::random::XbtRandom random_;
  Service* downstream_;  // None: a request is answered when its work is done.
  Reply work_waits_ = sg4::Semaphore::create(0);
  std::deque<Reply> waiting_;  // The front is in service.
};

struct Answers {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  double latency_sum_s = 0;
};

void make_requests(std::uint64_t requests, Service& service, sg4::Host* host, Answers& answers) {
  simgrid::xbt::random::XbtRandom random(1);
  for (std::uint64_t i = 0; i < requests; ++i) {
    sg4::this_actor::sleep_for(random.exponential(kArrivalsPerS));
    sg4::Actor::create("client", host, [&] {
      const double began = sg4::Engine::get_clock();
      if (!service.call()) {
        ++answers.failed;
        return;
      }
      answers.latency_sum_s += sg4::Engine::get_clock() - began;
      ++answers.succeeded;
    });
  }
}

}  // namespace

int main(int count, char** arguments) {
  sg4::Engine engine(&count, arguments);
  // Small stacks without guards: three times as fast where actors come and go.
  sg4::Engine::set_config("contexts/stack-size:64");
  sg4::Engine::set_config("contexts/guard-size:0");
  const std::uint64_t requests =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : std::uint64_t{50'000};
  if (requests == 0) {
    std::fputs("usage: simgrid_call_chain [REQUESTS]\n", stderr);
    return 2;
  }
  sg4::NetZone* const zone = sg4::create_full_zone("zone");
  sg4::Host* const host = zone->create_host("host", 1e9)->seal();
  zone->seal();

  Service c("c", host, 4, nullptr), b("b", host, 3, &c), a("a", host, 2, &b);
  Answers answers;
  sg4::Actor::create("source", host, [&] { make_requests(requests, a, host, answers); });
  const std::clock_t began = std::clock();
  engine.run();
  const double spent = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

  const std::uint64_t answered = answers.succeeded + answers.failed;
  std::printf("requests %llu\nmean latency %.6f s\nfailures %llu\nrequests per CPU second %.0f\n",
              static_cast<unsigned long long>(answered),
              answers.latency_sum_s / static_cast<double>(answers.succeeded),
              static_cast<unsigned long long>(answers.failed),
              static_cast<double>(answered) / spent);
  return 0;
}
