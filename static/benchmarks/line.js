// Writes one run into the elements that show it; every word comes from the server.

const TINT_MS = 1_000;

const setText = (element, text) => {
  if (element.textContent === text) return false;
  element.textContent = text;
  element.classList.add("changed");
  setTimeout(() => element.classList.remove("changed"), TINT_MS);
  return true;
};

/** Bring `root` up to a line; return whether what a reader sees has changed. */
export const writeLine = (root, line) => {
  let isChanged = false;
  for (const element of root.querySelectorAll("[data-cell]")) {
    isChanged = setText(element, line.cells[element.dataset.cell]) || isChanged;
  }
  for (const state of root.querySelectorAll("[data-state]")) state.className = `state state-${line.status}`;
  for (const bar of root.querySelectorAll("progress")) {
    bar.max = line.total;
    bar.value = line.done;
    bar.hidden = !line.is_moving;
  }
  return isChanged;
};
