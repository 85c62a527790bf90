// One websocket that comes back, notices silence, and gives up when told.

const SILENCE_MS = 60_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
const FINAL_CODES = new Map([
  [4404, "no access any more, live updates ended"],
  [1008, "live updates refused, reload the page"],
]);

/**
 * Follow runs. `address()` gives the path anew for each attempt, `onOpen(send)` is told of each
 * connection, `onMessage(message)` takes what arrives, `onDown(text)` is told why nothing does.
 */
export const follow = ({ address, onOpen, onMessage, onDown }) => {
  let attempt = 0;
  let silence;

  const retry = () => {
    clearTimeout(silence);
    onDown("connection lost, trying again");
    const delay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt++);
    setTimeout(open, delay * (0.5 + Math.random() / 2));
  };

  const open = () => {
    const socket = new WebSocket(new URL(address(), location.href.replace(/^http/, "ws")));
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        // A dead peer does not answer the closing handshake either, so do not wait for it.
        socket.onclose = null;
        socket.close();
        retry();
      }, SILENCE_MS);
    };

    listen();
    socket.onopen = () => onOpen((message) => socket.send(JSON.stringify(message)));
    socket.onmessage = ({ data }) => {
      attempt = 0;
      listen();
      onMessage(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (!FINAL_CODES.has(code)) return retry();
      clearTimeout(silence);
      onDown(FINAL_CODES.get(code));
    };
  };

  open();
};

/** Show beside the heading whether updates arrive. */
export const showLive = (text, state = "is-live") => {
  const live = document.querySelector("#live");
  live.hidden = false;
  live.className = state;
  document.querySelector("#live-text").textContent = text;
};
