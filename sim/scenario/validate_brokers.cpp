#include <fmt/format.h>

#include "sim/language/quantity_text.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/validate.h"

namespace spillway {

void validate(Reader& reader, const Node& node, const ThroughputParameters& throughput) {
  if (throughput.messages || throughput.bytes) return;
  reader.error("missing-key", node.at, "a throughput needs messages, bytes, or both",
               "messages: 300/s lets so many in, bytes: 1MB so many bytes a second");
}

void validate(Reader& reader, const Node& node, const BrokerParameters& broker) {
  if (!broker.disk || broker.disk->bytes > broker.disk_free_limit.bytes) return;
  const Reader::Scope scope(reader, "disk");
  reader.error("out-of-range", node.find("disk")->value.at,
               fmt::format("expected more than the {} that are to be free; found {}",
                           print(broker.disk_free_limit), print(*broker.disk)));
}

}  // namespace spillway
