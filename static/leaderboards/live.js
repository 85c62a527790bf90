// Keeps a board fresh: patches cells in place, moves rows when nobody is reading them.
import { moment, number } from "../numbers.js";
import { number as numberReferences } from "./references.js";
import { blankRow, writeLeads, writeRow } from "./rows.js";
import { follow } from "./socket.js";
import { redraw } from "./whiskers.js";

const TINT_MS = 1_000;
const ANNOUNCE_MS = 10_000;

const area = document.querySelector("#board-area");
const table = document.querySelector("#board");
const pill = document.querySelector("#pill");
const live = document.querySelector("#live");
const liveText = document.querySelector("#live-text");
const pause = document.querySelector("#pause");
const announcement = document.querySelector("#announcement");

let position = Number(table.dataset.position);
let updatedAt = null;
let waiting = 0;
let moved = 0;
let unannounced = 0;
let isPaused = false;
let catchUp = null;

const trs = new Map([...table.querySelectorAll("tr[data-key]")].map((tr) => [tr.dataset.key, tr]));
const sectionOf = new Map([...trs.values()].map((tr) => [tr, tr.closest("tbody").dataset.section]));

// Of a page with some rows only, or other figures than the stored ones, no patch can be written in:
// it says how many rows of the board have changed, and loads itself again when asked.
const follows = table.dataset.follows === "yes";


// Of a board of several pages only one is here: what comes to it or leaves it, the server knows.
const isPaged = Number(table.dataset.pages) > 1;
const isDefaultSort = table.dataset.defaultSort === "yes";
const orders = [...trs.values()].map((tr) => Number(tr.dataset.order));
const [firstOrder, lastOrder] = [Math.min(...orders), Math.max(...orders)];


// Rows: what stands where

/** Whether a row stands on this page, as far as its order tells; in another order it may. */
const belongsHere = (row) => !isDefaultSort || (row.order >= firstOrder && row.order <= lastOrder);

const valueOf = (tr, column) =>
  column === "model"
    ? tr.querySelector(".model a").textContent.toLowerCase()
    : tr.querySelector(`td[data-column="${column}"]`).dataset.value;

/** Figures that do not compare with their column come after those that do, missing ones last. */
const standing = (tr, column, value) => {
  if (value === "") return 2;
  return Number(column !== "model" && tr.querySelector(`td[data-column="${column}"]`).classList.contains("apart"));
};

const compare = (a, b) => {
  const byOrder = Number(a.dataset.order) - Number(b.dataset.order);
  if (isDefaultSort) return byOrder;
  const column = table.dataset.sort.replace("-", "");
  const sign = table.dataset.sort.startsWith("-") ? -1 : 1;
  const [left, right] = [valueOf(a, column), valueOf(b, column)];
  const byStanding = standing(a, column, left) - standing(b, column, right);
  if (byStanding) return byStanding;
  if (left === right) return byOrder;
  const isLess = column === "model" ? left < right : Number(left) < Number(right);
  return isLess ? -sign : sign;
};

const markTiers = (rows) => {
  let tier = table.dataset.tierBefore;
  for (const tr of rows) {
    const isRanked = isDefaultSort && table.dataset.tiers === "yes";
    const isStart = isRanked && tr.dataset.tier !== "" && tr.dataset.tier !== tier;
    tr.classList.toggle("tier-start", isStart);
    tier = tr.dataset.tier;
  }
};

const showPill = () => {
  const updates = waiting + moved;
  const where = follows ? "" : " on this board, load them";
  pill.textContent = `${number(updates)} update${updates === 1 ? "" : "s"}${where}`;
  pill.hidden = !updates;
};

const arrange = () => {
  waiting = 0;
  showPill();
  for (const tr of table.querySelectorAll("tr[data-key]")) if (trs.get(tr.dataset.key) !== tr) tr.remove();
  for (const body of table.tBodies) {
    const rows = [...trs.values()].filter((tr) => sectionOf.get(tr) === body.dataset.section).sort(compare);
    rows.forEach((tr, index) => {
      // The first row of a section is its heading.
      if (body.rows[index + 1] !== tr) body.insertBefore(tr, body.rows[index + 1] ?? null);
    });
    markTiers(rows);
    body.hidden = !rows.length;
  }
  area.hidden = !trs.size;
  document.querySelector("#empty").hidden = Boolean(trs.size);
  numberReferences();
  redraw();
};

