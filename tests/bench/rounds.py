"""What the benchmarks share: the CPU time of a program, and pairs of programs in interleaved rounds."""
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def usage_of(command):
    """Runs the command, discarding what it prints, and returns the kernel's account of it.

    That is of the child and of the children that it waited for: CPU seconds of user and system, greatest resident KiB.
    A command that fails ends this program with status 1.
    """
    command = [str(part) for part in command]
    quiet = os.environ | {"SYSTEMC_DISABLE_COPYRIGHT_MESSAGE": "1"}
    child = subprocess.Popen(command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: exit status {child.returncode} from: {' '.join(command)}")
    return usage


def cpu_seconds(command):
    """Runs the command, discarding what it prints, and returns the CPU seconds that it used."""
    usage = usage_of(command)
    return usage.ru_utime + usage.ru_stime


@dataclasses.dataclass
class Work:
    """A command, and how many customers, requests or messages it serves: so many that start-up does not matter."""
    command: list
    served: float


@dataclasses.dataclass
class Ratio:
    """What two programs serve in a second of CPU time (medians), and the rounds' ratios a / b."""
    a: float
    b: float
    median: float
    least: float
    most: float


def compare(a, b, rounds):
    """Compares two pieces of work, and tells each round on standard error.

    Each round runs both commands one after the other, every second round in the other order, so that a machine that
    grows busier or hotter harms both alike.
    """
    rates = {id(a): [], id(b): []}
    for number in range(rounds):
        for work in (a, b) if number % 2 == 0 else (b, a):
            rates[id(work)].append(work.served / cpu_seconds(work.command))
        last_a, last_b = rates[id(a)][-1], rates[id(b)][-1]
        print(f"round {number + 1}: A {last_a:.4g}/s  B {last_b:.4g}/s  A/B {last_a / last_b:.3f}", file=sys.stderr,
              flush=True)
    ratios = [of_a / of_b for of_a, of_b in zip(rates[id(a)], rates[id(b)])]
    return Ratio(statistics.median(rates[id(a)]), statistics.median(rates[id(b)]), statistics.median(ratios),
                 min(ratios), max(ratios))


def in_words(rate):
    """Returns the rate, in 1/s, with three digits."""
    unit, word = (1e6, "million") if rate >= 1e6 else (1e3, "thousand")
    digits = 2 if rate < 10 * unit else 1 if rate < 100 * unit else 0
    return f"{rate / unit:.{digits}f} {word}/s"
