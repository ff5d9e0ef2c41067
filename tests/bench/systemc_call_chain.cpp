// A chain of calls on SystemC: clients call A at 700/s, A calls B, B calls C. Each of the three
// serves one request at a time, first in first out, Exp(1 ms), and holds no server while it waits
// for the next; the network takes 0.5 ms each way; each call arms a timeout of 1 s that its reply
// cancels. Theory: 13 ms on average, six times the network and three M/M/1 at load 0.7.
//
//   systemc_call_chain [REQUESTS]     default 500000
//
// Prints the mean latency, how many timeouts ran out and how many requests SystemC answers in a
// second of CPU time.
//
// A measure for Spillway's speed, written as fast as SystemC allows: methods (SC_METHOD) that
// events wake; calls come from a pool, since processes and events are made before a simulation
// begins, each with its own events for the way there, the way back and the timeout; variates of the
// standard library.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <memory>
#include <random>
#include <systemc>
#include <vector>

namespace {

constexpr double kArrivalsPerS = 700;
constexpr double kWorkPerS = 1000;
constexpr std::size_t kCallsAtOnce = 2000;  // In the pool of each callee.
const sc_core::sc_time kNetwork(500, sc_core::SC_US);
const sc_core::sc_time kTimeout(1, sc_core::SC_SEC);

class Call;

class Caller {
 public:
  // The call has been answered, or has timed out.
  virtual void go_on(Call* call, bool succeeded) = 0;

 protected:
  ~Caller() = default;
};

class Callee {
 public:
  virtual void accept(Call* call) = 0;

 protected:
  ~Callee() = default;
};

class Edge;

// A call on its way, of the pool of its edge.
class Call : public sc_core::sc_module {
 public:
  explicit Call(const sc_core::sc_module_name& name, Edge& edge)
      : sc_core::sc_module(name), via(edge) {
    SC_METHOD(arrive);
    sensitive << arrives;
    dont_initialize();
    SC_METHOD(end);
    sensitive << replies;
    dont_initialize();
    SC_METHOD(expire);
    sensitive << times_out;
    dont_initialize();
  }

  Edge& via;
  Call* caused_by = nullptr;  // The call that the caller handles; none at the clients.
  sc_core::sc_time began;
  sc_core::sc_event arrives, replies, times_out;

 private:
  SC_HAS_PROCESS(Call);
  void arrive();
  void end();
  void expire();
};

// Carries calls to a callee and their answers back.
class Edge {
 public:
  Edge(Caller& from, Callee& to) : from_(from), to_(to) {
    for (std::size_t i = 0; i < kCallsAtOnce; ++i) {
      pool_.push_back(std::make_unique<Call>(sc_core::sc_gen_unique_name("call"), *this));
      free_.push_back(pool_.back().get());
    }
  }

  std::uint64_t timeouts() const { return timeouts_; }

  void call(Call* caused_by) {
    if (free_.empty()) {
      std::fputs("systemc_call_chain: more calls at once than the pool holds\n", stderr);
      std::exit(1);
    }
    Call* const made = free_.back();
    free_.pop_back();
    made->caused_by = caused_by;
    made->began = sc_core::sc_time_stamp();
    made->times_out.notify(kTimeout);
    made->arrives.notify(kNetwork);
  }

  void arrive(Call* call) { to_.accept(call); }
  void answer(Call* call) { call->replies.notify(kNetwork); }
  void end(Call* call, bool succeeded) {
    timeouts_ += succeeded ? 0 : 1;
    call->times_out.cancel();
    call->replies.cancel();
    from_.go_on(call, succeeded);
    free_.push_back(call);
  }

