#!/usr/bin/env python3
"""Checks the structure of the tree: who may include what, and what lies where.

    layers.py TREE         checks the tree
    layers.py --self-test  feeds one bad tree to every rule and expects it to be refused

The order of the layers is read from tests/structure/layers.txt. The rules:

  order      an include points to the own layer or to an earlier one
  component  no sim/model/A includes a sim/model/B; sim/model/components.h, the list, may include all
  path       a quoted include is the full path from the root of a file that exists; system headers stand in <>
  library    yaml-cpp is included in sim/scenario/*.cpp only; CLI11, nlohmann and Boost in .cpp files only
  folder     each folder of sim/ and analysis/ is a layer, and source files lie in layers
  kind       sources end in .h or .cpp (another ending would escape these rules)
  name       no file or folder is called utils, helpers or common
  once       a header says #pragma once
  top        the top level holds CMakeLists.txt, sim, scenarios, analysis, tests, notebooks, README.md, dotfiles
"""
import pathlib
import re
import subprocess
import sys
import tempfile

TOP_LEVEL = {"CMakeLists.txt", "sim", "scenarios", "analysis", "tests", "notebooks", "README.md"}
CODE = ("sim", "analysis")
SOURCE_ENDINGS = {".h", ".cpp"}
OTHER_SOURCE_ENDINGS = {".hpp", ".hh", ".hxx", ".h++", ".cc", ".cxx", ".c++", ".c", ".ipp", ".inl", ".inc", ".tpp", ".ixx", ".cppm"}
VAGUE_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|misc)$")
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b[ \t]*(.*)$", re.MULTILINE)
TARGET = re.compile(r'(["<])([^">]+)[">]')
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SOURCE_ONLY_LIBRARIES = ("CLI/", "nlohmann/", "boost/", "yaml-cpp/")


