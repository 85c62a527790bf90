// Ctrl+Enter sends, once; a page that comes back from the history starts another battle.

const form = document.querySelector("#start");
const button = form.querySelector("[type=submit]");

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.addEventListener("submit", () => {
  button.disabled = true;
});
addEventListener("pageshow", ({ persisted }) => {
  button.disabled = false;
  if (persisted) form.elements.battle_id.value = crypto.randomUUID?.() ?? "";
});
