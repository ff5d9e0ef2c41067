"""What the tests of scenario files share: each file is run as it stands, from outside; its verdicts and its exit status are its
answer, and its figures are held to what can be reckoned with a pencil from the same file."""
import json
import pathlib
import subprocess
import sys
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "spillway"
SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"


class Answers(unittest.TestCase):
    """Of a folder of scenarios: FOLDER, and MISSED, by file and variant the objectives that are missed; all others are met."""

    FOLDER = ""
    MISSED = {}
    WHOLE_FOLDER = False  # whether each file of the folder has to be in MISSED
    WARNS = False  # whether a file may be warned about

    @classmethod
    def setUpClass(cls):
        if not cls.FOLDER:
            raise unittest.SkipTest("what others share")
        folder = SCENARIOS / cls.FOLDER
        cls.variants = {}
        for file in sorted(folder.glob("*.yaml")) if cls.WHOLE_FOLDER else [folder / f"{name}.yaml" for name in cls.MISSED]:
            done = subprocess.run([PROGRAM, "run", file, "--json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=300)
            # All that is missed is meant to be.
            if done.returncode != 0 or ("warning" in done.stderr and not cls.WARNS):
                raise AssertionError(f"{file}: exit status {done.returncode}\n{done.stderr}")
            cls.variants[file.stem] = json.loads(done.stdout)["variants"]

    def figure(self, scenario, variant, name):
        return self.variants[scenario][variant]["metrics"][name]["mean"]

    def assert_near(self, scenario, variant, name, reckoned, share):
        figure = self.figure(scenario, variant, name)
        self.assertLessEqual(abs(figure - reckoned), share * reckoned, f"{scenario} {variant} {name}: {figure}, reckoned {reckoned}")

    def test_the_verdicts_are_the_answers(self):
        missed = {scenario: {variant: sorted(name for name, told in said["objectives"].items() if told["verdict"] != "met")
                             for variant, said in variants.items()} for scenario, variants in self.variants.items()}
        self.assertEqual(missed, self.MISSED)
