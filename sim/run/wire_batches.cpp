#include "sim/run/wiring.h"
#include "sim/scenario/log_readers.h"

namespace spillway {

void Wiring::compile_consumer(const Component<ConsumerParameters>& declared,
                              Consumer::Wiring& wiring) {
  const ConsumerParameters& says = declared.parameters;
  const auto here = [&] { return static_cast<std::uint32_t>(world_.context_.code.size()); };
  // What is done once for a batch has the lane of a message of it: what both send must differ.
  std::map<std::string, std::uint32_t> exchanges;
  wiring.program = here();
  compile_steps(says.does, {declared.name, declared.name + "/does", false, true, &exchanges});
  if (has_jobs(declared.name)) emit(op_of<FinishJob>, 1);
  emit(kEnd, 0);
  if (!says.batch) return;
  BatchRules rules;
  rules.size = static_cast<std::uint64_t>(says.batch->size);
  // Of a log, its client hands a batch over when it is complete.
  if (!reads_log(scenario_, says)) rules.window = says.batch->window.ns;
  rules.returns_failures = says.batch->partial_failures;
  if (says.per_batch) {
    rules.program = here();
    compile_steps(*says.per_batch,
                  {declared.name, declared.name + "/per_batch", false, true, &exchanges});
    emit(kEnd, 0);
  }
  wiring.batch = rules;
}

}  // namespace spillway
