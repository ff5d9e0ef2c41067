#!/usr/bin/env bash
# Tests that same_bytes.sh finds a difference where there is one, with programs whose bytes depend on one thing each.
set -uo pipefail

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
failures=0

expect() { # expect TITLE EXPECTED_STATUS BODY_OF_THE_SECOND_PROGRAM
  local status
  printf '#!/bin/bash\necho "{ $2 }"; exit 1\n' >"$room/first"
  printf '#!/bin/bash\n%s\n' "$3" >"$room/second"
  chmod +x "$room"/{first,second}
  "$here/same_bytes.sh" "$room/first" "$room/second" -- a.yaml b.yaml >"$room/output" 2>&1
  status=$?
  if ((status != $2)); then
    echo "FAIL  $1: exit status $status, expected $2"
    cat "$room/output"
    failures=$((failures + 1))
  fi
}

same='echo "{ $2 }"; exit 1'
expect 'equal programs' 0 "$same"
expect 'other bytes' 1 'echo "{  $2 }"; exit 1'
expect 'other exit status' 1 'echo "{ $2 }"; exit 0'
expect 'a failing program' 1 'echo "{ $2 }"; exit 3'
expect 'no output' 1 'exit 1'
expect 'threads count' 1 '[[ $7 == 8 ]] && echo more; '"$same"
expect 'the instruction set counts' 1 '[[ ${SPILLWAY_SIMD:-} == portable ]] && echo more; '"$same"
expect 'the processor counts' 1 '[[ ${GLIBC_TUNABLES:-} == *-FMA* ]] && echo more; '"$same"
expect 'one scenario only' 1 '[[ $2 == b.yaml ]] && echo more; '"$same"

"$here/same_bytes.sh" "$room/first" -- >/dev/null 2>&1
(($? == 2)) || { echo 'FAIL  no scenario must be refused'; failures=$((failures + 1)); }
echo "$failures failed"
((failures == 0))
