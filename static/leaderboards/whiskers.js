// Draws every interval of the table on one shared scale, as leaderboards/whiskers.py does.

const STEP = 50;
const table = document.querySelector("#board");
const axis = table?.querySelector("svg.axis");

const set = (svg, selector, attributes) => {
  const shape = svg.querySelector(selector);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
};

/** Bring axis and whiskers up to the data attributes of the whiskers. */
export const redraw = () => {
  if (!axis) return;
  const all = [...table.querySelectorAll("tbody svg.whisker")];
  const drawn = all.filter((svg) => svg.dataset.lower !== "");
  axis.classList.toggle("none", !drawn.length);
  if (!drawn.length) return;
  const width = axis.viewBox.baseVal.width;
  // Rows on other pages are drawn on the same scale.
  const elsewhere = Number(table.dataset.pages) > 1 ? axis.dataset : {};
  const lows = drawn.map((svg) => Number(svg.dataset.lower)).concat(Number(elsewhere.low ?? Infinity));
  const tops = drawn.map((svg) => Number(svg.dataset.upper)).concat(Number(elsewhere.high ?? -Infinity));
  const low = Math.floor(Math.min(...lows) / STEP) * STEP;
  const top = Math.ceil(Math.max(...tops) / STEP) * STEP;
  const high = Math.max(top, low + STEP);
  const x = (value) => (((Number(value) - low) / (high - low)) * width).toFixed(1);
  axis.querySelector(".low").textContent = low;
  axis.querySelector(".high").textContent = high;
  for (const svg of all) set(svg, ".anchor", { x1: x(axis.dataset.anchor), x2: x(axis.dataset.anchor) });
  for (const svg of drawn) {
    const [from, at, to] = [x(svg.dataset.lower), x(svg.dataset.value), x(svg.dataset.upper)];
    set(svg, ".span", { x1: from, x2: to });
    set(svg, ".from", { x1: from, x2: from });
    set(svg, ".to", { x1: to, x2: to });
    set(svg, "circle", { cx: at });
  }
};
