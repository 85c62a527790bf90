// A vote is held for some seconds, in which it can be taken back; the server's yes is final.

const HOLD_MS = 5_000;
const TICK_MS = 200;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const TIMEOUT_MS = 15_000;
// The page that comes with these says what is wrong, and shows the vote as it was.
const SPOKEN = new Set([404, 409, 422]);

const byId = (id) => document.getElementById(id);

/** `onAnswer(html)` takes the page that answers a vote, `say(text)` announces. */
export const ballot = ({ onAnswer, say }) => {
  let held = null;
  let sending = null;
  let timer;

  const mark = (button) => {
    for (const other of document.querySelectorAll("#votes button")) other.removeAttribute("aria-pressed");
    button?.setAttribute("aria-pressed", "true");
  };

  const showLine = (isHeld) => {
    byId("held").hidden = !isHeld;
    byId("sentence").hidden = isHeld;
    const followUp = byId("follow-up");
    if (followUp) followUp.hidden = isHeld;
  };

  const isWriting = () => {
    const about = byId("about");
    return Boolean(about?.open && about.contains(document.activeElement));
  };

  const tick = () => {
    if (!isWriting()) held.left -= TICK_MS;
    byId("held-seconds").textContent = String(Math.ceil(Math.max(0, held.left) / 1_000));
    if (held.left <= 0) sendNow();
  };

  const undo = () => {
    if (!held) return;
    clearInterval(timer);
    held = null;
    mark(null);
    showLine(false);
    byId("votes").focus();
    say("Vote taken back.");
  };

  const hold = (button) => {
    if (sending) return;
    clearInterval(timer);
    held = { button, left: HOLD_MS };
    const label = button.querySelector(".long").textContent;
    byId("held-choice").textContent = `${label}.`;
    mark(button);
    showLine(true);
    byId("held-seconds").textContent = String(HOLD_MS / 1_000);
    if (!isWriting()) byId("reveal-now").focus();
    say(`${label}. Sent in ${HOLD_MS / 1_000} seconds. Undo with u, reveal now with Enter.`);
    timer = setInterval(tick, TICK_MS);
  };

  const send = (button) => {
    clearInterval(timer);
    held = null;
    const form = button.form;
    sending = { url: button.getAttribute("formaction") ?? form.action, body: new FormData(form, button), attempt: 0 };
    for (const control of document.querySelectorAll("#votes button, #held button")) control.disabled = true;
    post();
  };

  const post = async () => {
    try {
      const { url, body } = sending;
      const answer = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!answer.ok && !SPOKEN.has(answer.status)) throw new Error(String(answer.status));
      const html = await answer.text();
      sending = null;
      onAnswer(html);
    } catch {
      wait();
    }
  };

  const wait = () => {
    const delay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** sending.attempt++);
    const text = `No answer from the server. Your vote is kept and sent again in ${Math.ceil(delay / 1_000)} s.`;
    showLine(false);
    byId("sentence").textContent = text;
    say(text);
    setTimeout(post, delay);
  };

  const sendNow = () => held && send(held.button);

  addEventListener("pagehide", () => {
    if (held) send(held.button);
    // The page is going: this request outlives it, and the answer is for nobody.
    if (sending) fetch(sending.url, { method: "POST", body: sending.body, keepalive: true }).catch(() => {});
  });

  return { hold, send, sendNow, undo, isHolding: () => held !== null, isSending: () => sending !== null };
};
