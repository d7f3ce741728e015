// An element [data-again="seconds"] with an id is looked for anew at the page's own address, while one watches, and takes
// the new one's place. It stops with the first that has no data-again. Without scripts the page refreshes itself.
(() => {
  async function look(element) {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        if (answer.redirected) { location.reload(); return; } // signed out: let the page say so
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = answer.ok && page.getElementById(element.id);
        // A button somebody stands on stays where it is as long as nothing has changed.
        if (fresh && fresh.textContent !== element.textContent) { element.replaceWith(fresh); element = fresh; }
      } catch { /* no network now: the next look may find it */ }
    }
    wait(element);
  }

  function wait(element) {
    const seconds = Number(element.dataset.again);
    if (seconds) setTimeout(look, seconds * 1000, element);
  }

  document.querySelectorAll("[data-again]").forEach(wait);
})();
