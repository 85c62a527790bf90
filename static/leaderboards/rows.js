// Writes one row of a board into its place, as leaderboards/presentation.py words it on the server.
import { number } from "../numbers.js";

const CLAIM_DECIMALS = 2;
const table = document.querySelector("#board");
const blank = document.querySelector("#blank-row").content.querySelector("tr");
const blankCell = (column) => blank.querySelector(`[data-column="${column}"]`);
const digits = (column) => Number(table.querySelector(`thead [data-column="${column}"]`).dataset.digits);

const claimText = (cell) => {
  if (typeof cell.value === "boolean") return cell.value ? "yes" : "no";
  const shown = number(cell.value, CLAIM_DECIMALS).replace(/0+$/, "").replace(/\.$/, "");
  return (cell.approximate ? "~" : "") + shown;
};

const textOf = (cell, decimals) => {
  if (cell.value === null) return { text: cell.result ?? "", trim: 0 };
  if (cell.kind === "measured") return { text: number(cell.value, decimals), trim: 0 };
  const text = claimText(cell);
  if (typeof cell.value === "boolean" || !decimals) return { text, trim: 0 };
  const shown = text.split(".")[1]?.length ?? 0;
  return { text, trim: CLAIM_DECIMALS - shown + (shown ? 0 : 1) };
};

const intervalOf = (cell) =>
  cell.lower === null || cell.upper === null ? "" : `95 % interval ${number(cell.lower, 1)} to ${number(cell.upper, 1)}`;

const partsOfTitle = (cell) => {
  if (cell.kind === "claim") return [`stated by ${cell.source_name} on ${cell.as_of}`, cell.note];
  if (cell.counted === "prices") return [cell.note, cell.as_of ? `as of ${cell.as_of}` : ""];
  if (cell.counted === "runs") return [cell.note, `last measured ${cell.as_of}`];
  if (cell.counted === "tasks") return [cell.note, intervalOf(cell), `on ${cell.as_of}`];
  if (cell.counted === "facts") return [cell.note, `from ${cell.sample} reviewed facts`, `on ${cell.as_of}`];
  return [cell.sample === null ? "" : `${number(cell.sample)} votes`, intervalOf(cell), cell.as_of ? `last vote ${cell.as_of}` : "", cell.note];
};

const apartOf = (cell) => (cell.not_comparable ? `not comparable: ${cell.not_comparable}` : "");

const titleOf = (cell) => [apartOf(cell), ...partsOfTitle(cell)].filter(Boolean).join(", ");

const hrefOf = (row, column) => {
  const { cellsHref, cellsQuery } = table.dataset;
  return `${cellsHref}${row.key}/${column}/${cellsQuery && "?"}${cellsQuery}`;
};

const setText = (element, text) => {
  if (!element || element.textContent === text) return false;
  element.textContent = text;
  return true;
};

const showOptional = (element, text) => {
  if (!element) return;
  setText(element, text);
  element.hidden = !text;
};

// Of figure and dash the one that is hidden leads nowhere.
const showLink = (link, href) => {
  link.hidden = !href;
  if (href) link.setAttribute("href", href);
  else link.removeAttribute("href");
};

const writeInterval = (td, cell, decimals) => {
  const svg = td.querySelector(".whisker");
  if (!svg) return false;
  const has = cell.lower !== null && cell.upper !== null;
  const bounds = has ? `, 95 % interval ${number(cell.lower, decimals)} to ${number(cell.upper, decimals)}` : "";
  svg.classList.toggle("none", !has);
  for (const name of ["lower", "value", "upper"]) svg.dataset[name] = cell[name] ?? "";
  setText(td.querySelector(".interval"), bounds);
  return setText(td.querySelector(".pm"), has ? `±${number((cell.upper - cell.lower) / 2, decimals)}` : "");
};

// The mark of a figure that does not compare with its column; it is there only where it says so.
const writeApart = (td, figure, why) => {
  td.classList.toggle("apart", Boolean(why));
  const there = figure.querySelector(".unlike");
  const before = there?.lastElementChild.textContent ?? "";
  const words = why && `${why}; `;
  there?.remove();
  if (words) {
    const mark = document.createElement("span");
    mark.className = "unlike";
    mark.innerHTML = '<span aria-hidden="true">≠</span><span class="visually-hidden"></span>';
    mark.lastElementChild.textContent = words;
    figure.prepend(mark);
  }
  return before !== words;
};

const writeSource = (td, cell) => {
  for (const name of ["source", "url", "statedOn"]) delete td.dataset[name];
  if (cell.kind !== "claim") return;
  const url = /^https?:\/\//.test(cell.source_url ?? "") ? cell.source_url : "";
  Object.assign(td.dataset, { source: cell.source_name ?? "", url, statedOn: cell.as_of ?? "" });
};

