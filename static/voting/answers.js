// One side of the running turn: text as it arrives, and the HTML that the server makes of it.

/** Offsets and lengths count Unicode code points, as the server does. */
export class Answer {
  #rendered;
  #tail;
  #characters = [];
  #renderedCount = 0;

  constructor(element) {
    this.#rendered = element.querySelector(".rendered");
    this.#tail = element.querySelector(".tail");
  }

  /** Begin anew with everything there is so far. */
  reset({ text, html, html_characters: count }) {
    this.#characters = [...text];
    this.#renderedCount = 0;
    this.#rendered.replaceChildren();
    if (count) this.render({ html, characters: count });
    else this.#showTail();
  }

  /** Add a piece; return false when something before it is missing. */
  add({ offset, text }) {
    const pieces = [...text];
    const known = this.#characters.length - offset;
    if (known < 0) return false;
    this.#characters.push(...pieces.slice(known));
    this.#showTail();
    return true;
  }

  /** Show HTML, which only the server's sanitiser may have made, for the first characters. */
  render({ html, characters }) {
    if (characters < this.#renderedCount) return;
    this.#renderedCount = characters;
    // What is rendered has been written, even where its text has not arrived yet.
    if (characters > this.#characters.length) this.#characters.length = characters;
    this.#rendered.innerHTML = html;
    this.#showTail();
  }

  #showTail() {
    this.#tail.textContent = this.#characters.slice(this.#renderedCount).join("");
  }
}
