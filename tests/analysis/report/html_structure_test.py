#!/usr/bin/env python3
"""Reads the HTML report as a parser does: html_structure_test.py SPILLWAY. Its parts, its tables, and that its numbers
are those of the JSON."""
import hashlib
import base64
import html.parser
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "spillway"
VOID = {"meta", "br", "hr", "img", "input", "link"}

SCENARIO = """scenario: shop
question: Do the workers keep up, and is "nothing" lost < ever?
run: {duration: 120s, warmup: 5s, replications: 6, seed: 7}
producers:
  shop: {load: {poisson: 40/s}, profile: {sale: {spike: {at: 30s, for: 20s, times: 4}}}, does: [{send: orders}]}
queues:
  orders: {}
consumers:
  workers: {from: orders, instances: 4, does: [{work: {exponential: 60ms}}]}
objectives:
  quick: shop.latency.p99 <= 1s
  shallow: orders.depth.max <= 100
variants:
  four: {}
  two: {consumers: {workers: {instances: 2}}}
"""


class Node:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []

    @property
    def text(self):
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def classes(self):
        return self.attributes.get("class", "").split()

    def all(self, tag=None, cls=None):
        for child in self.children:
            if isinstance(child, Node):
                if (tag is None or child.tag == tag) and (cls is None or cls in child.classes):
                    yield child
                yield from child.all(tag, cls)

    def first(self, tag=None, cls=None):
        return next(self.all(tag, cls), None)


