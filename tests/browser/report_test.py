#!/usr/bin/env python3
"""Opens the HTML report in a browser: report_test.py SPILLWAY FLASH-SALE.yaml. Exits with 77 where there is none.

With SPILLWAY_PICTURES=FOLDER it leaves screenshots and a PDF there, for people to look at."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the folder belongs to the sources
import chromium  # noqa: E402

PROGRAM, SALE = sys.argv[1:3]
del sys.argv[1:3]

HOSTILE = r"""scenario: hostile
question: "</title></script><script>document.title='owned';alert(1)</script><img src=x onerror=alert(2)>\u202Egnp.exe &lt;b&gt; {{7*7}}"
run: {duration: 60s, replications: 2, seed: 7}
producers:
  shop: {load: {poisson: 40/s}, profile: {sale: {spike: {at: 20s, for: 10s, times: 4}}}, does: [{send: orders}]}
queues: {orders: {}}
consumers:
  workers: {from: orders, instances: 3, does: [{work: {exponential: 60ms}}]}
objectives:
  quick: shop.latency.p99 <= 1s
# </code></pre></main><script>alert(3)</script><!--
"""

OUTAGE = """scenario: outage
question: Does the shop go on selling while its payments hang?
run: {duration: 120s, warmup: 10s, replications: 4, seed: 7}
producers:
  shop: {load: {poisson: 100/s}, does: [{call: payments, timeout: 1s}]}
services:
  payments: {concurrency: 4, does: [{work: {exponential: 20ms}}]}
faults:
  provider-hangs: {hang: payments, at: 40s, for: 30s}
objectives:
  available: shop.success >= 99.9%
variants:
  goes-on: {}
  cancels: {edges: {shop -> payments: {cancel: true}}}
