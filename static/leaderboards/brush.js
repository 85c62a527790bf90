// Marks a part of the plane: drag across it, and the form asks for the figures inside.
// Without it the same four fields can be filled in by hand.

const svg = document.querySelector(".plane svg");
const form = document.querySelector("form.tools");
const LEAST_PX = 8;

const shareOf = (place, low, high) => Math.min(1, Math.max(0, (place - low) / (high - low)));

const valueOf = (share, low, high, isLog) =>
  isLog ? low * (high / low) ** share : low + share * (high - low);

const shapes = () => {
  const { width } = svg.getBoundingClientRect();
  const left = (width * Number(svg.dataset.left)) / 100;
  return { left, right: width - left, top: Number(svg.dataset.top), bottom: Number(svg.dataset.bottom) };
};

const fill = (axis, shares) => {
  const isLog = svg.dataset.log.split(" ").includes(axis);
  const low = Number(svg.dataset[`${axis}Low`]);
  const high = Number(svg.dataset[`${axis}High`]);
  const [first, last] = shares.toSorted((one, other) => one - other);
  for (const [end, share] of [["from", first], ["to", last]])
    form.elements[`${axis}_${end}`].value = Number(valueOf(share, low, high, isLog).toPrecision(4));
};

const at = (event) => {
  const box = svg.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};

let start = null;
let mark = null;

const draw = (end) => {
  mark.setAttribute("x", Math.min(start.x, end.x));
  mark.setAttribute("y", Math.min(start.y, end.y));
  mark.setAttribute("width", Math.abs(end.x - start.x));
  mark.setAttribute("height", Math.abs(end.y - start.y));
};

const forget = () => {
  mark?.remove();
  start = mark = null;
};

svg?.addEventListener("pointerdown", (event) => {
  // A finger scrolls; a pointer with a button marks.
  if (event.button !== 0 || event.pointerType === "touch") return;
  start = at(event);
  mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  mark.classList.add("marking");
  svg.append(mark);
  svg.setPointerCapture(event.pointerId);
});

svg?.addEventListener("pointermove", (event) => start && draw(at(event)));
svg?.addEventListener("pointercancel", forget);

svg?.addEventListener("pointerup", (event) => {
  if (!start) return;
  const [from, to] = [start, at(event)];
  forget();
  if (Math.abs(from.x - to.x) < LEAST_PX || Math.abs(from.y - to.y) < LEAST_PX) return;
  const { left, right, top, bottom } = shapes();
  fill("x", [shareOf(from.x, left, right), shareOf(to.x, left, right)]);
  fill("y", [shareOf(from.y, bottom, top), shareOf(to.y, bottom, top)]);
  form.requestSubmit();
});

const hint = document.querySelector(".brush-hint");
if (hint && matchMedia("(pointer: fine)").matches) hint.hidden = false;
