// Where there is no room for two columns, tabs show one answer at a time.

const narrow = matchMedia("(max-width: 720px)");

const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

const apply = () => {
  const list = document.querySelector(".tabs");
  if (!list) return;
  list.hidden = !narrow.matches;
  for (const tab of list.children) {
    const panel = panelOf(tab);
    const isSelected = tab.getAttribute("aria-selected") === "true";
    panel.setAttribute("role", narrow.matches ? "tabpanel" : "region");
    panel.closest(".side").hidden = narrow.matches && !isSelected;
  }
};

const select = (tab) => {
  for (const other of tab.parentElement.children) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  apply();
};

/** Return which tab is chosen, to choose it again on a page that replaces this one. */
export const selected = () => document.querySelector('.tabs [aria-selected="true"]')?.id;

export const start = (id) => {
  const tab = id && document.getElementById(id);
  if (tab) select(tab);
  else apply();
};

narrow.addEventListener("change", apply);
document.addEventListener("click", ({ target }) => target.matches("[role=tab]") && select(target));
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...tab.parentElement.children].find((each) => each !== tab);
  event.preventDefault();
  select(other);
  other.focus();
});
