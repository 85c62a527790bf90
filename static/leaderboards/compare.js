// Says which rows are ticked; two to six can be compared.

const FEWEST = 2;
const MOST = 6;
const table = document.querySelector("#board");
const tray = document.querySelector("#compare");
const words = document.querySelector("#picked");
const button = tray.querySelector("button");
const idle = words.textContent;

const show = () => {
  const picked = [...table.querySelectorAll(".pick:checked")];
  const names = picked.map((pick) => pick.closest("tr").querySelector(".model a").textContent);
  tray.classList.toggle("some", picked.length > 0);
  button.disabled = picked.length < FEWEST || picked.length > MOST;
  const more = picked.length > MOST ? `: more than ${MOST}, take some away` : picked.length < FEWEST ? ": tick one more" : "";
  words.textContent = picked.length ? names.join(", ") + more : idle;
};

table.addEventListener("change", show);
// A browser that comes back to the page keeps what was ticked.
window.addEventListener("pageshow", show);
show();
