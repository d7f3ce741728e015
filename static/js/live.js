// A form [data-live="id"] shows what it makes in that element while one types: after a pause it is sent to its own
// address with preview=part, and the answered part takes the element's place once its first picture has come. A fold in it
// with [data-stays] stays open or closed as it was.
// Without scripts the form's own preview button does the same with a whole page.
(() => {
  const PAUSE = 150; // ms without a key; the editor has waited a little already
  let timer;
  let asked;

  async function show(form, place) {
    asked?.abort();
    asked = new AbortController();
    place.classList.add("is-old");
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("preview", "part");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return; // signed out: the page stays as it was, what was typed is kept
      const part = document.createElement("template");
      part.innerHTML = await answer.text();
      const first = part.content.querySelector("img");
      if (first) await Object.assign(new Image(), { src: first.getAttribute("src") }).decode().catch(() => {});
      for (const fold of place.querySelectorAll("details[data-stays]")) {
        const next = part.content.getElementById(fold.id);
        if (next) next.open = fold.open;
      }
      place.replaceChildren(part.content);
      place.classList.remove("is-old");
    } catch { /* a newer request, or no network: the next pause tries again */ }
  }

  document.querySelectorAll("form[data-live]").forEach((form) => {
    const place = document.getElementById(form.dataset.live);
    form.addEventListener("input", (event) => {
      if (event.target.matches("input[type=file]")) return;
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE, form, place);
    });
    form.addEventListener("submit", () => { clearTimeout(timer); asked?.abort(); });
  });
})();
