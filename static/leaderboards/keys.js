// Keys of a board: j and k walk the rows, Enter opens one, x ticks it, c compares what is ticked,
// / searches, p goes to the plane, e to the exports, ? helps.

const table = document.querySelector("#board");
const search = document.querySelector("#search");
const help = document.querySelector("#help");

const rows = () => [...table.querySelectorAll("tbody:not([hidden]) > tr[data-key]")];

const walk = (step) => {
  const all = rows();
  const here = all.indexOf(document.activeElement.closest("tr[data-key]"));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
  // The link of the model is the row's focus, so Enter opens it as on any link.
  next?.querySelector(".model a").focus();
  next?.scrollIntoView({ block: "nearest" });
};

const tick = () => {
  const pick = document.activeElement.closest("tr[data-key]")?.querySelector(".pick");
  pick?.click();
};

const compare = () => {
  const button = document.querySelector("#compare button");
  if (!button.disabled) button.click();
};

const actions = {
  x: tick,
  c: compare,
  p: () => document.querySelector(".views [data-view='pareto']").click(),
  e: () => document.querySelector("#exports a").focus(),
  j: () => table && walk(1),
  k: () => table && walk(-1),
  "/": () => search.focus(),
  "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  // On the box of a row every key is one of the board, but for the space that ticks it.
  if (event.target.closest("input:not(.pick), select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

const hint = document.querySelector("button.keys");
hint.hidden = false;
hint.addEventListener("click", () => help.showModal());
