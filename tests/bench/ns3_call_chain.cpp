// A chain of calls on ns-3: clients call A, A calls B, B calls C. Each of the three serves one
// request at a time, first in first out, Exp(1 ms), and holds no server while it waits for the
// next; the network takes 0.5 ms each way; each call arms a timeout that its reply cancels.
//
//   ns3_call_chain m4|m5 [REQUESTS]     default 500000
//
//   m4  700/s, timeouts of 1 s, nothing is lost: no timeout runs out. Theory: 13 ms on average,
//       six times the network and three M/M/1 at load 0.7.
//   m5  400/s, each reply lost with probability 0.1, timeouts of 900, 300 and 100 ms from the
//       outside in, two attempts without backoff. A call whose attempts have all run out fails, and
//       so does the handler that made it: it answers an error. An error is an answer: it is not
//       tried again. A callee does not learn that its caller has gone; a late reply is dropped.
//
// Prints the mean latency of the requests that succeeded, from arrival to answer with all attempts,
// how many timeouts ran out and how many requests failed, and how many requests ns-3 answers in a
// second of CPU time.
//
// The measure for Spillway's speed, so it is written as ns-3's users write models, and as fast as
// that allows: an event is a member function scheduled with the attempt it is about; a timeout is
// an EventId that the reply cancels (ns-3 leaves it in the list until it is due; to take it out,
// Simulator::Remove, would search the list); the fastest of ns-3's schedulers here,
// PriorityQueueScheduler; its own exponential and uniform variates, an MRG32k3a stream for each
// use. Packets, nodes, channels, tracing and attributes, which would cost more, are left out.
#include <ns3/core-module.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string_view>

namespace {

constexpr double kMeanWorkS = 1e-3;
constexpr std::int64_t kNetworkUs = 500;  // One way.

struct Model {
  double arrivals_per_s;
  std::array<std::int64_t, 3> timeouts_ms;  // From the outside in.
  unsigned attempts;
  double reply_loss;
};

constexpr Model kM4 = {700, {1000, 1000, 1000}, 1, 0};
constexpr Model kM5 = {400, {900, 300, 100}, 2, 0.1};

class Edge;

// One attempt of a call, and what its callee's handler knows of it.
struct Attempt {
  Edge* via;
  Attempt* caused_by;  // The attempt that the caller handles; none at the clients.
  ns3::Time began;     // The call: its first attempt.
  unsigned number;     // From 1.
  bool awaited = true;
  bool lost = false;  // Its reply.
  ns3::EventId timeout{};
};

class Caller {
 public:
  // The call that this attempt belongs to has come to its end.
  virtual void go_on(const Attempt& last, bool succeeded) = 0;

 protected:
  ~Caller() = default;
};

class Callee {
 public:
  virtual void accept(Attempt* attempt) = 0;

 protected:
  ~Callee() = default;
};

// Carries calls to a callee and their answers back, waits for these, and tries again.
class Edge {
 public:
  Edge(Caller& from, Callee& to, const Model& model, std::int64_t timeout_ms, std::int64_t stream)
      : from_(from),
        to_(to),
        timeout_(ns3::MilliSeconds(static_cast<std::uint64_t>(timeout_ms))),
        attempts_(model.attempts),
        reply_loss_(model.reply_loss) {
    chance_->SetStream(stream);
  }

  std::uint64_t timeouts() const { return timeouts_; }

  void call(Attempt* caused_by) { attempt(caused_by, ns3::Simulator::Now(), 1); }

  void answer(Attempt* attempt, bool succeeded) {
    if (reply_loss_ > 0 && chance_->GetValue() < reply_loss_) {
      attempt->lost = true;
      if (!attempt->awaited) delete attempt;
      return;
    }
    ns3::Simulator::Schedule(network_, &Edge::reply, this, attempt, succeeded);
  }

 private:
  void attempt(Attempt* caused_by, ns3::Time began, unsigned number) {
    auto* made = new Attempt{this, caused_by, began, number};
    made->timeout = ns3::Simulator::Schedule(timeout_, &Edge::expire, this, made);
    ns3::Simulator::Schedule(network_, &Callee::accept, &to_, made);
  }

  void reply(Attempt* attempt, bool succeeded) {
    if (attempt->awaited) {
      attempt->timeout.Cancel();
      from_.go_on(*attempt, succeeded);
    }
    delete attempt;
  }

  void expire(Attempt* attempt) {
    ++timeouts_;
    attempt->awaited = false;
    if (attempt->number < attempts_) {
      this->attempt(attempt->caused_by, attempt->began, attempt->number + 1);
    } else {
      from_.go_on(*attempt, false);
    }
    if (attempt->lost) delete attempt;
  }

