#!/usr/bin/env python3
"""Tests the program from outside: program_test.py SPILLWAY. What it prints where, its exit statuses, its files."""
import json
import os
import pathlib
import pty
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "spillway"
HERE = pathlib.Path(__file__).resolve().parent

SCENARIO = """scenario: shop
question: Do the workers keep up?
run: {duration: 60s, warmup: 5s, replications: 4, seed: 7}
producers:
  shop: {load: {poisson: 20/s}, profile: {sale: {spike: {at: 20s, for: 10s, times: 4}}}, does: [{send: orders}]}
queues:
  orders: {}
consumers:
  workers: {from: orders, instances: 4, does: [{work: {exponential: 80ms}}]}
"""
MET = SCENARIO + "objectives:\n  quick: shop.latency.p99 <= 1s\n"
MISSED = SCENARIO + "objectives:\n  empty: orders.depth.max <= 1\n"
EXPECTED = SCENARIO + "objectives:\n  empty: {objective: orders.depth.max <= 1, expect: missed}\n"
SURPRISE = SCENARIO + "objectives:\n  quick: {objective: shop.latency.p99 <= 1s, expect: missed}\n"
LONG = SCENARIO.replace("duration: 60s", "duration: 20h").replace("replications: 4", "replications: 5000")


class Program(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.room = pathlib.Path(self.folder.name)

    def write(self, text, name="s.yaml"):
        (self.room / name).write_text(text)
        return name

    def environment(self, **more):
        keep = {k: v for k, v in os.environ.items()
                if k not in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "COLUMNS", "TERM", "SPILLWAY_SIMD")}
        return {**keep, "LC_ALL": "C.UTF-8", "TERM": "xterm", **more}

    def spillway(self, *arguments, **options):
        options.setdefault("env", self.environment())
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([PROGRAM, *arguments], cwd=self.room, stdin=subprocess.DEVNULL, text=True,
                              timeout=120, **options)

    def on_terminal(self, *arguments, which=1, columns=80, **environment):
        """Runs with standard output (1) or errors (2) on a terminal. Returns status, and what came there."""
        leader, follower = pty.openpty()
        import fcntl, struct, termios
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        streams = {1: {"stdout": follower, "stderr": subprocess.DEVNULL},
                   2: {"stdout": subprocess.DEVNULL, "stderr": follower}}[which]
        child = subprocess.Popen([PROGRAM, *arguments], cwd=self.room, stdin=subprocess.DEVNULL,
                                 env=self.environment(**environment), **streams)
        os.close(follower)
        seen = b""
        while True:
            try:
                if not select.select([leader], [], [], 120)[0]:
                    break
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        os.close(leader)
        return child.wait(timeout=120), seen.decode()

    # What is asked for.

    def test_help_and_version_are_answers(self):
        for arguments in (["--help"], ["-h"], ["run", "--help"], ["check", "--help"], ["schema", "--help"],
                          ["presets", "-h"]):
            done = self.spillway(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)
            self.assertRegex(done.stdout, "Examples?:\n  spillway")
        self.assertRegex(self.spillway("--version").stdout, r"^spillway \d+\.\d+\.\d+\n$")

    def test_schema_is_a_json_schema_that_accepts_the_scenario(self):
        done = self.spillway("schema")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        schema = json.loads(done.stdout)
        if jsonschema:
            jsonschema.validators.validator_for(schema).check_schema(schema)

    def test_presets_are_listed_and_explained_with_their_sources(self):
        listed = self.spillway("presets")
        self.assertEqual((listed.returncode, listed.stderr), (0, ""))
        self.assertRegex(listed.stdout, r"(?m)^aws-sqs-standard +queue +\S")
        shown = self.spillway("presets", "aws-sqs-standard")
        self.assertEqual(shown.returncode, 0)
        self.assertIn("visibility: 30s", shown.stdout)
        self.assertIn("https://", shown.stdout)
        self.assertIn("not modelled", shown.stdout)
        wrong = self.spillway("presets", "aws-sqs")
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertIn("aws-sqs-standard", wrong.stderr)

    # Wrong command lines.

    def test_wrong_command_lines_are_told_apart_and_helped(self):
        self.write(MET)
        for arguments, hint in (
                ([], "Usage"),
                (["rnu", "s.yaml"], "did you mean 'run'"),
                (["s.yaml"], "spillway run s.yaml"),
                (["--json", "run"], "the verb comes first"),
                (["run"], "FILE is missing"),
                (["run", "--json=s.yaml"], "--json took 's.yaml'"),
                (["run", "s.yaml", "more.yaml"], "one file at a time"),
                (["run", "s.yaml", "--replicatoins", "3"], "did you mean '--replications'"),
                (["run", "s.yaml", "--replications", "0"], "from 1 to 1000000"),
                (["run", "s.yaml", "--replications", "3.5"], "from 1 to 1000000"),
                (["run", "s.yaml", "--replications"], "--replications"),
                (["run", "s.yaml", "--threads", "-1"], "from 1 to 1024"),
                (["run", "s.yaml", "--seed", "0x1ffffffffffffffff"], "--seed must be"),
                (["run", "s.yaml", "--seed", "-3"], "--seed must be"),
                (["run", "s.yaml", "--color", "blue"], "auto, always or never"),
                (["run", "s.yaml", "--json", "other.yaml"], "would overwrite"),
                (["run", "s.yaml", "--variant", "nope"], "nope"),
                (["run", "s.yaml", "--set", "workers.instnaces=3"], "instances"),
                (["check", "s.yaml", "--seed", "3"], "no option '--seed'"),
                (["schema", "extra"], "extra")):
            done = self.spillway(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertIn(hint, done.stderr, arguments)

    def test_a_missing_file_and_a_wrong_scenario_are_status_2(self):
        done = self.spillway("run", "nope.yaml")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("nope.yaml: error:", done.stderr)
        self.write(SCENARIO.replace("instances", "instnaces").replace("20/s", "20"))
        for verb in ("run", "check"):
            done = self.spillway(verb, "s.yaml")
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"s\.yaml:5:\d+: error:")
            self.assertIn("did you mean 'instances'", done.stderr)
            self.assertIn("2 errors", done.stderr)

    # Results.

    def test_results_go_to_standard_output_and_nothing_else_does(self):
        self.write(MET)
        done = self.spillway("run", "s.yaml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("✓ met", done.stdout)
        self.assertIn("4 replications, seed 7", done.stdout)
        self.assertNotIn("\x1b", done.stdout)

    def test_the_same_run_gives_the_same_bytes_on_any_number_of_threads(self):
        self.write(MET)
        for extra in ([], ["--json"]):
            outputs = {self.spillway("run", "s.yaml", "--threads", threads, *extra).stdout for threads in "123"}
            self.assertEqual(len(outputs), 1)

    def test_exit_status_tells_whether_objectives_are_kept(self):
        for text, status in ((SCENARIO, 0), (MET, 0), (MISSED, 1), (EXPECTED, 0), (SURPRISE, 1)):
            self.write(text)
            self.assertEqual(self.spillway("run", "s.yaml").returncode, status, text[-80:])
        done = self.spillway("run", "s.yaml")
        self.assertIn("expected to miss", done.stdout)

    def test_undecided_counts_as_missed_only_when_strict(self):
        # With one replication there is no interval, so nothing is decided.
        self.write(MET)
        once = ["run", "s.yaml", "--replications", "1"]
        self.assertIn("undecided", self.spillway(*once).stdout)
        self.assertEqual(self.spillway(*once).returncode, 0)
        self.assertEqual(self.spillway(*once, "--strict").returncode, 1)

    def test_quiet_leaves_the_exit_status_alone(self):
        self.write(MISSED)
        done = self.spillway("run", "s.yaml", "--quiet")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (1, "", ""))

    def test_the_command_line_changes_seed_replications_and_scenario(self):
        self.write(MET)
        run = json.loads(self.spillway("run", "s.yaml", "--json", "--seed", "0xffffffffffffffff", "--replications",
                                       "2", "--set", "workers.instances=8", "--set", "run.duration=30s").stdout)
        self.assertEqual(run["seed"], 2**64 - 1)
        base = next(iter(run["variants"].values()))
        self.assertEqual((base["replications"], base["duration"]), (2, 30))
        same = json.loads(self.spillway("run", "s.yaml", "--json", "--seed", str(2**64 - 1), "--replications", "2",
                                        "--set", "workers.instances=8", "--set", "run.duration=30s").stdout)
        self.assertEqual(run, same)

    def test_json_has_the_documented_shape(self):
        self.write(MISSED)
        for extra in ([], ["--replications", "1"]):
            done = self.spillway("run", "s.yaml", "--json", *extra)
            self.assertEqual(done.stderr, "")
            run = json.loads(done.stdout)
            base = next(iter(run["variants"].values()))
            for ledger in base["ledger"].values():
                places = ("acknowledged", "ready", "in_flight", "delayed", "dead_lettered", "expired", "dropped",
                          "rejected", "filtered", "deduplicated", "lost")
                self.assertEqual(ledger["sent"], sum(ledger[place] for place in places))
            for name in ("shop.latency.mean", "shop.latency.max", "shop.latency.p50", "shop.latency.p95",
                         "shop.latency.p99", "shop.latency.p99@sale", "orders.depth.max"):
                self.assertIn(name, base["metrics"])
            if jsonschema:
                schema = json.loads((HERE.parent / "report" / "run.schema.json").read_text())
                jsonschema.validate(run, schema, jsonschema.validators.validator_for(schema))

    def test_json_goes_into_a_file_as_a_whole_beside_the_summary(self):
        self.write(MET)
        (self.room / "r.json").write_text("old")
        os.chmod(self.room / "r.json", 0o600)
        os.symlink("r.json", self.room / "link.json")
        done = self.spillway("run", "s.yaml", "--json", "link.json")
        self.assertEqual(done.returncode, 0)
        self.assertIn("✓ met", done.stdout)
        self.assertEqual(json.loads((self.room / "r.json").read_text())["scenario"], "shop")
        self.assertTrue((self.room / "link.json").is_symlink())
        self.assertEqual((self.room / "r.json").stat().st_mode & 0o777, 0o600)
        self.assertEqual(sorted(os.listdir(self.room)), ["link.json", "r.json", "s.yaml"])

    # What can go wrong on the way out.

    def test_a_file_that_cannot_be_written_is_known_before_the_simulation(self):
        self.write(LONG)
        for path in ("no/such/folder/r.json", "."):
            began = time.monotonic()
            done = self.spillway("run", "s.yaml", "--json", path)
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertIn(f"cannot write '{path}'", done.stderr)
            self.assertLess(time.monotonic() - began, 10)

    def test_a_full_disk_is_status_3_and_keeps_the_old_file(self):
        self.write(MET)
        (self.room / "r.json").write_text("old")
        done = self.spillway("run", "s.yaml", "--json", "r.json",
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot write 'r.json'", done.stderr)
        self.assertEqual((self.room / "r.json").read_text(), "old")
        self.assertEqual(sorted(os.listdir(self.room)), ["r.json", "s.yaml"])
        with open("/dev/full", "w") as full:
            done = self.spillway("run", "s.yaml", stdout=full)
        self.assertEqual(done.returncode, 3)
        self.assertIn("No space left on device", done.stderr)

    def test_a_closed_standard_output_is_status_3(self):
        self.write(MET)
        done = self.spillway("run", "s.yaml", stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot write standard output", done.stderr)

    def test_a_reader_that_has_gone_is_no_error(self):
        self.write(MISSED)
        for extra in ([], ["--json"]):
            reading, writing = os.pipe()
            os.close(reading)
            done = self.spillway("run", "s.yaml", *extra, stdout=writing)
            os.close(writing)
            self.assertEqual((done.returncode, done.stderr), (1, ""))

    # Interruptions.

    def interrupt(self, *arguments, signals, after=1.0):
        child = subprocess.Popen([PROGRAM, *arguments], cwd=self.room, env=self.environment(), text=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(after)
        for number in signals:
            child.send_signal(number)
            time.sleep(0.02)
        out, err = child.communicate(timeout=60)
        return child.returncode, out, err

    def test_an_interrupted_run_keeps_what_was_finished(self):
        self.write(LONG.replace("20h", "10min"))
        for number in (signal.SIGINT, signal.SIGTERM):
            status, out, err = self.interrupt("run", "s.yaml", "--json", "r.json", signals=[number])
            self.assertEqual(status, 130)
            self.assertIn("stopping", err)
            self.assertRegex(out, r"partial: \d+ of 5000 replications of \S+ finished")
            run = json.loads((self.room / "r.json").read_text())
            self.assertIs(run["partial"], True)
            base = next(iter(run["variants"].values()))
            self.assertTrue(0 < base["replications"] < base["planned"] == 5000)
            if jsonschema:
                schema = json.loads((HERE.parent / "report" / "run.schema.json").read_text())
                jsonschema.validate(run, schema, jsonschema.validators.validator_for(schema))

    def test_an_interruption_before_anything_was_finished_says_so(self):
        self.write(LONG)
        status, out, _ = self.interrupt("run", "s.yaml", signals=[signal.SIGINT], after=0.5)
        self.assertEqual(status, 130)
        self.assertRegex(out, r"partial: \d+ of 5000 replications")

    # Terminals.

    def test_colour_only_on_terminals_and_never_with_no_color(self):
        self.write(MET)
        self.assertIn("\x1b[32m", self.on_terminal("run", "s.yaml")[1])
        self.assertNotIn("\x1b", self.on_terminal("run", "s.yaml", NO_COLOR="1")[1])
        self.assertIn("\x1b[32m", self.on_terminal("run", "s.yaml", NO_COLOR="")[1])
        self.assertNotIn("\x1b", self.on_terminal("run", "s.yaml", TERM="dumb")[1])
        self.assertNotIn("\x1b", self.on_terminal("run", "s.yaml", "--color", "never")[1])
        self.assertIn("\x1b[32m", self.spillway("run", "s.yaml", "--color=always").stdout)
        self.assertIn("\x1b[32m", self.spillway("run", "s.yaml", "--color=always",
                                                env=self.environment(NO_COLOR="1")).stdout)

    def test_diagnostics_are_coloured_on_terminals(self):
        self.write(SCENARIO.replace("instances", "instnaces"))
        self.assertIn("\x1b[31merror:\x1b[0m", self.on_terminal("check", "s.yaml", which=2)[1])
        self.assertNotIn("\x1b", self.spillway("check", "s.yaml").stderr)

    def test_the_summary_is_as_wide_as_the_terminal(self):
        self.write(MET)
        def widest(columns):
            text = self.on_terminal("run", "s.yaml", columns=columns, NO_COLOR="1")[1]
            return max(len(line.rstrip()) for line in text.split("\r\n"))
        self.assertLessEqual(widest(60), 60)
        self.assertGreater(widest(100), 80)
        self.assertLessEqual(widest(300), 120)

    def test_ascii_alone_where_the_locale_is_not_utf8(self):
        self.write(MISSED)
        done = self.spillway("run", "s.yaml", env=self.environment(LC_ALL="C"))
        self.assertTrue(done.stdout.isascii())
        self.assertIn("missed", done.stdout)

    def test_progress_is_one_line_on_a_terminal_and_erased_at_the_end(self):
        self.write(SCENARIO.replace("duration: 60s", "duration: 10min"))
        status, errors = self.on_terminal("run", "s.yaml", which=2)
        self.assertEqual(status, 0)
        self.assertRegex(errors, r"\d/4 replications")
        self.assertNotIn("\n", errors)
        self.assertTrue(errors.endswith("\r\x1b[K"), repr(errors[-40:]))
        self.assertEqual(self.on_terminal("run", "s.yaml", "--quiet", which=2)[1], "")

    def test_texts_of_the_scenario_bring_no_control_characters(self):
        self.write(MET.replace("Do the workers keep up?", '"\\e]0;owned\\a\\e[2J \\u009b31m \\u202e"'))
        for arguments in (["run", "s.yaml"], ["run", "s.yaml", "--json"], ["check", "s.yaml"]):
            done = self.spillway(*arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", done.stdout + done.stderr))
        done = self.spillway("run", "\x1b[31mnope.yaml")
        self.assertNotIn("\x1b", done.stderr)
        done = self.spillway("\x1b[31mrun")
        self.assertNotIn("\x1b", done.stderr)

    # check.

    def test_check_says_what_is_offered_against_what_is_taken_at_once(self):
        self.write(LONG)
        began = time.monotonic()
        done = self.spillway("check", "s.yaml")
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^  workers +consumer +20/s +80/s +50/s +40% +160%$")
        self.assertIn("workers cannot keep up at the peak: what waits grows by 30/s", done.stdout)

    def test_check_and_run_warn_of_circles_at_the_step_that_closes_them(self):
        circle = SCENARIO.replace("[{send: orders}]", "[{send: orders}, {call: a}]").replace(
            "profile: {sale: {spike: {at: 20s, for: 10s, times: 4}}}, ", "") + (
            "services:\n"
            "  a: {instances: 50, does: [{work: 1ms}, {choose: {10%: [{call: b}], 90%: []}}]}\n"
            "  b: {does: [{call: a}]}\n"
            "variants: {one: {}, two: {run: {seed: 8}}}\n")
        self.write(circle)
        warning = ("s.yaml:12:21: warning: services.b.does[1].call: calls go in a circle, a -> b -> a: each request "
                   "makes 0.1 more on average; it can happen that all slots of 'a' are held by requests that wait "
                   "for one of these slots, a deadlock [sync-cycle]\n")
        for verb in ("check", "run"):
            done = self.spillway(verb, "s.yaml")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(warning, done.stderr)
            self.assertEqual(done.stderr.count("[sync-cycle]"), 1, "variants share it")
            self.assertNotIn("sync-cycle", done.stdout)
        self.assertIn("\x1b[33mwarning:\x1b[0m", self.on_terminal("check", "s.yaml", which=2)[1])
        # Errors come alone: what is not understood is not judged.
        self.write(circle.replace("work: 1ms", "work: 1"))
        done = self.spillway("check", "s.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertNotIn("sync-cycle", done.stderr)

    def test_check_says_how_far_waiting_reaches(self):
        self.write(SCENARIO.replace("{send: orders}", "{send: orders}, {call: a}") +
                   "services:\n  a: {does: [{call: b}]}\n  b: {does: [{work: 1ms}]}\n")
        done = self.spillway("check", "s.yaml")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("shop waits for 2 calls in a row: a -> b; a message holds up to 2 slots at once",
                      " ".join(done.stdout.split()))


if __name__ == "__main__":
    unittest.main(verbosity=1)
