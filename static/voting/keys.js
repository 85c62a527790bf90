// Keys of a battle: 1 A, 2 B, 3 tie, 4 both bad, s skip, the arrows likewise, n for a new one.

const KEY_OF_ARROW = { ArrowLeft: "1", ArrowRight: "2", ArrowUp: "3", ArrowDown: "4" };
// In these the arrows scroll or move, as everywhere.
const ARROWS_BELONG = ".talk, .said, [role=tablist], details, pre, table";
const FIELDS = "textarea, select, input:not([type=checkbox])";

export const listen = (ballot) => {
  const press = (key) => document.querySelector(`#votes button[data-key="${key}"]:not(:disabled)`)?.click();

  const actions = {
    u: () => ballot.undo(),
    n: () => document.querySelector("#new-battle")?.click(),
    Enter: () => ballot.sendNow(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest(FIELDS)) {
      if (event.key === "Escape") document.querySelector("#votes")?.focus();
      return;
    }
    if (event.key === "Enter" && (!ballot.isHolding() || event.target.closest("a, button, summary"))) return;
    if (event.key in KEY_OF_ARROW && event.target.closest(ARROWS_BELONG)) return;
    const key = KEY_OF_ARROW[event.key] ?? event.key;
    const action = actions[key] ?? (/^[1-4s]$/.test(key) && (() => press(key)));
    if (!action) return;
    event.preventDefault();
    action();
  });
};
