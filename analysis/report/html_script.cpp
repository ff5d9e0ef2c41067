#include "analysis/report/html_script.h"

namespace spillway::report {

const Literal kPageScript = R"js('use strict';
for (const plot of document.querySelectorAll('.plot')) {
  const svg = plot.querySelector('svg');
  const number = (name) => Number(plot.dataset[name]);
  const from = number('from'), until = number('until'), factor = number('factor');
  const greatest = number('greatest'), height = number('height'), top = number('top');

  // The points of a path, a list for each stretch without a break.
  const stretches = (path) => (path ? path.getAttribute('d') : '').split('M').filter(Boolean).map(
    (part) => part.replace('Z', '').split('L').map((point) => point.split(' ').map(Number)));
  const at = (points, x) => {
    for (let i = 1; i < points.length; ++i) {
      const [x0, y0] = points[i - 1], [x1, y1] = points[i];
      if (x0 <= x && x <= x1) return y0 + (x1 > x0 ? (y1 - y0) * (x - x0) / (x1 - x0) : 0);
    }
    return undefined;
  };
  const first = (lists, x) => lists.map((points) => at(points, x)).find((y) => y !== undefined);
  const value = (y) => greatest * (1 - y / height);

  const lines = [...plot.querySelectorAll('path.line')].map((path) => {
    const variant = [...path.classList].find((name) => name !== 'line');
    // A band goes there along its upper edge and back along its lower one.
    const upper = [], lower = [];
    for (const points of stretches(plot.querySelector('path.band.' + variant))) {
      const turn = points.findIndex((point, i) => i + 1 < points.length && points[i + 1][0] < point[0]);
      const middle = turn < 0 ? points.length / 2 : turn + 1;
      upper.push(points.slice(0, middle));
      lower.push(points.slice(middle).reverse());
    }
    return {path, variant, mean: stretches(path), upper, lower};
  });

  const rounded = (amount, place) => {
    const unit = 10 ** place;
    const text = (Math.round(amount / unit) * unit).toFixed(Math.max(0, -place));
    const [whole, rest] = text.split('.');
    const groups = whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
    return rest ? groups + '.' + rest : groups;
  };
  // No finer than the drawing or the confidence band.
  const drawn = greatest / height / 10;
  const describe = (line, x) => {
    const y = first(line.mean, x);
    if (y === undefined) return '';
    const high = first(line.upper, x), low = first(line.lower, x);
    const half = high === undefined || low === undefined ? 0 : (value(high) - value(low)) / 2;
    const place = Math.ceil(Math.log10(Math.max(drawn, half / 10)));
    const width = half >= 10 ** place ? ' ±' + rounded(half, place) : '';
    return rounded(value(y), place) + width;
  };

  const readout = document.createElement('div');
  readout.className = 'readout';
  readout.hidden = true;
  const rule = document.createElement('div');
  rule.className = 'rule';
  rule.hidden = true;
  plot.append(rule, readout);
  const hide = () => { readout.hidden = rule.hidden = true; };
  plot.addEventListener('pointerleave', hide);
  plot.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    if (share < 0 || share > 1) return hide();
    const time = (from + share * (until - from)) * factor;
    const place = Math.floor(Math.log10((until - from) * factor / 200));
    const rows = [['', rounded(time, place) + ' ' + plot.dataset.unit]];
    for (const line of lines) {
      const words = describe(line, share * 1000);
      if (words) rows.push([line.variant, line.path.dataset.name + ': ' + words]);
    }
    readout.replaceChildren(...rows.map(([variant, words]) => {
      const row = document.createElement('div');
      row.className = variant;
      row.textContent = words;
      return row;
    }));
    readout.hidden = rule.hidden = false;
    rule.style.left = share * box.width + 'px';
    rule.style.top = top + 'px';
    rule.style.height = height + 'px';
    const left = share * box.width + 14;
    const room = box.width - readout.offsetWidth;
    readout.style.left = (left > room ? Math.max(0, share * box.width - readout.offsetWidth - 14) : left) + 'px';
    readout.style.top = top + 8 + 'px';
  });
}
)js";

}  // namespace spillway::report
