// One websocket that comes back: resumes at the last position, notices silence, gives up when told.

const SILENCE_MS = 60_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 30_000;
const FINAL_CODES = new Map([
  [4404, "board not found, live updates ended"],
  [1008, "live updates refused, reload the page"],
]);

/**
 * Follow a board. `position()` is the last one seen, `onMessage(message, ask)` takes what arrives
 * and may `ask()` for a snapshot, `onDown(text)` is told why nothing arrives.
 */
export const follow = ({ path, position, onMessage, onDown }) => {
  let attempt = 0;
  let silence;

  const retry = () => {
    clearTimeout(silence);
    onDown("connection lost, trying again");
    const delay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt++);
    setTimeout(open, delay * (0.5 + Math.random() / 2));
  };

  const open = () => {
    const url = new URL(path, location.href.replace(/^http/, "ws"));
    if (position()) url.searchParams.set("position", position());
    const socket = new WebSocket(url);

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
    socket.onmessage = ({ data }) => {
      attempt = 0;
      listen();
      onMessage(JSON.parse(data), () => socket.send('{"type":"snapshot"}'));
    };
    socket.onclose = ({ code }) => {
      if (!FINAL_CODES.has(code)) return retry();
      clearTimeout(silence);
      onDown(FINAL_CODES.get(code));
    };
  };

  open();
};
