#!/usr/bin/env bash
# A waiting message costs at most 64 bytes: ten million of them wait in under 1 GiB, program and all.
#   memory.sh SPILLWAY
set -euo pipefail
scenario=$(mktemp --suffix=.yaml)
trap 'rm -f "$scenario"' EXIT
cat > "$scenario" <<'YAML'
scenario: ten-million-waiting
run: {duration: 100s, drain: 0s, replications: 1}
producers:
  source: {load: {constant: 100200/s}, does: [{send: line}]}
queues:
  line: {}
consumers:
  slow: {from: line, does: [{work: 1h}]}
YAML
python3 - "$1" "$scenario" <<'PYTHON'
import json, os, subprocess, sys

program, scenario = sys.argv[1:]
child = subprocess.Popen([program, "run", scenario, "--threads", "1", "--json"], stdout=subprocess.PIPE)
document = json.load(child.stdout)
_, status, usage = os.wait4(child.pid, 0)
ready = document["variants"]["base"]["ledger"]["line"]["ready"]
peak = usage.ru_maxrss * 1024
print(f"{ready} messages wait; greatest resident size {peak / 2**20:.0f} MiB, {peak / ready:.1f} bytes a message")
if os.waitstatus_to_exitcode(status) != 0 or ready < 10_000_000 or peak >= 2**30:
    sys.exit("memory: ten million waiting messages must fit in 1 GiB")
PYTHON