"""

# Every text of the page with the contrast between its colour and what is painted behind it (WCAG 2.2, 1.4.3).
CONTRAST = """(() => {
  const channels = (colour) => { const m = colour.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = (c) => { c /= 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const luminance = (m) => .2126 * light(m[0]) + .7152 * light(m[1]) + .0722 * light(m[2]);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const m = channels(getComputedStyle(node).backgroundColor);
      if (m[3] === 1) return m;
    }
    return [255, 255, 255, 1];
  };
  const poor = [];
  for (const node of document.body.querySelectorAll('*')) {
    if (![...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || node.tagName === 'SCRIPT') continue;
    const style = getComputedStyle(node);
    const text = luminance(channels(node.closest('svg') ? style.fill : style.color));
    const paper = luminance(behind(node));
    const ratio = (Math.max(text, paper) + .05) / (Math.min(text, paper) + .05);
    if (ratio < 4.5) poor.push(node.textContent.slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return poor;
})()"""


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.room = pathlib.Path(folder.name)
        cls.sale = cls.report(SALE, "sale", "--replications", "5")
        cls.json = json.loads((cls.room / "sale.json").read_text())
        (cls.room / "hostile.yaml").write_text(HOSTILE)
        cls.hostile = cls.report(cls.room / "hostile.yaml", "hostile")
        (cls.room / "outage.yaml").write_text(OUTAGE)
        cls.outage = cls.report(cls.room / "outage.yaml", "outage")
        cls.browser = chromium.Chromium(BROWSER)
        cls.addClassCleanup(cls.browser.__exit__)

    @classmethod
    def report(cls, scenario, name, *options):
        page = cls.room / (name + ".html")
        done = subprocess.run([PROGRAM, "run", str(scenario), *options, "--quiet", "--report", str(page),
                               "--json", str(page.with_suffix(".json"))], capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return page

    def open(self, page, **options):
        tab = chromium.Tab(self.browser, **options)
        tab.open(page)
        return tab

    def keep(self, tab, name):
        folder = os.environ.get("SPILLWAY_PICTURES")
        if folder:
            tab.picture(pathlib.Path(folder) / name)

    def expect_quiet(self, tab):
        """Nothing was loaded but the page, nothing complained."""
        urls = [e["request"]["url"] for e in tab.seen("Network.requestWillBeSent")]
        self.assertEqual(len(urls), 1, urls)
        self.assertTrue(urls[0].startswith("file:"), urls)
        self.assertEqual(tab.seen("Runtime.exceptionThrown"), [])
        self.assertEqual(tab.seen("Runtime.consoleAPICalled"), [])
        self.assertEqual(tab.seen("Log.entryAdded"), [])
        self.assertEqual(tab.seen("Page.javascriptDialogOpening"), [])

    def test_loads_alone_and_quietly_at_every_width_in_light_and_dark(self):
        for width in (1280, 420, 400):
            for dark in (False, True):
                with self.subTest(width=width, dark=dark):
                    tab = self.open(self.sale, width=width, dark=dark)
                    self.expect_quiet(tab)
                    self.assertLessEqual(tab.ask("document.documentElement.scrollWidth"), width)
                    self.assertIn("How deep does the queue get", tab.ask("document.querySelector('h1').innerText"))
                    self.assertIn("misses 2 of 4 objectives, as expected", tab.ask("document.body.innerText"))
                    self.assertEqual(tab.ask(CONTRAST), [])
                    self.keep(tab, f"{width}-{'dark' if dark else 'light'}.png")

    def test_follows_the_readers_light_or_dark(self):
        papers = [self.open(self.sale, dark=dark).ask("getComputedStyle(document.body).backgroundColor")
                  for dark in (False, True)]
        self.assertEqual(papers[0], "rgb(255, 255, 255)")
        self.assertNotEqual(papers[0], papers[1])

    def test_is_whole_without_scripts(self):
        with_scripts = self.open(self.sale).ask("document.body.innerText")
        tab = self.open(self.sale, scripts=False)
        self.assertEqual(tab.ask("document.body.innerText"), with_scripts)
        self.assertEqual(tab.ask("document.querySelectorAll('.readout').length"), 0)
        self.assertGreater(tab.ask("document.querySelector('.plot path.line').getBBox().width"), 900)

    def test_draws_letters_at_their_size_however_narrow_the_page_is(self):
        for width in (1280, 420):
            tab = self.open(self.sale, width=width)
            size = tab.ask("document.querySelector('.plot text.level').getBoundingClientRect().height")
            self.assertTrue(10 <= size <= 20, size)
            box = "document.querySelector('.plot').getBoundingClientRect().width"
            drawn = "document.querySelector('.plot svg.lines').getBoundingClientRect().width"
            self.assertAlmostEqual(tab.ask(box), tab.ask(drawn), delta=3)

    def test_labels_of_an_axis_do_not_touch(self):
        for width in (1280, 420):
            tab = self.open(self.sale, width=width)
            boxes = tab.ask("""[...document.querySelector('.plot').querySelectorAll('text.time')]
                .map((n) => n.getBoundingClientRect()).filter((b) => b.width > 0).map((b) => [b.left, b.right])""")
            self.assertGreaterEqual(len(boxes), 3)
            for (_, right), (left, _) in zip(boxes, boxes[1:]):
                self.assertLess(right + 4, left)

    def test_reads_out_what_the_lines_say_under_the_pointer(self):
        tab = self.open(self.sale)
        tab.ask("document.querySelector('.plot').scrollIntoView()")
        left, top, width = tab.ask("""(() => { const b = document.querySelector('.plot svg.lines')
            .getBoundingClientRect(); return [b.left, b.top, b.width]; })()""")
        tab.move(left + width * 7 / 20, top + 100)
        words = plain(tab.ask("document.querySelector('.readout').innerText")).split("\n")
        self.keep(tab, "read-out.png")
        self.assertRegex(words[0], r"^7\.0 min$")
        self.assertEqual(len(words), 1 + len(self.json["variants"]))
        for line in words[1:]:
            name, mean, _, half = re.fullmatch(r"(.+): ([\d ]+)( ±([\d ]+))?", line).groups()
            series = self.json["variants"][name]["series"]["orders.depth"]
            at = round(7 * 60 / series["step"] - 0.5)
            near = series["mean"][at - 2:at + 3]
            mean = float(mean.replace(" ", ""))
            # Within a bin of the pointer, and what a tenth of a pixel is worth.
            self.assertGreaterEqual(mean, min(near) - 100)
            self.assertLessEqual(mean, max(near) + 100)
            if half:
                wanted = (series["high"][at] - series["low"][at]) / 2
                self.assertAlmostEqual(float(half.replace(" ", "")), wanted, delta=wanted / 2 + 50)
        tab.move(5, 5)
        self.assertTrue(tab.ask("document.querySelector('.readout').hidden"))
        self.expect_quiet(tab)

    def test_shades_a_fault_where_it_was_and_names_it(self):
        for width in (1280, 400):
            with self.subTest(width=width):
                tab = self.open(self.outage, width=width)
                self.expect_quiet(tab)
                self.assertLessEqual(tab.ask("document.documentElement.scrollWidth"), width)
                self.assertEqual(tab.ask(CONTRAST), [])
                self.keep(tab, f"outage-{width}.png")
                plots = tab.ask("""[...document.querySelectorAll('#levels > figure')].map((figure) => {
                    const box = (name) => { const b = figure.querySelector(name).getBoundingClientRect();
                                            return [b.left, b.right, b.top, b.bottom]; };
                    // The inner picture's own place: its box is that of what is drawn in it.
                    const lines = figure.querySelector('svg.lines');
                    const inner = (key) => Number(lines.getAttribute(key));
                    const top = lines.ownerSVGElement.getBoundingClientRect().top + inner('y');
                    const [left, right] = box('svg.lines');
                    return {title: figure.querySelector('h3').firstChild.data,
                            lines: [left, right, top, top + inner('height')],
                            window: box('rect.window'), name: box('text.name:not([dx="0"])'),
                            said: figure.querySelector('text.name:not([dx="0"])').textContent};
                })""")
                self.assertEqual([plot["title"] for plot in plots],
                                 ["shop: goodput", "shop: failed", "payments: waiting"])
                for plot in plots:
                    left, right, top, bottom = plot["lines"]
                    at = lambda second: left + (right - left) * second / 120
                    self.assertAlmostEqual(plot["window"][0], at(40), delta=2)
                    self.assertAlmostEqual(plot["window"][1], at(70), delta=2)
                    self.assertAlmostEqual(plot["window"][2], top, delta=2)
                    self.assertAlmostEqual(plot["window"][3], bottom, delta=2)
                    self.assertEqual(plot["said"], "provider-hangs")
                    self.assertGreaterEqual(plot["name"][0], left)
                    self.assertLessEqual(plot["name"][1], right)
                    self.assertLessEqual(plot["name"][3], top + 2)

    def test_reads_out_that_nothing_was_answered_in_the_fault(self):
        tab = self.open(self.outage)
        tab.ask("document.querySelector('.plot').scrollIntoView()")
        left, top, width = tab.ask("""(() => { const b = document.querySelector('.plot svg.lines')
            .getBoundingClientRect(); return [b.left, b.top, b.width]; })()""")
        for second, least, most in ((30, 80, 120), (60, 0, 0)):
            tab.move(left + width * second / 120, top + 100)
            words = plain(tab.ask("document.querySelector('.readout').innerText")).split("\n")[1:]
            self.assertEqual([line.split(":")[0] for line in words], ["goes-on", "cancels"])
            for line in words:
                rate = float(re.match(r"[^:]*: ([\d.]+)", line)[1])
                self.assertTrue(least <= rate <= most, (second, line))

    def test_shows_a_hostile_scenario_as_text(self):
        tab = self.open(self.hostile)
        self.expect_quiet(tab)
        self.assertEqual(tab.ask("document.title"), "hostile – Spillway report")
        self.assertEqual(tab.ask("document.querySelector('h1').textContent"),
                         "</title></script><script>document.title='owned';alert(1)</script>"
                         "<img src=x onerror=alert(2)>\\u202egnp.exe &lt;b&gt; {{7*7}}")
        self.assertEqual(tab.ask("document.querySelector('pre.source').textContent"), HOSTILE)
        self.assertEqual(tab.ask("document.scripts.length"), 1)
        self.assertEqual(tab.ask("document.images.length"), 0)

    def test_policy_stops_any_other_script(self):
        tab = self.open(self.hostile)
        tab.ask("""(() => { const s = document.createElement('script'); s.textContent = 'window.owned = 1';
            document.body.append(s); })()""")
        self.assertIsNone(tab.ask("window.owned"))

    def test_opens_what_is_folded(self):
        tab = self.open(self.sale, width=420)
        tab.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        self.assertLessEqual(tab.ask("document.documentElement.scrollWidth"), 420)
        self.assertEqual(tab.ask(CONTRAST), [])
        self.keep(tab, "420-opened.png")
        wide = self.open(self.sale)
        wide.ask("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        self.keep(wide, "1280-opened.png")

    def test_prints_on_a_few_pages_of_a4(self):
        tab = self.open(self.sale, dark=True)
        pdf = tab.print()
        self.assertTrue(pdf.startswith(b"%PDF"))
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        self.assertTrue(2 <= pages <= 6, pages)
        width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
        self.assertAlmostEqual(width, 210 / 25.4 * 72, delta=2)
        self.assertAlmostEqual(height, 297 / 25.4 * 72, delta=2)
        folder = os.environ.get("SPILLWAY_PICTURES")
        if folder:
            (pathlib.Path(folder) / "report.pdf").write_bytes(pdf)

    def test_is_small(self):
        self.assertLess(self.sale.stat().st_size, 1_000_000)


if __name__ == "__main__":
    BROWSER = chromium.find()
    if not BROWSER:
        print("skipped: there is no Chromium here (apt-get install chromium)")
        sys.exit(77)
    unittest.main()