const isRead = () => area.matches(":hover") || (table !== document.activeElement && table.contains(document.activeElement));

const arrangeUnlessRead = () => {
  if (!follows) return showPill();
  if (!isRead()) return arrange();
  redraw();
  showPill();
};

const tint = (cells) => {
  for (const cell of cells) {
    cell.classList.add("changed");
    setTimeout(() => cell.classList.remove("changed"), TINT_MS);
  }
};

const put = (rows, removed) => {
  if (!follows) {
    waiting += rows.length + removed.length;
    unannounced += rows.length + removed.length;
    return showPill();
  }
  const gone = removed.filter((key) => trs.delete(key)).length;
  for (const row of rows) {
    if (isPaged && trs.has(row.key) !== belongsHere(row)) moved += 1;
    if (isPaged && !trs.has(row.key)) continue;
    const tr = trs.get(row.key) ?? blankRow();
    const changed = writeRow(tr, row);
    trs.set(row.key, tr);
    sectionOf.set(tr, row.section);
    if (tr.isConnected) tint(changed);
    unannounced += changed.length ? 1 : 0;
    waiting += changed.length ? 1 : 0;
  }
  if (isPaged) moved += gone;
  else waiting += removed.length;
  arrangeUnlessRead();
};

const note = (message) => {
  position = message.position;
  updatedAt = Date.now();
  if (!follows) return;
  if (message.leads) writeLeads(trs, message.leads);
  document.querySelector("#position").textContent = number(position);
  if (message.vote_count !== undefined) {
    document.querySelector("#vote-count").textContent = number(message.vote_count);
    document.querySelector("#model-count").textContent = number(message.model_count);
  }
  if (!message.as_of) return;
  const asOf = document.querySelector("#as-of");
  asOf.dateTime = message.as_of;
  asOf.textContent = moment(message.as_of);
};

// What arrives

const show = (state, text) => {
  live.hidden = false;
  live.className = state;
  liveText.textContent = text;
};

const age = () => {
  const seconds = Math.round((Date.now() - updatedAt) / 1_000);
  if (seconds < 60) return `${seconds} s ago`;
  return seconds < 3_600 ? `${Math.floor(seconds / 60)} min ago` : `${Math.floor(seconds / 3_600)} h ago`;
};

const liveWords = () => (updatedAt === null ? "live" : `live, changed ${age()}`);
const showLive = () => show("is-live", isPaused ? "paused" : liveWords());

const handlers = {
  snapshot: (message) => {
    // How many of all rows have changed, a page that shows some of them cannot know.
    if (!follows) message.rows = message.rows.slice(0, 1);
    const keys = new Set(message.rows.map((row) => row.key));
    put(message.rows, follows ? [...trs.keys()].filter((key) => !keys.has(key)) : []);
    note(message);
  },
  patch: (message, ask) => {
    if (message.previous_position !== position) return ask();
    put(message.rows, message.removed);
    note(message);
  },
  current: () => {},
  heartbeat: (message, ask) => {
    if (message.position !== position) ask();
  },
};

follow({
  path: table.dataset.socket,
  position: () => position,
  onMessage: (message, ask) => {
    pause.hidden = false;
    if (isPaused) {
      // Whatever comes now is asked for anew when the reader goes on.
      catchUp = ask;
      return;
    }
    handlers[message.type](message, ask);
    showLive();
  },
  onDown: (text) => show("is-down", text),
});

setInterval(() => live.className === "is-live" && showLive(), 1_000);
pause.addEventListener("click", () => {
  isPaused = !isPaused;
  pause.textContent = isPaused ? "Go on" : "Pause";
  if (!isPaused) catchUp?.();
  catchUp = null;
  showLive();
});
pill.addEventListener("click", () => {
  if (!follows || moved) return location.reload();
  table.focus({ preventScroll: true });
  arrange();
});
area.addEventListener("mouseleave", () => waiting && arrangeUnlessRead());
table.addEventListener("focusout", () => setTimeout(() => waiting && arrangeUnlessRead()));
setInterval(() => {
  if (!unannounced) return;
  announcement.textContent = `${unannounced} row${unannounced === 1 ? "" : "s"} updated, position ${position}`;
  unannounced = 0;
}, ANNOUNCE_MS);
