// Writes what the sliders say into the field of own weights, which the form sends.

const sliders = document.querySelector("#sliders");
const field = document.querySelector('input[name="weights"]');
const ranges = [...sliders.querySelectorAll("input")];

const write = () => {
  const total = ranges.reduce((sum, range) => sum + Number(range.value), 0);
  for (const range of ranges) {
    const share = total ? Math.round((100 * Number(range.value)) / total) : 0;
    range.closest("label").querySelector("output").textContent = share;
  }
  // Without any weight there is no score, so the field keeps what it said.
  if (total) field.value = ranges.map((range) => `${range.dataset.letter}:${range.value}`).join(",");
};

for (const range of ranges) range.addEventListener("input", write);
sliders.hidden = false;
