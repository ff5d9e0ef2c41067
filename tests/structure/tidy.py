#!/usr/bin/env python3
"""Runs clang-tidy-19 over the sources that changed since it last found nothing wrong with them.

    tidy.py BUILD        a build by clang, configured: its commands are used, but for its precompiled headers
    tidy.py --self-test  expects a mistake to be found, what is right to be left alone, and a change to be looked at

Most of the time goes into what the standard library's headers hold, so that sources are looked at in groups, as one
source that includes them one after another. Only where that finds something is each looked at alone, so what is printed
does not depend on the groups; but a header that a source forgets is seen only where none before it includes that.
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
# The code that a source keeps to itself, and what it declares there: the name at the margin, before what it is.
PRIVATE = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.MULTILINE | re.DOTALL)
DECLARED = re.compile(r"^(?!template\b)[A-Za-z_].*?(\w+)(?:\[\w*\])?(?: : .*)?(?:\(| =|;| \{)", re.MULTILINE)
# The end of a command names the source, what differs between commands of one library.
SOURCE = re.compile(r" -o \S+ -c \S+$")
LARGEST_GROUP = 12


def commands_of(build):
    """Returns the entries of the build's commands for the project's sources, by source, without precompiled headers."""
    entries = json.loads((build / "compile_commands.json").read_text())
    for entry in entries:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    sources = {pathlib.Path(entry["file"]): entry for entry in entries}
    return {source: sources[source] for source in sorted(sources) if not source.is_relative_to(build)}


def private_names(source):
    """Returns the names that the source declares for itself; two sources of one group may not share any."""
    return {name for private in PRIVATE.findall(source.read_text()) for name in DECLARED.findall(private)}


def grouped(sources, commands):
    """Returns the sources in groups that compile as one: equal flags, no name twice."""
    groups = {}
    for source in sources:
        names = private_names(source)
        alike = groups.setdefault(SOURCE.sub("", commands[source]["command"]), [])
        for members, taken in alike:
            if len(members) < LARGEST_GROUP and not names & taken:
                members.append(source)
                taken |= names
                break
        else:
            alike.append(([source], names))
    return [members for alike in groups.values() for members, _ in alike]


def write_groups(build, groups, commands):
    """Writes a source for each group, and their commands with those of all sources. Returns the groups' sources."""
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    entries, written = list(commands.values()), []
    for number, members in enumerate(groups):
        path = folder / f"group_{number}.cpp"
        path.write_text("".join(f'#include "{source}"\n' for source in members))
        alike = commands[members[0]]
        entries.append({**alike, "file": str(path), "command": SOURCE.sub(f" -o {path}.o -c {path}", alike["command"])})
        written.append(path)
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    return written


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


def findings_in(build, root, source, *options):
    """Looks at one source, of the project or of a group. Returns its findings."""
    done = subprocess.run(
        ["clang-tidy-19", "--quiet", "-p", build / "tidy", *options, source], cwd=root, capture_output=True, text=True
    )
    if done.returncode == 0:
        return []
    return [text for text in FINDING.split(done.stdout) if text.strip()] or [f"{source}: {done.stderr}"]


def look_at(build, root, members, group):
    """Looks at a group; at each of its members where something is found. Returns the findings, and stamps what is right."""
    began = time.time_ns()
    together = len(members) > 1 and not findings_in(build, root, group, "--checks=-bugprone-suspicious-include")
    all_found = []
    for source in members:
        found = [] if together else findings_in(build, root, source)
        if not found:
            stamp = stamp_of(build, source)
            stamp.touch()
            os.utime(stamp, ns=(began, began))
        all_found += found
    return all_found


def check(build, root):
    """Returns all findings, and how many sources were looked at."""
    known = {}
    common = [root / ".clang-tidy", pathlib.Path(__file__)]
    commands = commands_of(build)
    stale = [
        source
        for source in commands
        if not is_right(stamp_of(build, source), [*files_of(root, source, known), *common])
    ]
    groups = grouped(stale, commands)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        written = write_groups(build, groups, commands)
        all_found = list(pool.map(lambda members, group: look_at(build, root, members, group), groups, written))
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
