// Keeps the page of a run fresh: progress and log as they come, figures whenever the run has moved.
import { writeLine } from "./line.js";
import { follow, showLive } from "./socket.js";

const RELOAD_PAUSE_MS = 1_000;
const LINES_MAX = 1_000;

const head = document.querySelector("#run");
const log = document.querySelector("#log-lines");
const box = document.querySelector("#log-box");
const announcement = document.querySelector("#announcement");

let version = Number(head.dataset.version);
let isReloading = false;

// What the server words in whole sections is fetched from it, never worded twice.
const SECTIONS = ["#visibility", "#live-part", "section[aria-labelledby=again]", "section[aria-labelledby=files]", "section[aria-labelledby=environment]",
  "section[aria-labelledby=attempts]", "section[aria-labelledby=actions]"];

const openDetails = (root) => [...root.querySelectorAll("details[open] > summary")].map((item) => item.textContent);

const replace = (fresh, selector) => {
  const here = document.querySelector(selector);
  const there = fresh.querySelector(selector);
  if (!there) return here?.remove();
  // A form that somebody is filling in, or a chart that is being read, stays.
  if (!here) return document.querySelector("main").append(there);
  if (here.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return;
  const opened = openDetails(here);
  here.replaceWith(there);
  for (const summary of there.querySelectorAll("details > summary")) {
    if (opened.includes(summary.textContent)) summary.parentElement.open = true;
  }
};

const reload = async () => {
  if (isReloading) return;
  isReloading = true;
  await new Promise((resolve) => setTimeout(resolve, RELOAD_PAUSE_MS));
  const asked = version;
  try {
    const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (response.ok) {
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const selector of SECTIONS) replace(fresh, selector);
      document.dispatchEvent(new Event("arena:sections"));
    }
  } catch {
    showLive("figures not loaded, reload the page", "is-down");
  }
  isReloading = false;
  if (asked !== version) reload();
};

const append = (lines) => {
  if (!log) return;
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  log.querySelector(".quiet")?.remove();
  for (const { at, level, text } of lines) {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.dateTime = at;
    time.textContent = at.slice(11, 19);
    item.className = `level-${level}`;
    item.append(time, ` ${level}: ${text}`);
    log.append(item);
  }
  while (log.children.length > LINES_MAX) log.firstElementChild.remove();
  if (isAtEnd) box.scrollTop = box.scrollHeight;
};

const handlers = {
  run: ({ line, version: now }) => {
    if (head.dataset.status !== line.status) announcement.textContent = `The run is ${line.status}.`;
    head.dataset.status = line.status;
    writeLine(head, line);
    if (now === version) return;
    version = now;
    reload();
  },
  log: ({ lines }) => append(lines),
  heartbeat: () => {},
};

if (box) box.scrollTop = box.scrollHeight;
follow({
  address: () => `${head.dataset.socket}?log=${log?.dataset.after ?? 0}`,
  onOpen: () => {},
  onMessage: (message) => {
    showLive("live");
    if (message.type === "log" && log) log.dataset.after = message.after;
    handlers[message.type](message);
  },
  onDown: (text) => showLive(text, "is-down"),
});
