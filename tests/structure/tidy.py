#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources that changed since it last found nothing wrong with them.

    tidy.py BUILD        a build by clang, up to date: its commands are used, and what it knows each source includes
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

OBJECT = re.compile(r" -o (\S+)")
# A finding begins with its place, at the start of a line; what follows belongs to it.
FINDING = re.compile(r"^(?=/\S+:\d+:\d+: (?:warning|error): )", re.MULTILINE)


def sources_of(build):
    """Returns the project's sources in the build, generated ones left out, each with the object made of it."""
    commands = json.loads((build / "compile_commands.json").read_text())
    return {
        pathlib.Path(entry["file"]): OBJECT.search(entry["command"])[1]
        for entry in commands
        if not pathlib.Path(entry["file"]).is_relative_to(build)
    }


def includes_of(build):
    """Returns, by object, the files that it was made of."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, check=True, text=True).stdout
    includes, target = {}, None
    for line in listing.splitlines():
        if line.startswith("    "):
            includes[target].append(build / line.strip())
        elif ": #deps " in line:
            target = line.partition(": #deps ")[0]
            includes[target] = []
    return includes


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
    done = subprocess.run(["clang-tidy-19", "--quiet", "-p", build, source], cwd=root, capture_output=True, text=True)
    if done.returncode == 0:
        stamp = stamp_of(build, source)
        stamp.parent.mkdir(exist_ok=True)
        stamp.touch()
        os.utime(stamp, ns=(began, began))
        return []
    return [text for text in FINDING.split(done.stdout) if text.strip()] or [f"{source}: {done.stderr}"]


def check(build, root):
    """Returns all findings, and how many sources were looked at."""
    includes = includes_of(build)
    common = [root / ".clang-tidy", pathlib.Path(__file__)]
    stale = [
        source
        for source, target in sorted(sources_of(build).items())
        if not is_right(stamp_of(build, source), [source, *includes.get(target, [source / "unknown"]), *common])
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
            "add_library(t OBJECT a.cpp b.cpp c.cpp)\n"
        )
        build = root / "build"

        def built():
            subprocess.run(["cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_CXX_COMPILER=clang++-19"],
                           check=True, capture_output=True)
            subprocess.run(["ninja", "-C", build], check=True, capture_output=True)
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
