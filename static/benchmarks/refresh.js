// Fetches a part of a page anew while the page is being looked at.

const EVERY_MS = 5_000;

for (const part of document.querySelectorAll("[data-refresh]")) {
  const refresh = async () => {
    if (document.hidden || part.contains(document.activeElement)) return;
    try {
      const response = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      const fresh = document.createElement("div");
      fresh.append(...new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes);
      // Replaced only when it says something else, so that a screen reader hears news alone.
      if (fresh.textContent.replace(/\s+/g, " ").trim() === part.textContent.replace(/\s+/g, " ").trim()) return;
      part.replaceChildren(...fresh.childNodes);
    } catch {
      // The next round asks again.
    }
  };
  setInterval(refresh, Number(part.dataset.everyMs ?? EVERY_MS));
}
