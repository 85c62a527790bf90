// Writes the time at which the slider stands into the field "As of", which the form sends.
import { moment } from "../numbers.js";

const part = document.querySelector("#moment");
const slider = part.querySelector("input");
const field = document.querySelector('input[name="as_of"]');
const asOf = document.querySelector("#as-of");

// The board was opened within the second before; a time before that is no moment of the board.
const begin = Date.parse(part.dataset.since) + 1_000;
const length = () => Math.max(Date.now() - begin, 0);

const say = (words) => {
  part.querySelector("output").textContent = words;
  slider.setAttribute("aria-valuetext", words);
};

slider.addEventListener("input", () => {
  if (slider.value === slider.max) {
    field.value = "";
    return say("now");
  }
  const at = new Date(begin + (length() * Number(slider.value)) / Number(slider.max));
  field.value = `${at.toISOString().slice(0, 19)}Z`;
  say(moment(field.value));
});

if (field.value && length()) {
  const since = Math.max(Date.parse(asOf.dateTime) - begin, 0);
  slider.value = Math.floor((since / length()) * Number(slider.max));
  say(moment(asOf.dateTime));
}
part.hidden = false;