class Page(html.parser.HTMLParser):
    """A tree in which every element is ended where it must be."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("document", {}, None)
        self.feed(text)
        self.close()
        if self.at is not self.root:
            raise AssertionError(f"<{self.at.tag}> is never ended")

    def handle_starttag(self, tag, attributes):
        node = Node(tag, attributes, self.at)
        if len(node.attributes) != len(attributes):
            raise AssertionError(f"<{tag}> has an attribute twice")
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag):
        if self.at.tag != tag:
            raise AssertionError(f"</{tag}> ends <{self.at.tag}> at {self.getpos()}")
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)


UNITS = {"": 1, "%": 0.01, "s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "min": 60, "h": 3600, "d": 86400,
         "/s": 1, "/min": 1 / 60, "/h": 1 / 3600, "B": 1, "KiB": 1024, "MiB": 1048576}
FIGURE = re.compile(r"\$?(-?[\d ]+(?:\.\d+)?) ?(%|[A-Za-zµ]+|/[a-z]+)?(?: ±([\d ]+(?:\.\d+)?))?(?: \(([^)]*)\))?$")


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def number(text):
    digits = text.replace(" ", "")
    places = len(digits.split(".")[1]) if "." in digits else 0
    return float(digits), places


def last_place(text):
    """What the last digit of a number counts: beyond its digits a whole number is rounded to tens, hundreds, …"""
    digits = text.replace(" ", "")
    if "." in digits:
        return 10.0 ** -len(digits.split(".")[1])
    return 10.0 ** (len(digits) - len(digits.rstrip("0"))) if digits.strip("0") else 1.0


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.room = pathlib.Path(folder.name)
        (cls.room / "shop.yaml").write_text(SCENARIO)
        done = subprocess.run([PROGRAM, "run", "shop.yaml", "--quiet", "--json", "shop.json", "--report", "shop.html"],
                              cwd=cls.room, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        cls.bytes = (cls.room / "shop.html").read_bytes()
        cls.page = Page(cls.bytes.decode("utf-8")).root
        cls.json = json.loads((cls.room / "shop.json").read_text())

    def test_has_its_parts_in_order(self):
        self.assertEqual([s.attributes["id"] for s in self.page.all("section")],
                         ["objectives", "figures", "levels", "messages", "metrics", "provenance"])
        self.assertEqual(self.page.first("h1").text, self.json["question"])
        self.assertEqual(len(list(self.page.all("main"))), 1)

    def test_has_headings_without_gaps_and_ids_once(self):
        levels = [int(n.tag[1]) for n in self.page.all() if re.fullmatch("h[1-6]", n.tag)]
        self.assertEqual(levels[0], 1)
        self.assertEqual(levels.count(1), 1)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1)
        ids = [n.attributes["id"] for n in self.page.all() if "id" in n.attributes]
        self.assertEqual(len(ids), len(set(ids)))
        for node in self.page.all():
            if "aria-labelledby" in node.attributes:
                self.assertIn(node.attributes["aria-labelledby"], ids)

    def test_says_what_each_header_of_a_table_heads(self):
        for table in self.page.all("table"):
            for header in table.all("th"):
                self.assertIn(header.attributes.get("scope"), ("col", "row", "rowgroup"))
            columns = len(list(table.first("thead").first("tr").all("th")))
            for row in table.all("tr"):
                cells = [c for c in row.children if isinstance(c, Node)]
                self.assertEqual(sum(int(c.attributes.get("colspan", 1)) for c in cells), columns)

    def test_describes_each_drawing(self):
        drawings = [n for n in self.page.all("svg") if n.attributes.get("role") == "img"]
        self.assertTrue(drawings)
        for drawing in drawings:
            self.assertGreater(len(drawing.attributes["aria-label"]), 20)

    def test_policy_allows_what_the_page_holds(self):
        policy = next(n.attributes["content"] for n in self.page.all("meta")
                      if n.attributes.get("http-equiv") == "Content-Security-Policy")
        for tag, directive in (("script", "script-src"), ("style", "style-src")):
            nodes = list(self.page.all(tag))
            self.assertEqual(len(nodes), 1)
            digest = base64.b64encode(hashlib.sha256(nodes[0].text.encode()).digest()).decode()
            self.assertIn(f"{directive} 'sha256-{digest}'", policy)
        self.assertTrue(policy.startswith("default-src 'none'"))

    def test_points_nowhere(self):
        for node in self.page.all():
            for name in node.attributes:
                self.assertNotIn(name, ("src", "href", "style", "action", "data"))
                self.assertFalse(name.startswith("on"), name)

    def check_figure(self, text, figure):
        """The text says the figure's number, rounded, and no finer than its interval."""
        text = plain(text)
        where = f"{text!r} for {figure}"
        mean = figure["mean"]
        if mean is None:
            self.assertRegex(text, r"^(– \(|never)", where)
            return
        if text.startswith((">99.9999", "<0.000001")):
            return
        found = FIGURE.match(text)
        self.assertTrue(found, where)
        shown, places = number(found[1])
        scale = UNITS[found[2] or ""]
        last = last_place(found[3] or found[1])
        self.assertLessEqual(abs(shown * scale - mean), last * scale * 0.5001 + 1e-12 * abs(mean), where)
        low, high = figure["low"], figure["high"]
        if low is None or high is None:
            return
        half = max(high - mean, mean - low)
        if found[3]:
            width, width_places = number(found[3])
            self.assertEqual(width_places, places, where)
            self.assertLessEqual(len(found[3].replace(" ", "").replace(".", "").strip("0")), 2, where)
            self.assertLessEqual(abs(width * scale - half), last * scale * 0.5001 + 1e-12, where)
        elif found[4] is None:
            self.assertLessEqual(half, last * scale * 0.5001 + 1e-12 * abs(mean), where)

    def figures(self, section):
        """Component, label, and the figure's text by variant of each line of a table of figures."""
        table = next(s for s in self.page.all("section") if s.attributes["id"] == section).first("table", "figures")
        variants = [h.text for h in table.first("thead").all("th")][1:]
        for body in table.all("tbody"):
            component = body.first("th", "component").text
            for row in list(body.all("tr"))[1:]:
                label = "".join(c for c in row.first("th").children if isinstance(c, str))
                texts = [(d.first("span", "figure") or Node("", {}, None)).text for d in row.all("td")]
                yield component, label, dict(zip(variants, texts))

    @staticmethod
    def name_of(component, label):
        return component + "." + label.replace(" @", "@").replace(" ", ".", 1)

    def test_shows_every_number_of_the_json(self):
        seen = set()
        for component, label, texts in self.figures("metrics"):
            name = self.name_of(component, label)
            for variant, text in texts.items():
                figure = self.json["variants"][variant]["metrics"].get(name)
                if figure is None:
                    self.assertEqual(text, "", name)
                    continue
                seen.add((variant, name))
                self.check_figure(text, figure)
        wanted = {(v, m) for v, variant in self.json["variants"].items() for m in variant["metrics"]}
        self.assertEqual(seen, wanted)

    def test_shows_the_key_figures_as_the_json_has_them(self):
        lines = list(self.figures("figures"))
        self.assertGreater(len(lines), 5)
        for component, label, texts in lines:
            for variant, text in texts.items():
                if text:
                    self.check_figure(text, self.json["variants"][variant]["metrics"][self.name_of(component, label)])

    def test_shows_the_verdicts_of_the_json(self):
        table = self.page.first("table", "objectives")
        variants = [h.text for h in table.first("thead").all("th")][1:]
        self.assertEqual(variants, list(self.json["variants"]))
        rows = list(table.first("tbody").all("tr"))
        self.assertEqual(len(rows), 2)
        for row in rows:
            name = row.first("th").children[0]
            for variant, cell in zip(variants, row.all("td")):
                objective = self.json["variants"][variant]["objectives"][name]
                self.assertEqual(cell.first("span", "verdict").text.split()[-1], objective["verdict"])
                self.check_figure(cell.first("span", "figure").text, objective)

    def test_draws_the_means_of_the_json(self):
        plot = self.page.first("div", "plot")
        height, greatest = float(plot.attributes["data-height"]), float(plot.attributes["data-greatest"])
        lines = list(plot.all("path", "line"))
        self.assertEqual([p.attributes["data-name"] for p in lines], list(self.json["variants"]))
        for path in lines:
            series = self.json["variants"][path.attributes["data-name"]]["series"]["orders.depth"]
            points = [tuple(map(float, p.split())) for p in re.split("[ML]", path.attributes["d"])[1:]]
            width = 1000 / len(series["mean"])
            for x, y in points:
                mean = series["mean"][math.floor(x / width)]
                self.assertLessEqual(abs(height * (1 - mean / greatest) - y), 0.051, (x, y))

    def test_says_where_messages_went(self):
        text = plain(next(s for s in self.page.all("section") if s.attributes["id"] == "messages").text)
        sent = sum(c["sent"] for v in self.json["variants"].values() for c in v["ledger"].values())
        acknowledged = sum(c["acknowledged"] for v in self.json["variants"].values() for c in v["ledger"].values())
        self.assertEqual(sent, acknowledged)
        self.assertIn("Every message was acknowledged", text)
        self.assertEqual(number(re.search(r": ([\d ]+) sent", text)[1])[0], sent)

    def test_gives_the_scenario_and_a_command_that_repeats_the_run(self):
        provenance = next(s for s in self.page.all("section") if s.attributes["id"] == "provenance")
        self.assertEqual(provenance.first("pre", "source").text, SCENARIO)
        command = provenance.first("pre", "command").text
        self.assertEqual(command, "spillway run shop.yaml --seed 7 --replications 6")
        again = subprocess.run([PROGRAM, *command.split()[1:], "--quiet", "--report", "again.html", "--threads", "1"],
                               cwd=self.room, capture_output=True, text=True)
        self.assertIn(again.returncode, (0, 1), again.stderr)
        self.assertEqual((self.room / "again.html").read_bytes(), self.bytes)
        self.assertIn(self.json["fingerprint"], provenance.text)

    def test_names_no_folder(self):
        self.assertNotIn(str(self.room).encode(), self.bytes)

    def test_is_not_written_where_it_cannot_be(self):
        for target, status in (("missing/out.html", 3), (".", 3), ("shop.yaml", 2), ("other.yaml", 2)):
            done = subprocess.run([PROGRAM, "run", "shop.yaml", "--replications", "1", "--report", target],
                                  cwd=self.room, capture_output=True, text=True)
            self.assertEqual(done.returncode, status, target)
            self.assertIn("spillway run:", done.stderr)
        self.assertEqual((self.room / "shop.yaml").read_text(), SCENARIO)
        done = subprocess.run([PROGRAM, "run", "shop.yaml", "--report", "same", "--json", "same"],
                              cwd=self.room, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        done = subprocess.run([PROGRAM, "run", "shop.yaml", "--replications", "1", "--quiet", "--report", "/dev/full"],
                              cwd=self.room, capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn("/dev/full", done.stderr)


if __name__ == "__main__":
    unittest.main()
