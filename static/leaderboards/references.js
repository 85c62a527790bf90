// Numbers who states the claims, in the order of the table, as leaderboards/references.py does.

const table = document.querySelector("#board");
const section = document.querySelector("#references");

const item = ({ source, url, statedOn }) => {
  const line = document.createElement("li");
  if (url) {
    const link = document.createElement("a");
    Object.assign(link, { href: url, rel: "nofollow noopener", textContent: source });
    line.append(link);
  } else {
    line.append(source);
  }
  line.append(`, ${statedOn}`);
  return line;
};

/** Bring the numbers beside the claims and the list below the table up to the table. */
export const number = () => {
  const numbers = new Map();
  const lines = [];
  for (const td of table.querySelectorAll("tbody td[data-column]")) {
    let text = "";
    if (td.dataset.source !== undefined) {
      const key = JSON.stringify([td.dataset.source, td.dataset.url, td.dataset.statedOn]);
      if (!numbers.has(key)) {
        numbers.set(key, String(numbers.size + 1));
        lines.push(item(td.dataset));
      }
      text = numbers.get(key);
    }
    for (const ref of td.querySelectorAll(".ref")) if (ref.textContent !== text) ref.textContent = text;
  }
  section.querySelector("ol").replaceChildren(...lines);
  section.hidden = !lines.length;
};
