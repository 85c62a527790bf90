// Buttons that copy the text of an element; without a clipboard they stay hidden.

const SAID_MS = 2_000;

const show = (root) => {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
};

if (navigator.clipboard) {
  show(document);
  document.addEventListener("arena:sections", () => show(document));
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const label = button.firstChild;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Not allowed: select and copy";
    }
    setTimeout(() => (label.textContent = before), SAID_MS);
  });
}
