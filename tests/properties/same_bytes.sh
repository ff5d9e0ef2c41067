#!/usr/bin/env bash
# The same scenario and seed give the same bytes, whatever ran it:
#
#   same_bytes.sh PROGRAM… -- SCENARIO…
#
# Every program (builds by other compilers and with other optimization) runs every scenario on 1, 2 and 8 threads, with each
# instruction set that can be asked for (SPILLWAY_SIMD), and with glibc told that the processor has no AVX2, FMA and AVX-512,
# which makes libm take other code. All outputs and exit statuses must equal those of the first program on one thread.
# Exit status: 0 all equal, 1 not, 2 called wrongly.
set -uo pipefail

programs=()
while (($#)) && [[ $1 != -- ]]; do
  programs+=("$1")
  shift
done
shift
scenarios=("$@")
if ((${#programs[@]} == 0 || ${#scenarios[@]} == 0)); then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi

# Each: what to set in the environment, and the number of threads.
variants=(': 1' ': 2' ': 8' 'SPILLWAY_SIMD=portable 1' 'GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F 2')
if grep -qsw avx2 /proc/cpuinfo; then
  variants+=('SPILLWAY_SIMD=avx2 1')
else
  echo 'this processor has no AVX2: SPILLWAY_SIMD=avx2 is left out'
fi

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
unset SPILLWAY_SIMD GLIBC_TUNABLES
differing=0 runs=0

for scenario in "${scenarios[@]}"; do
  reference=
  for program in "${programs[@]}"; do
    for variant in "${variants[@]}"; do
      read -r setting threads <<<"$variant"
      [[ $setting == : ]] && environment=() || environment=("$setting")
      env "${environment[@]}" "$program" run "$scenario" --json --replications 4 --threads "$threads" \
        </dev/null >"$room/output" 2>"$room/errors"
      status=$?
      title="$program run $scenario --threads $threads (${environment[*]:-as it is})"
      runs=$((runs + 1))
      # 1 says that an objective was missed, which is a result like any other.
      if ((status > 1)) || [[ ! -s $room/output ]]; then
        echo "FAIL  exit status $status: $title"
        tail -n 5 "$room/errors"
        differing=$((differing + 1))
        continue
      fi
      echo "exit status $status" >>"$room/output"
      if [[ -z $reference ]]; then
        reference=$title
        mv "$room/output" "$room/reference"
      elif ! cmp -s "$room/reference" "$room/output"; then
        echo "FAIL  $title"
        echo "      differs from $reference:"
        cmp "$room/reference" "$room/output" | sed 's/^.* differ: /      first at /'
        diff "$room/reference" "$room/output" | cut -c 1-200 | head -n 6
        differing=$((differing + 1))
      fi
    done
  done
done

echo "$runs runs, $differing differ"
((differing == 0))
