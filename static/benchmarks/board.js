// Keeps the board of runs fresh: lines in place; new runs on top, or announced where a filter holds.
import { writeLine } from "./line.js";
import { follow, showLive } from "./socket.js";

const ANNOUNCE_MS = 10_000;
const WATCHED_MAX = 200;

const table = document.querySelector("#runs");
const area = table.closest(".scroll");
const body = table.tBodies[0];
const pill = document.querySelector("#pill");
const announcement = document.querySelector("#announcement");

const rowOf = (id) => body.querySelector(`tr[data-run="${id}"]`);
const newcomers = new Set();
let changes = 0;

const blankRow = (line) => {
  const row = document.querySelector("#blank-line").content.querySelector("tr").cloneNode(true);
  row.dataset.run = line.id;
  row.querySelector("a").href = line.url;
  return row;
};

const add = (line) => {
  // Whether a new run belongs under the filter, or on this page at all, is the server's to say.
  if (table.dataset.only === "yes") {
    newcomers.add(line.id);
    pill.textContent = `${newcomers.size} run${newcomers.size === 1 ? "" : "s"} elsewhere moved: show`;
    pill.hidden = false;
    return;
  }
  const row = blankRow(line);
  writeLine(row, line);
  body.prepend(row);
  area.hidden = false;
  document.querySelector("#none")?.remove();
};

pill.addEventListener("click", () => location.reload());

follow({
  address: () => table.dataset.socket,
  onOpen: (send) => {
    const runs = [...body.rows].map((row) => row.dataset.run).slice(0, WATCHED_MAX);
    if (runs.length) send({ type: "watch", runs });
  },
  onMessage: (message) => {
    showLive("live");
    if (message.type !== "run") return;
    const row = rowOf(message.line.id);
    if (!row) add(message.line);
    else if (!writeLine(row, message.line)) return;
    changes += 1;
  },
  onDown: (text) => showLive(text, "is-down"),
});

setInterval(() => {
  if (!changes) return;
  announcement.textContent = `${changes} change${changes === 1 ? "" : "s"} on the board of runs`;
  changes = 0;
}, ANNOUNCE_MS);
