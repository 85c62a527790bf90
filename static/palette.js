// Ctrl-K or Cmd-K: go to any page, view or model that this page links to, by a part of its name.

const dialog = document.querySelector("#palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("ul");
const SHOWN = 12;
const WHERE = "header nav a, header .side a, .views a, .presets a, .model > a, .parts a";

let chosen = 0;

const nameOf = (link) => link.textContent.trim().replace(/\s+/g, " ");

const places = () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map();
  for (const link of document.querySelectorAll(WHERE)) {
    const name = nameOf(link);
    if (name && words.every((word) => name.toLowerCase().includes(word))) found.set(link.href, name);
  }
  return [...found].slice(0, SHOWN);
};

const mark = () => {
  [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  const item = list.children[chosen];
  input.setAttribute("aria-activedescendant", item?.id ?? "");
  item?.scrollIntoView({ block: "nearest" });
};

const draw = () => {
  chosen = 0;
  const items = places().map(([href, name], index) => {
    const item = document.createElement("li");
    item.id = `place-${index}`;
    item.setAttribute("role", "option");
    item.dataset.href = href;
    item.textContent = name;
    return item;
  });
  list.replaceChildren(...items);
  mark();
};

const go = (item) => item && window.location.assign(item.dataset.href);

const steps = { ArrowDown: 1, ArrowUp: -1 };

input.addEventListener("input", draw);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter") go(list.children[chosen]);
  else if (steps[event.key] && list.children.length) {
    chosen = (chosen + steps[event.key] + list.children.length) % list.children.length;
    mark();
  } else return;
  event.preventDefault();
});
list.addEventListener("click", (event) => go(event.target.closest("li")));
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (dialog.open) return dialog.close();
  if (document.querySelector("dialog[open]")) return;
  input.value = "";
  draw();
  dialog.showModal();
});
