// The websocket of a battle: comes back after a break, and starts with everything so far.

const SILENCE_MS = 20_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;
const FINAL_CODES = new Set([4404, 1008]);

/**
 * Follow a battle. `onMessage(message)` takes what arrives, `onDown()` is told of every break,
 * `onUp()` when messages arrive again. Returns an object with `stop()` and `restart()`.
 */
export const follow = ({ path, isWaiting, onMessage, onDown, onUp }) => {
  let socket = null;
  let attempt = 0;
  let silence;
  let isStopped = false;

  const drop = () => {
    clearTimeout(silence);
    if (!socket) return;
    // A dead peer does not answer the closing handshake either, so do not wait for it.
    socket.onclose = socket.onmessage = null;
    socket.close();
  };

  const retry = () => {
    drop();
    if (isStopped) return;
    onDown();
    const delay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** attempt++);
    setTimeout(open, delay * (0.5 + Math.random() / 2));
  };

  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => (isWaiting() ? retry() : listen()), SILENCE_MS);
  };

  const open = () => {
    if (isStopped) return;
    socket = new WebSocket(new URL(path, location.href.replace(/^http/, "ws")));
    listen();
    socket.onmessage = ({ data }) => {
      attempt = 0;
      listen();
      onUp();
      onMessage(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (FINAL_CODES.has(code)) isStopped = true;
      retry();
    };
  };

  open();
  return {
    restart: () => {
      drop();
      open();
    },
    stop: () => {
      isStopped = true;
      drop();
    },
  };
};
