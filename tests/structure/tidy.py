#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources that changed since it last found nothing wrong with them.

    tidy.py BUILD        a build by clang, configured: its commands are used, but for its precompiled headers, so that each
                         source shows that it includes what it needs
    tidy.py --self-test  expects a mistake to be found, what is right to be left alone, and a change to be looked at

BUILD/tidy holds a stamp for each source that was found right; it is stale when the source, a header that it includes,
the checks (.clang-tidy) or this file is newer. Each finding is printed once, however many sources include its header.
Exit status: 0 nothing wrong, 1 something.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

# In a command, what hands a precompiled header to clang.
PRECOMPILED = re.compile(r"(?:-Winvalid-pch )?(?:-Xclang \S*(?:-include(?:-pch)?|cmake_pch\S*) )+")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
# A finding begins with its place, at the start of a line; what follows belongs to it.
FINDING = re.compile(r"^(?=/\S+:\d+:\d+: (?:warning|error): )", re.MULTILINE)


def take_commands(build):
    """Puts the build's commands, without precompiled headers, into BUILD/tidy. Returns the project's sources among them."""
    commands = json.loads((build / "compile_commands.json").read_text())
    for entry in commands:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    (build / "tidy").mkdir(exist_ok=True)
    (build / "tidy" / "compile_commands.json").write_text(json.dumps(commands))
    return sorted(path for path in (pathlib.Path(entry["file"]) for entry in commands) if not path.is_relative_to(build))


def files_of(root, source, known):
    """Returns the source with the project's headers that it includes, directly or not. `known` keeps what was read."""
    found, open_ends = set(), [source]
    while open_ends:
        path = open_ends.pop()
        if path in found:
            continue
        found.add(path)
        if path not in known:
            known[path] = [root / name for name in INCLUDE.findall(path.read_text())] if path.exists() else []
        open_ends += known[path]
    return found


def stamp_of(build, source):
    return build / "tidy" / (str(source).lstrip("/").replace("/", "-") + ".ok")


def is_right(stamp, files):
    """Whether the stamp is newer than all files. One that is missing has changed."""
    try:
        made = stamp.stat().st_mtime_ns
        return all(path.stat().st_mtime_ns < made for path in files)
    except FileNotFoundError:
        return False


def findings_in(build, root, source):
    """Looks at one source. Returns its findings; none, and leaves a stamp, when there is nothing wrong."""
    began = time.time_ns()
    done = subprocess.run(["clang-tidy-19", "--quiet", "-p", build / "tidy", source], cwd=root, capture_output=True, text=True)
    if done.returncode == 0:
        stamp = stamp_of(build, source)
        stamp.touch()
        os.utime(stamp, ns=(began, began))
        return []
    return [text for text in FINDING.split(done.stdout) if text.strip()] or [f"{source}: {done.stderr}"]


def check(build, root):
    """Returns all findings, and how many sources were looked at."""
    known = {}
    common = [root / ".clang-tidy", pathlib.Path(__file__)]
    stale = [
        source
        for source in take_commands(build)
        if not is_right(stamp_of(build, source), [*files_of(root, source, known), *common])
    ]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        all_found = list(pool.map(lambda source: findings_in(build, root, source), stale))
    return list(dict.fromkeys(text for found in all_found for text in found)), len(stale)


def self_test():
    failures = []

    def expect(what, condition):
        if not condition:
            failures.append(what)

    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve()
        (root / ".clang-tidy").write_text("Checks: '-*,bugprone-integer-division'\nHeaderFilterRegex: '.*'\nWarningsAsErrors: '*'\n")
        (root / "half.h").write_text("inline double half(int x) { return x / 2; }\n")
        for name in ("a", "b"):
            (root / f"{name}.cpp").write_text(f'#include "half.h"\ndouble {name}() {{ return half(3); }}\n')
        (root / "c.cpp").write_text("double c() { return 0.5; }\n")
        (root / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(t CXX)\nset(CMAKE_EXPORT_COMPILE_COMMANDS ON)\n"
            "add_library(t OBJECT a.cpp b.cpp c.cpp)\ntarget_precompile_headers(t PRIVATE <vector>)\n"
        )
        build = root / "build"

        def built():
            subprocess.run(["cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=clang++-19"],
                           check=True, capture_output=True)
            return check(build, root)

        found, looked_at = built()
        expect("three sources are looked at", looked_at == 3)
        expect(f"the header's mistake is found once: {found}", len(found) == 1 and "half.h:1:" in found[0])
        expect("the right one is not looked at again", built()[1] == 2)
        (root / "half.h").write_text("inline double half(int x) { return x / 2.0; }\n")
        expect("mended, all is right", built() == ([], 2))
        expect("and nothing is left to look at", built() == ([], 0))
        (root / "half.h").write_text("inline double half(int x) { return x / 4; }\n")
        found, looked_at = built()
        expect("a changed header is looked at by all that include it", looked_at == 2 and len(found) == 1)
        (root / "c.cpp").write_text("std::vector<double> c;\n")
        found, looked_at = built()
        expect(f"a source that lives on precompiled headers is found: {found}", "c.cpp:1:" in "".join(found))
    for failure in failures:
        print(f"not so: {failure}")
    return 1 if failures else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    (build,) = sys.argv[1:]
    root = pathlib.Path(__file__).resolve().parents[2]
    found, looked_at = check(pathlib.Path(build).resolve(), root)
    print("".join(found), end="")
    print(f"   {looked_at} sources looked at, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
