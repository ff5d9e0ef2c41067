#!/usr/bin/env bash
# Tests the launcher sim/spillway (with sim/build and sim/install_packages) on a small tree with a small program:
# what it hands on to the program, when it builds again, and what it says when it cannot.
set -uo pipefail

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
export TERM=dumb CCACHE_DISABLE=1
failures=0

expect() { # expect TITLE FOUND EXPECTED
  if [[ $2 == "$3" ]]; then
    printf 'ok    %s\n' "$1"
  else
    printf 'FAIL  %s\n  expected: %s\n  found:    %s\n' "$1" "$3" "$2"
    failures=$((failures + 1))
  fi
}

tree="$room/a tree"
mkdir -p "$tree"/{sim,analysis,scenarios,tests} "$room/elsewhere"
cp "$here"/sim/{spillway,build,install_packages} "$tree/sim/"
echo 'bash  runs this' >"$tree/sim/packages"
echo 'bash  runs this' >"$tree/tests/packages"
cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
file(GLOB sources CONFIGURE_DEPENDS sim/*.cpp)
add_executable(spillway ${sources})
END
cat >"$tree/sim/main.cpp" <<'END'
#include <cstdio>
#include <cstdlib>
#include <unistd.h>
[[gnu::weak]] const char* extra() { return "no extra"; }
int main(int count, char** arguments) {
  char folder[4096], input[64] = "";
  if (!getcwd(folder, sizeof folder)) return 99;
  if (!std::fgets(input, sizeof input, stdin)) input[0] = 0;
  std::printf("one;%d;%s;%s;%s;%s", count - 1, count > 2 ? arguments[2] : "", folder, extra(), input);
  return count > 1 ? std::atoi(arguments[1]) : 0;
}
END
cd "$room/elsewhere" || exit 1
launcher="$tree/sim/spillway"

found=$(printf 'hello' | "$launcher" 7 'two words' 2>"$room/errors"); status=$?
expect 'builds, and hands on arguments, input and folder' "$found" "one;2;two words;$room/elsewhere;no extra;hello"
expect 'hands on the exit status' "$status" 7
expect 'says nothing in a pipe' "$(cat "$room/errors")" ''

built=$(stat -c %Y.%i "$tree/.build/release/bin/spillway")
overhead=9999 # ms, the least of some calls: the machine may be busy
for _ in 1 2 3 4 5; do
  began=${EPOCHREALTIME/./}
  "$launcher" </dev/null >/dev/null
  took=$(((${EPOCHREALTIME/./} - began) / 1000))
  ((took < overhead)) && overhead=$took
done
expect 'does not build what has not changed' "$(stat -c %Y.%i "$tree/.build/release/bin/spillway")" "$built"
expect "starts within 100 ms (took $overhead ms)" "$((overhead < 100))" 1

ln -s "$launcher" "$room/link"
expect 'works through a symbolic link' "$("$room/link" 0 x </dev/null | cut -d';' -f1-3)" 'one;2;x'

sed -i 's/"one;/"two;/' "$tree/sim/main.cpp"
expect 'builds again after a change' "$("$launcher" </dev/null | cut -d';' -f1)" two

sed 's/"two;/"old;/' "$tree/sim/main.cpp" >"$room/old.cpp"
touch -d 2001-01-01 "$room/old.cpp"
cp -p "$room/old.cpp" "$tree/sim/main.cpp"
expect 'builds again after a file with an old time was put in place' "$("$launcher" </dev/null | cut -d';' -f1)" old

echo 'const char* extra() { return "an extra"; }' >"$tree/sim/extra.cpp"
expect 'builds again after a file came' "$("$launcher" </dev/null | cut -d';' -f5)" 'an extra'
rm "$tree/sim/extra.cpp"
expect 'builds again after a file went' "$("$launcher" </dev/null | cut -d';' -f5)" 'no extra'

echo 'const char* extra() { return mistake; }' >"$tree/sim/extra.cpp"
found=$("$launcher" </dev/null 2>"$room/errors"); status=$?
expect 'does not run a stale program when the build fails' "$status;$found" '3;'
expect "shows the compiler's error" "$(grep -c 'extra.cpp.*mistake' "$room/errors")" 1
expect 'shows no command line' "$(grep -c -- ' -c ' "$room/errors")" 0
found=$("$launcher" </dev/null 2>/dev/null); status=$?
expect 'fails again while the mistake is there' "$status;$found" '3;'
rm "$tree/sim/extra.cpp"

sed -i 's/"old;/"both;/' "$tree/sim/main.cpp"
for n in 1 2 3; do ("$launcher" </dev/null >"$room/out.$n" 2>&1) & done
wait
expect 'three at once all run the new program' "$(cut -d';' -f1 "$room"/out.? | tr '\n' ' ')" 'both both both '

mv "$tree" "$room/moved"
tree="$room/moved"
launcher="$tree/sim/spillway"
sed -i 's/"both;/"moved;/' "$tree/sim/main.cpp"
expect 'builds again after the tree has moved' "$("$launcher" </dev/null 2>&1 | cut -d';' -f1)" moved

# From here on no package manager is what it seems.
fake="$room/fake"
mkdir "$fake"
fake_command() { printf '#!/bin/bash\n%s\n' "$2" >"$fake/$1"; chmod +x "$fake/$1"; }
printf 'bash  runs this\nno-such-thing  makes it complete\n' >"$tree/sim/packages"

fake_command dpkg-query "echo installed bash; [[ ! -e $room/installed ]] || echo installed no-such-thing"
fake_command apt-get "echo \"\$DEBIAN_FRONTEND \$*\" >>$room/apt; [[ \$* != *install* ]] || touch $room/installed"
fake_command sudo '[[ $1 == -n ]] && shift; exec "$@"'
found=$(PATH="$fake:$PATH" "$launcher" </dev/null 2>"$room/errors" | cut -d';' -f1)
expect 'installs a missing package and runs' "$found" moved
expect 'says what it installs and why' "$(cat "$room/errors")" \
  'spillway: installing what is missing: no-such-thing (makes it complete)'
expect 'asks apt-get for just that' "$(sed 's/-q -o DPkg::Lock::Timeout=[0-9]* //' "$room/apt" | tr '\n' ';')" \
  'noninteractive update;noninteractive install -y --no-install-recommends no-such-thing;'

rm "$room/installed" "$room/apt"
fake_command apt-get 'echo "E: Unable to locate package"; exit 100'
touch "$tree/sim/packages"
found=$(PATH="$fake:$PATH" "$launcher" </dev/null 2>"$room/errors"); status=$?
expect 'stops when installing fails' "$status;$found" '3;'
expect "shows apt-get's error" "$(grep -m 1 'Unable to locate' "$room/errors")" 'E: Unable to locate package'
expect 'shows the command' "$(grep -c 'apt-get install -y --no-install-recommends no-such-thing' "$room/errors")" 1

printf '%d failed\n' "$failures"
((failures == 0))
