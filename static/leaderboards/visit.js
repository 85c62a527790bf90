// Keeps in this browser at which position a board was last seen, so that its changes can be asked for.

const link = document.querySelector("#changes-link");
const table = document.querySelector("#board");
const key = `arena.seen.${window.location.pathname}`;

const read = () => {
  try {
    return Number(localStorage.getItem(key)) || null;
  } catch {
    // Storage is switched off: the link then shows the changes of the last day.
    return null;
  }
};

const keep = (position) => {
  try {
    localStorage.setItem(key, String(position));
  } catch {
    // As above: nothing is kept, and nothing depends on it.
  }
};

if (link && table) {
  const position = Number(table.dataset.position);
  const seen = read();
  if (seen && seen < position) {
    link.href = `${link.dataset.href}?from=${seen}`;
    link.textContent = "Since your last visit";
  }
  const isPresent = !new URLSearchParams(window.location.search).has("as_of");
  if (isPresent && position > (seen ?? 0)) keep(position);
}
