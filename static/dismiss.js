// Escape hides what hovering or focus has opened, until pointer or focus goes elsewhere (WCAG 1.4.13).

const page = document.documentElement;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") page.classList.add("dismissed");
});
for (const type of ["pointerover", "focusin"])
  document.addEventListener(type, () => page.classList.remove("dismissed"));
