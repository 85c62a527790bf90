// Opens what a figure rests on over the board; without this script its link opens the page.

const table = document.querySelector("#board");
const drawer = document.querySelector("#drawer");
const title = drawer.querySelector("#drawer-title");
const body = drawer.querySelector("#drawer-body");
const page = drawer.querySelector("#drawer-page");

let opener = null;
let asked = 0;

const partOf = (href) => {
  const url = new URL(href, window.location.href);
  url.searchParams.set("part", "drawer");
  return url;
};

const nameOf = (link) => {
  const cell = link.closest("td");
  const model = cell.closest("tr").querySelector(".model a").textContent;
  const heading = table.querySelector(`thead [data-column="${cell.dataset.column}"]`);
  return `${model}: ${heading.dataset.title}`;
};

const fill = async (link) => {
  asked += 1;
  const turn = asked;
  try {
    const answer = await fetch(partOf(link.href), { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const html = await answer.text();
    // A later click has taken the drawer, or it was closed meanwhile.
    if (turn === asked) body.innerHTML = html;
  } catch {
    // The page says better than a drawer could what is wrong.
    if (turn === asked) window.location.assign(link.href);
  }
};

const open = (link) => {
  opener = link;
  title.textContent = nameOf(link);
  body.textContent = "Reading the log…";
  page.href = link.href;
  drawer.showModal();
  title.focus();
  fill(link);
};

table?.addEventListener("click", (event) => {
  const link = event.target.closest("a.figure, a.missing, a.disputed");
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain) return;
  event.preventDefault();
  open(link);
});

drawer.addEventListener("click", (event) => {
  // The dialog itself is hit beside its article only.
  if (event.target === drawer) drawer.close();
});

drawer.addEventListener("close", () => {
  asked += 1;
  body.replaceChildren();
  opener?.focus();
});
