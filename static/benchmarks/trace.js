// Second by second: what the machine felt during a point, drawn when it is opened.
import { number } from "../numbers.js";

const HEIGHT_PX = 160;
const GIB = 2 ** 30;
const SERIES = {
  power_watts: { title: "Power", unit: "W", colour: "--cost", digits: 1, scale: 1 },
  temperature_celsius: { title: "Temperature", unit: "°C", colour: "--warn", digits: 0, scale: 1 },
  sm_clock_mhz: { title: "Clock", unit: "MHz", colour: "--speed", digits: 0, scale: 1 },
  memory_used_bytes: { title: "Memory used", unit: "GiB", colour: "--elo", digits: 2, scale: GIB },
};

// Resolves light-dark(), which a canvas does not know.
const resolved = (name) => {
  const probe = document.createElement("span");
  document.body.append(probe);
  probe.style.color = `var(${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const axis = (extra) => ({
  stroke: resolved("--quiet"),
  grid: { stroke: resolved("--line"), width: 1 },
  ticks: { stroke: resolved("--line"), width: 1 },
  font: "12px sans-serif",
  ...extra,
});

const plot = (root, at, name, values, isLast) => {
  const { title, unit, colour: of, digits, scale } = SERIES[name];
  const heading = document.createElement("h3");
  heading.textContent = `${title}, ${unit}`;
  root.append(heading);
  const show = (value) => (value === null || value === undefined ? "–" : number(value, digits));
  const options = {
    width: Math.min(760, root.clientWidth),
    height: HEIGHT_PX,
    scales: { x: { time: false } },
    axes: [
      axis(isLast ? { label: "seconds since the point began", labelFont: "12px sans-serif", labelSize: 18, size: 30 } : { size: 24 }),
      axis({ size: 56, values: (_, ticks) => ticks.map((tick) => number(tick, tick % 1 ? 1 : 0)) }),
    ],
    series: [
      { label: "at, s", value: (_, value) => show(value) },
      { label: unit, stroke: resolved(of), width: 1.5, spanGaps: false, value: (_, value) => show(value) },
    ],
    cursor: { sync: { key: root.id }, drag: { x: true, y: false } },
  };
  return new uPlot(options, [at, values.map((value) => (value === null ? null : value / scale))], root);
};

const draw = async (details) => {
  const root = details.querySelector(".plots");
  if (root.childElementCount) return;
  root.textContent = "loading";
  try {
    const response = await fetch(details.dataset.trace);
    if (!response.ok) throw new Error(String(response.status));
    const { at_s: at, series, rows, step } = await response.json();
    root.replaceChildren();
    const names = Object.keys(SERIES).filter((name) => name in series);
    const plots = names.map((name, index) => plot(root, at, name, series[name], index === names.length - 1));
    if (!plots.length) root.textContent = "The machine has no sensor that the agent can read.";
    if (step > 1) root.append(`Every ${step}th of ${rows} rows.`);
    new ResizeObserver(() => {
      const width = Math.min(760, root.clientWidth);
      for (const each of plots) if (each.width !== width) each.setSize({ width, height: HEIGHT_PX });
    }).observe(root);
  } catch {
    root.textContent = "It could not be loaded. The file is in the list below.";
  }
};

const prepare = () => {
  for (const details of document.querySelectorAll("details[data-trace]")) {
    if (!details.hidden) continue;
    details.hidden = false;
    details.addEventListener("toggle", () => details.open && draw(details));
    if (details.open) draw(details);
  }
};

prepare();
document.addEventListener("arena:sections", prepare);