  Caller& from_;
  Callee& to_;
  const ns3::Time network_ = ns3::MicroSeconds(kNetworkUs);
  const ns3::Time timeout_;
  const unsigned attempts_;
  const double reply_loss_;
  ns3::Ptr<ns3::UniformRandomVariable> chance_ = ns3::CreateObject<ns3::UniformRandomVariable>();
  std::uint64_t timeouts_ = 0;
};

class Service final : public Callee, public Caller {
 public:
  explicit Service(std::int64_t stream) {
    work_->SetAttribute("Mean", ns3::DoubleValue(kMeanWorkS));
    work_->SetStream(stream);
  }

  // Without one, a request is answered when its work is done.
  void set_downstream(Edge& edge) { downstream_ = &edge; }

  void accept(Attempt* attempt) override {
    waiting_.push_back(attempt);
    if (waiting_.size() == 1) begin_work();
  }

  void go_on(const Attempt& last, bool succeeded) override {
    last.caused_by->via->answer(last.caused_by, succeeded);
  }

 private:
  void begin_work() {
    ns3::Simulator::Schedule(ns3::Seconds(work_->GetValue()), &Service::end_work, this);
  }

  void end_work() {
    Attempt* const done = waiting_.front();
    waiting_.pop_front();
    if (!waiting_.empty()) begin_work();
    if (downstream_ != nullptr) {
      downstream_->call(done);
    } else {
      done->via->answer(done, true);
    }
  }

  ns3::Ptr<ns3::ExponentialRandomVariable> work_ =
      ns3::CreateObject<ns3::ExponentialRandomVariable>();
  std::deque<Attempt*> waiting_;  // The front is in service.
  Edge* downstream_ = nullptr;
};

class Clients final : public Caller {
 public:
  Clients(std::uint64_t requests, double arrivals_per_s, std::int64_t stream)
      : requests_to_come_(requests) {
    interarrival_->SetAttribute("Mean", ns3::DoubleValue(1.0 / arrivals_per_s));
    interarrival_->SetStream(stream);
  }

  void start(Edge& edge) {
    edge_ = &edge;
    schedule_arrival();
  }

  void go_on(const Attempt& last, bool succeeded) override {
    if (succeeded) {
      latency_sum_s_ += (ns3::Simulator::Now() - last.began).GetSeconds();
      ++succeeded_;
    } else {
      ++failed_;
    }
  }

  std::uint64_t succeeded() const { return succeeded_; }
  std::uint64_t failed() const { return failed_; }
  double mean_latency_s() const { return latency_sum_s_ / static_cast<double>(succeeded_); }

 private:
  void schedule_arrival() {
    if (requests_to_come_ == 0) return;
    --requests_to_come_;
    ns3::Simulator::Schedule(ns3::Seconds(interarrival_->GetValue()), &Clients::arrive, this);
  }

  void arrive() {
    edge_->call(nullptr);
    schedule_arrival();
  }

  ns3::Ptr<ns3::ExponentialRandomVariable> interarrival_ =
      ns3::CreateObject<ns3::ExponentialRandomVariable>();
  Edge* edge_ = nullptr;
  std::uint64_t requests_to_come_;
  std::uint64_t succeeded_ = 0;
  std::uint64_t failed_ = 0;
  double latency_sum_s_ = 0;
};

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int count, char** arguments) {
  const std::string_view name = count > 1 ? arguments[1] : "";
  const std::uint64_t requests =
      count > 2 ? std::strtoull(arguments[2], nullptr, 10) : std::uint64_t{500'000};
  if ((name != "m4" && name != "m5") || requests == 0) {
    std::fputs("usage: ns3_call_chain m4|m5 [REQUESTS]\n", stderr);
    return 2;
  }
  const Model& model = name == "m4" ? kM4 : kM5;
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId("ns3::PriorityQueueScheduler");
  ns3::Simulator::SetScheduler(scheduler);

  Clients clients(requests, model.arrivals_per_s, 1);
  Service a(2), b(3), c(4);
  Edge clients_a(clients, a, model, model.timeouts_ms[0], 5);
  Edge a_b(a, b, model, model.timeouts_ms[1], 6);
  Edge b_c(b, c, model, model.timeouts_ms[2], 7);
  a.set_downstream(a_b);
  b.set_downstream(b_c);

  const double began = cpu_seconds();
  clients.start(clients_a);
  ns3::Simulator::Run();
  const double spent = cpu_seconds() - began;
  ns3::Simulator::Destroy();

  const std::uint64_t answered = clients.succeeded() + clients.failed();
  std::printf("requests %llu\nmean latency %.6f s\n", static_cast<unsigned long long>(answered),
              clients.mean_latency_s());
  std::printf("timeouts %llu %llu %llu\nfailures %llu\n",
              static_cast<unsigned long long>(clients_a.timeouts()),
              static_cast<unsigned long long>(a_b.timeouts()),
              static_cast<unsigned long long>(b_c.timeouts()),
              static_cast<unsigned long long>(clients.failed()));
  std::printf("requests per CPU second %.0f\n", static_cast<double>(answered) / spent);
  return 0;
}