// On a board as it opens figures of old runs are left out (leaderboards/freshness.py).
const shownOf = (cells, column) => {
  const { firstDay, oldDays } = table.dataset;
  const cell = cells[column];
  // The price of a point is as old as the cost that it divides.
  const basis = (column === "quality_cost" && cells.task_cost) || cell;
  const isOfRuns = basis.counted === "runs" || (basis.counted === "prices" && basis.sample !== null);
  const isEmpty = cell.value === null && !cell.result;
  if (!firstDay || isEmpty || !isOfRuns || !basis.as_of || basis.as_of >= firstDay) return cell;
  const missing = `last measured ${basis.as_of.slice(0, 10)}, more than ${oldDays} days ago`;
  return { ...cell, value: null, lower: null, upper: null, result: "", suffix: "", not_comparable: "", missing };
};

// The server leaves out what is empty in a cell; the blank row has every part, in its place.
const complete = (element, whole, space) => {
  let last = element.querySelector(":scope > :is(.disputed, .unlike)");
  for (const part of whole.children) {
    let own = element.querySelector(`:scope > .${part.classList[0]}`);
    if (!own) {
      own = part.cloneNode(true);
      if (last) last.after(space, own);
      else element.prepend(own, space);
    } else if (own.matches("a")) complete(own, part, "");
    last = own;
  }
};

const prune = (td, cell) => {
  const empty = ":is(.figure, .missing, .measures)[hidden], .suffix:empty";
  for (const part of td.querySelectorAll(cell.kind === "claim" ? empty : `${empty}, .ref`)) part.remove();
};

/** Write a cell; return whether what a reader sees has changed. */
const writeCell = (td, row) => {
  const cell = shownOf(row.cells, td.dataset.column);
  const decimals = digits(td.dataset.column);
  const { text, trim } = textOf(cell, decimals);
  complete(td, blankCell(td.dataset.column), " ");
  const figure = td.querySelector(".figure");
  const missing = td.querySelector(".missing");
  const value = figure.querySelector(".value");
  td.dataset.value = cell.result ? "-Infinity" : cell.value === null ? "" : Number(cell.value);
  td.classList.toggle("claim", cell.kind === "claim");
  figure.title = titleOf(cell);
  showLink(figure, text ? hrefOf(row, td.dataset.column) : "");
  showLink(missing, text ? "" : hrefOf(row, td.dataset.column));
  setText(missing.querySelector(".tip"), cell.missing ?? "");
  writeSource(td, cell);
  value.className = trim ? `value trim-${trim}` : "value";
  showOptional(td.querySelector(".measures"), cell.measures ?? "");
  const isSuffixNew = setText(figure.querySelector(".suffix"), cell.suffix ? ` ${cell.suffix}` : "");
  const isIntervalNew = writeInterval(td, cell, decimals);
  const isMarkNew = writeApart(td, figure, text ? apartOf(cell) : "");
  const isTextNew = setText(value, text);
  prune(td, cell);
  return isTextNew || isSuffixNew || isIntervalNew || isMarkNew;
};

/** Write a row into its tr; return the cells that read differently now. */
export const writeRow = (tr, row) => {
  Object.assign(tr.dataset, { key: row.key, order: row.order, tier: row.tier ?? "" });
  const model = tr.querySelector(".model");
  const link = model.querySelector("a");
  setText(link, row.model.name);
  link.setAttribute("href", link.getAttribute("href").replace(/[^/]+\/$/, `${row.model.slug}/`));
  const place = model.querySelector(".deployment");
  place.hidden = !row.deployment;
  setText(place.querySelector("a"), row.deployment ?? "");
  const slug = row.key.split("deployment:")[1] ?? "-";
  place.querySelector("a").setAttribute("href", place.querySelector("a").getAttribute("href").replace(/[^/]+\/$/, `${slug}/`));
  const pick = model.querySelector(".pick");
  pick.value = row.key;
  pick.setAttribute("aria-label", `Compare ${row.model.name}`);
  const ranks = row.rank_best === null ? "" : `${row.rank_best}–${row.rank_worst}`;
  const changed = [...tr.querySelectorAll("td[data-column]")].filter((td) => writeCell(td, row));
  const tier = tr.querySelector(".tier");
  const isTierNew = setText(tier.querySelector("b"), String(row.tier ?? ""));
  const chance = row.cells.rank_one.value;
  if (chance === null || row.rank_best === null) tier.removeAttribute("title");
  else tier.title = `first with a probability of ${number(chance, 1)} %, rank ${row.rank_best} to ${row.rank_worst}`;
  if (setText(tier.querySelector(".ranks"), ranks) || isTierNew) changed.push(tier);
  return changed;
};

/** Write who leads a size class, by the key of the row; badges, which link to an event, stay. */
export const writeLeads = (trs, leads) => {
  for (const tr of trs.values()) for (const label of tr.querySelectorAll("span.label")) label.remove();
  for (const [key, { text, meaning }] of Object.entries(leads)) {
    const model = trs.get(key)?.querySelector(".model");
    if (!model) continue;
    if (!model.querySelector(".labels")) {
      const labels = document.createElement("span");
      labels.className = "labels";
      model.append(" ", labels);
    }
    const label = Object.assign(document.createElement("span"), { className: "label", title: meaning, textContent: text });
    model.querySelector(".labels").append(" ", label);
  }
};

/** Return a tr without figures for a row that the page has not shown yet. */
export const blankRow = () => blank.cloneNode(true);
