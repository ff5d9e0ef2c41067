#!/usr/bin/env python3
"""Checks that no object on the way to a result calls the mathematics of libm.

    libm.py ARCHIVE…       lists each forbidden symbol that an archive leaves undefined
    libm.py --self-test    expects the call of log in a small program to be found

libm's functions give other last digits with other versions and processors (it chooses code by what the processor has), so
they must not touch a result. Exact ones are fine: sqrt, fabs, floor, ceil, trunc, round, rint, fmod, frexp, ldexp, scalbn.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

INEXACT = """
log log2 log10 log1p exp exp2 exp10 expm1 pow sin cos tan sincos asin acos atan atan2 sinh cosh tanh asinh acosh atanh
lgamma tgamma gamma erf erfc cbrt hypot fma j0 j1 jn y0 y1 yn
""".split()
# f and l: float and long double; _r: reentrant lgamma; __…_finite: what older fast-math asks for; _ZGV…: vectors of libmvec.
FORBIDDEN = re.compile(r"^(?:(?:__)?(?:%s)(?:f|l|f128|f64|f32)?(?:_r)?(?:_finite)?|_ZGV\w+)(?:@.*)?$" % "|".join(INEXACT))


def undefined_symbols(path):
    """Returns the undefined symbols of an archive or object, and how many symbols it has at all."""
    listing = subprocess.run(["nm", path], capture_output=True, check=True, text=True).stdout
    symbols = [line.split() for line in listing.splitlines() if line and not line.endswith(":")]
    return {fields[-1] for fields in symbols if len(fields) == 2 and fields[0] in "UwW"}, len(symbols)


def check(paths):
    found, count = [], 0
    for path in paths:
        undefined, size = undefined_symbols(path)
        count += size
        found += [(path, symbol) for symbol in sorted(undefined) if FORBIDDEN.match(symbol)]
    return found, count


def self_test():
    good = "#include <cmath>\ndouble f(double x) { return std::sqrt(x) + std::floor(x) + std::fmod(x, 3.0); }\n"
    wrong = {name: f"#include <cmath>\ndouble f(double x) {{ return std::{name}(x); }}\n" for name in ("log", "sin", "erf")}
    wrong["powf"] = "#include <cmath>\nfloat f(float x) { return std::pow(x, x); }\n"
    wrong["lgammal"] = "#include <cmath>\nlong double f(long double x) { return std::lgamma(x); }\n"
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        source, output = pathlib.Path(folder, "f.cpp"), str(pathlib.Path(folder, "f.o"))
        for expected, text in {None: good, **wrong}.items():
            source.write_text(text)
            subprocess.run(["c++", "-O2", "-fno-math-errno", "-c", str(source), "-o", output], check=True)
            symbols = [symbol for _, symbol in check([output])[0]]
            if symbols != ([expected] if expected else []):
                failures += 1
                print(f"FAIL  expected {expected}, found {symbols}")
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    found, count = check(arguments)
    for path, symbol in found:
        print(f"{path}: calls {symbol}")
    if count == 0:
        print("the archives hold no symbol at all: nothing was checked")
    return 1 if found or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