def read_layers(tree):
    lines = (tree / "tests/structure/layers.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def layer_of(path, layers):
    """Returns the layer's place in the order, or None. path: a string from the root."""
    return next((place for place, layer in enumerate(layers) if path.startswith(layer + "/")), None)


def includes_of(file):
    """Yields (line number, opening mark or None, path) for each #include outside block comments."""
    text = file.read_text()
    text = BLOCK_COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        target = TARGET.match(match.group(1))
        yield (line, *target.groups()) if target else (line, None, match.group(1))


def check_include(tree, layers, name, mark, target):
    """Yields (rule, what is wrong) for one include of the file called name."""
    if mark is None:
        yield "path", f"the include {target} is computed"
        return
    in_project = target.split("/")[0] in (*CODE, "tests")
    if mark == "<":
        if in_project or ".." in target.split("/"):
            yield "path", f"<{target}> is not a system header; write \"full/path/from/the/root.h\""
        if target.startswith("yaml-cpp/") and not (name.startswith("sim/scenario/") and name.endswith(".cpp")):
            yield "library", f"<{target}> belongs in sim/scenario/*.cpp only"
        elif target.startswith(SOURCE_ONLY_LIBRARIES) and not name.endswith(".cpp"):
            yield "library", f"<{target}> belongs in .cpp files only"
        return
    if not in_project or ".." in target.split("/") or not (tree / target).is_file():
        yield "path", f'"{target}" is not the full path from the root of a file'
        return
    if name.startswith("tests/"):
        return
    own, other = layer_of(name, layers), layer_of(target, layers)
    if other is None or (own is not None and other > own):
        yield "order", f'"{target}" is no earlier layer'
    if name.startswith("sim/model/") and target.startswith("sim/model/") and name != "sim/model/components.h":
        own_parts, other_parts = name.split("/"), target.split("/")
        if len(own_parts) > 3 and len(other_parts) > 3 and own_parts[2] != other_parts[2]:
            yield "component", f'"{target}" is another component'


def top_level_of(tree):
    """Returns the tracked top-level entries, or those that are there when the tree is no git checkout."""
    if (tree / ".git").exists():
        command = ["git", "-c", "safe.directory=*", "-C", str(tree), "ls-files", "-z"]
        listing = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        return {path.split("/")[0] for path in listing.split("\0") if path}
    return {entry.name for entry in tree.iterdir()}


def check(tree):
    """Returns the violations as (rule, location, what is wrong)."""
    layers = read_layers(tree)
    found = []
    for entry in sorted(top_level_of(tree)):
        if entry not in TOP_LEVEL and not entry.startswith("."):
            found.append(("top", entry, "does not belong at the top level"))
    for area in (*CODE, "tests"):
        for path in sorted((tree / area).rglob("*")):
            name = path.relative_to(tree).as_posix()
            if "__pycache__" in path.parts:
                continue
            if VAGUE_NAMES.search(path.stem):
                found.append(("name", name, "say what it holds"))
            if path.is_dir():
                if area in CODE and name.count("/") == 1 and name not in layers:
                    found.append(("folder", name, "is not in tests/structure/layers.txt"))
                continue
            if path.suffix in OTHER_SOURCE_ENDINGS:
                found.append(("kind", name, "sources end in .h or .cpp"))
            if path.suffix not in SOURCE_ENDINGS:
                continue
            if area in CODE and layer_of(name, layers) is None:
                found.append(("folder", name, "lies in no layer"))
            if path.suffix == ".h" and not re.search(r"^#pragma once$", path.read_text(), re.MULTILINE):
                found.append(("once", name, "has no #pragma once"))
            for line, mark, target in includes_of(path):
                for rule, text in check_include(tree, layers, name, mark, target):
                    found.append((rule, f"{name}:{line}", text))
    return found


GOOD_TREE = {
    "CMakeLists.txt": "", "README.md": "", ".gitignore": "", "scenarios/a.yaml": "", "sim/spillway": "",
    "tests/structure/layers.txt": "# layers\nsim/kernel\nsim/model\nsim/scenario\nanalysis/stats\n",
    "sim/kernel/time.h": "#pragma once\n#include <cstdint>\n",
    "sim/kernel/event.h": '#pragma once\n#include "sim/kernel/time.h"\n/* #include "gone.h" */\n',
    "sim/model/queue/queue.h": '#pragma once\n#include "sim/kernel/event.h"\n',
    "sim/model/queue/queue.cpp": '#include "sim/model/queue/queue.h"\n',
    "sim/model/topic/topic.h": "#pragma once\n",
    "sim/model/components.h": '#pragma once\n#include "sim/model/queue/queue.h"\n#include "sim/model/topic/topic.h"\n',
    "sim/scenario/read.cpp": "#include <yaml-cpp/yaml.h>\n#include <nlohmann/json.hpp>\n",
    "analysis/stats/mean.h": '#pragma once\n#include "sim/kernel/time.h"\n',
    "tests/sim/kernel/time_test.cpp": '#include "sim/kernel/time.h"\n',
}

# Each: the rule that must refuse it, and the file that makes the good tree bad.
BAD_FILES = [
    ("order", "sim/kernel/bad.h", '#pragma once\n#include "sim/model/queue/queue.h"\n'),
    ("order", "sim/scenario/bad.cpp", '#  include "analysis/stats/mean.h"\n'),
    ("order", "sim/model/queue/bad.cpp", '#include "tests/structure/layers.txt"\n'),
    ("component", "sim/model/queue/bad.cpp", '#include "sim/model/topic/topic.h"\n'),
    ("component", "sim/model/topic/deep/bad.cpp", '#include "sim/model/queue/queue.h"\n'),
    ("path", "sim/kernel/bad.cpp", '#include "time.h"\n'),
    ("path", "sim/kernel/bad.cpp", '#include "../kernel/time.h"\n'),
    ("path", "sim/kernel/bad.cpp", '#include "sim/model/../kernel/time.h"\n'),
    ("path", "sim/kernel/bad.cpp", "#include <sim/kernel/time.h>\n"),
    ("path", "sim/kernel/bad.cpp", '#include "sim/kernel/missing.h"\n'),
    ("path", "sim/kernel/bad.cpp", "#include HEADER\n"),
    ("path", "tests/sim/kernel/bad_test.cpp", '#include "time.h"\n'),
    ("library", "sim/kernel/bad.cpp", "#include <yaml-cpp/yaml.h>\n"),
    ("library", "sim/scenario/bad.h", "#pragma once\n#include <yaml-cpp/yaml.h>\n"),
    ("library", "analysis/stats/bad.h", "#pragma once\n#include <boost/graph/graph_traits.hpp>\n"),
    ("library", "analysis/stats/bad.h", "#pragma once\n#include <CLI/CLI.hpp>\n"),
    ("library", "analysis/stats/bad.h", "#pragma once\n#include <nlohmann/json.hpp>\n"),
    ("folder", "sim/unknown/bad.cpp", ""),
    ("folder", "analysis/unknown/page.md", ""),
    ("folder", "sim/bad.cpp", ""),
    ("kind", "sim/kernel/bad.hpp", ""),
    ("name", "sim/kernel/utils.h", "#pragma once\n"),
    ("name", "analysis/stats/mean_helpers.cpp", ""),
    ("once", "sim/kernel/bad.h", ""),
    ("top", "docs/page.md", ""),
]


def self_test():
    failures = 0
    for rule, name, text in [(None, "sim/kernel/page.md", ""), *BAD_FILES]:
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            for path, content in {**GOOD_TREE, name: text}.items():
                (tree / path).parent.mkdir(parents=True, exist_ok=True)
                (tree / path).write_text(content)
            rules = {found[0] for found in check(tree)}
        if rules != ({rule} if rule else set()):
            failures += 1
            print(f"FAIL  {name} {text!r}: expected {rule}, found {sorted(rules)}")
    print(f"{len(BAD_FILES) + 1} trees, {failures} failed")
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    found = check(pathlib.Path(arguments[0]).resolve())
    for rule, location, text in found:
        print(f"{location}: {rule}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
