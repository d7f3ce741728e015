// [data-open="address"] says every few seconds that this page has a draft open, and shows in itself what comes back: who
// else has, and that it was saved elsewhere. [name=seen] of the page's form tells which text was opened.
(() => {
  const EVERY = 15_000;
  const place = document.querySelector("[data-open]");
  if (!place) return;
  const own = Math.random().toString(36).slice(2);
  const form = document.querySelector("form[data-live]");

  async function say() {
    if (document.hidden) return;
    const body = new URLSearchParams({ window: own, seen: form.elements.seen?.value || "", csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    try {
      const answer = await fetch(place.dataset.open, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const { said } = await answer.json();
      place.querySelector("[data-open-said]").textContent = said;
      place.hidden = !said;
    } catch { /* no network: asked again */ }
  }
  say();
  setInterval(say, EVERY);
  document.addEventListener("visibilitychange", say);
})();