 private:
  Caller& from_;
  Callee& to_;
  std::vector<std::unique_ptr<Call>> pool_;
  std::vector<Call*> free_;
  std::uint64_t timeouts_ = 0;
};

void Call::arrive() { via.arrive(this); }
void Call::end() { via.end(this, true); }
void Call::expire() { via.end(this, false); }

class Service final : public sc_core::sc_module, public Callee, public Caller {
 public:
  Service(const sc_core::sc_module_name& name, std::uint64_t seed)
      : sc_core::sc_module(name), random_(seed) {
    SC_METHOD(end_work);
    sensitive << work_ends_;
    dont_initialize();
  }

  // Without one, a request is answered when its work is done.
  void set_downstream(Edge& edge) { downstream_ = &edge; }

  void accept(Call* call) override {
    waiting_.push_back(call);
    if (waiting_.size() == 1) begin_work();
  }

  void go_on(Call* call, bool) override { call->caused_by->via.answer(call->caused_by); }

 private:
  SC_HAS_PROCESS(Service);

  void begin_work() { work_ends_.notify(sc_core::sc_time(work_(random_), sc_core::SC_SEC)); }

  void end_work() {
    Call* const done = waiting_.front();
    waiting_.pop_front();
    if (!waiting_.empty()) begin_work();
    if (downstream_ != nullptr) {
      downstream_->call(done);
    } else {
      done->via.answer(done);
    }
  }

  std::mt19937_64 random_;
  std::exponential_distribution<> work_{kWorkPerS};
  sc_core::sc_event work_ends_;
  std::deque<Call*> waiting_;  // The front is in service.
  Edge* downstream_ = nullptr;
};

class Clients final : public sc_core::sc_module, public Caller {
 public:
  Clients(const sc_core::sc_module_name& name, std::uint64_t requests)
      : sc_core::sc_module(name), requests_to_come_(requests) {
    SC_METHOD(arrive);
    sensitive << arrives_;
    dont_initialize();
  }

  void start(Edge& edge) {
    edge_ = &edge;
    expect_next();
  }

  void go_on(Call* call, bool succeeded) override {
    if (!succeeded) return;
    latency_sum_s_ += (sc_core::sc_time_stamp() - call->began).to_seconds();
    ++succeeded_;
  }

  std::uint64_t succeeded() const { return succeeded_; }
  double mean_latency_s() const { return latency_sum_s_ / static_cast<double>(succeeded_); }

 private:
  SC_HAS_PROCESS(Clients);

  void expect_next() {
    if (requests_to_come_ == 0) return;
    --requests_to_come_;
    arrives_.notify(sc_core::sc_time(interarrival_(random_), sc_core::SC_SEC));
  }

  void arrive() {
    edge_->call(nullptr);
    expect_next();
  }

  std::mt19937_64 random_{1};
  std::exponential_distribution<> interarrival_{kArrivalsPerS};
  sc_core::sc_event arrives_;
  Edge* edge_ = nullptr;
  std::uint64_t requests_to_come_;
  std::uint64_t succeeded_ = 0;
  double latency_sum_s_ = 0;
};

}  // namespace

int sc_main(int count, char** arguments) {
  const std::uint64_t requests =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : std::uint64_t{500'000};
  if (requests == 0) {
    std::fputs("usage: systemc_call_chain [REQUESTS]\n", stderr);
    return 2;
  }
  Clients clients("clients", requests);
  Service a("a", 2), b("b", 3), c("c", 4);
  Edge clients_a(clients, a), a_b(a, b), b_c(b, c);
  a.set_downstream(a_b);
  b.set_downstream(b_c);

  clients.start(clients_a);
  const std::clock_t began = std::clock();
  sc_core::sc_start();
  const double spent = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

  const std::uint64_t timeouts = clients_a.timeouts() + a_b.timeouts() + b_c.timeouts();
  std::printf("requests %llu\nmean latency %.6f s\ntimeouts %llu\nrequests per CPU second %.0f\n",
              static_cast<unsigned long long>(clients.succeeded()), clients.mean_latency_s(),
              static_cast<unsigned long long>(timeouts),
              static_cast<double>(clients.succeeded()) / spent);
  return 0;
}
