// Makes the page of a battle live: answers as they are written, the vote without a page load.
import { Answer } from "./answers.js";
import { ballot as makeBallot } from "./ballot.js";
import { listen } from "./keys.js";
import { follow } from "./socket.js";
import * as tabs from "./tabs.js";

const root = () => document.querySelector("#battle");
const status = () => root().dataset.status;
const isClosed = () => !["answering", "ready"].includes(status());
const say = (text) => {
  document.querySelector("#announcement").textContent = text;
};
const readySentence = () => (root().dataset.mode === "direct" ? "The answer is complete." : "Both answers are complete.");

// What the page is made of

let answers = {};

const adopt = () => {
  const turn = root().dataset.turn;
  answers = {};
  for (const side of document.querySelectorAll(".sides > .side")) {
    answers[side.dataset.side] = new Answer(side.querySelector(`.answer[data-turn="${turn}"]`));
  }
};

const scrolls = () => [...document.querySelectorAll(".talk")].map((talk) => talk.scrollTop);

const swap = (html) => {
  const next = new DOMParser().parseFromString(html, "text/html").querySelector("#battle");
  if (!next) return location.reload();
  const [tab, places] = [tabs.selected(), scrolls()];
  root().replaceWith(document.adoptNode(next));
  document.querySelectorAll(".talk").forEach((talk, index) => (talk.scrollTop = places[index] ?? 0));
  tabs.start(tab);
  adopt();
  if (isClosed()) socket.stop();
  const target = document.querySelector("#battle .problem") ?? document.querySelector("#result");
  if (target) {
    target.tabIndex = -1;
    target.focus();
  }
};

const load = async () => {
  const answer = await fetch(location.pathname);
  return answer.text();
};

/** Show the battle as the server has it: it was closed, or another page went on with it. */
const refresh = async () => swap(await load());

const poll = async () => {
  // Without a connection both fail alike; the next break of the socket tries again.
  const html = await load().catch(() => null);
  if (html === null) return;
  const next = new DOMParser().parseFromString(html, "text/html").querySelector("#battle");
  if (next && next.dataset.status !== status()) {
    swap(html);
    if (status() === "ready") complete();
  }
};

const complete = () => {
  const wasRunning = status() === "answering";
  root().dataset.status = "ready";
  for (const element of document.querySelectorAll(".running")) element.classList.remove("running");
  for (const control of document.querySelectorAll(".dock :disabled")) control.disabled = false;
  document.querySelector("#sentence").textContent = readySentence();
  if (root().dataset.mode === "direct") {
    say(readySentence());
    // Nothing is hidden in a chat: the figures of the answer come with the page.
    return wasRunning ? refresh() : undefined;
  }
  say(`${readySentence()} Vote with 1 for A, 2 for B, 3 for a tie, 4 for both bad, s to skip.`);
  if (!document.activeElement.closest("textarea, input, select, details")) {
    document.querySelector("#votes").focus({ preventScroll: true });
  }
};

// What arrives

const eachSide = (message, act) => {
  for (const [side, answer] of Object.entries(answers)) if (message[side]) act(answer, message[side]);
};

const handlers = {
  state: (message) => {
    if (!["answering", "ready"].includes(message.status) || message.turn !== Number(root().dataset.turn)) {
      return isClosed() ? undefined : refresh();
    }
    eachSide(message, (answer, part) => answer.reset(part));
    if (message.status === "ready" && status() === "answering") complete();
  },
  delta: (message) => {
    eachSide(message, (answer, part) => {
      if (!answer.add(part)) socket.restart();
    });
  },
  html: (message) => eachSide(message, (answer, part) => answer.render(part)),
  complete: (message) => {
    eachSide(message, (answer, part) => answer.render(part));
    complete();
  },
  void: () => refresh(),
  closed: () => {
    // One's own vote brings its page along.
    if (!ballot.isSending()) refresh();
  },
};

const ballot = makeBallot({ onAnswer: swap, say });
const connection = (isDown) => {
  document.querySelector("#connection").hidden = !isDown;
};

tabs.start();
adopt();
listen(ballot);
const socket = isClosed()
  ? { stop: () => {}, restart: () => {} }
  : follow({
      path: root().dataset.socket,
      isWaiting: () => status() === "answering",
      onMessage: (message) => handlers[message.type]?.(message),
      onDown: () => {
        connection(true);
        poll();
      },
      onUp: () => connection(false),
    });
if (status() === "answering") say(document.querySelector("#sentence").textContent);

document.addEventListener("submit", (event) => {
  if (event.target.id !== "vote") return;
  event.preventDefault();
  if (event.submitter.name === "winner") ballot.hold(event.submitter);
  else ballot.send(event.submitter);
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("#undo, #reveal-now");
  if (button) button.id === "undo" ? ballot.undo() : ballot.sendNow();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form?.id === "follow-up") {
    event.target.form.requestSubmit();
  }
});
addEventListener("pageshow", ({ persisted }) => persisted && refresh());
