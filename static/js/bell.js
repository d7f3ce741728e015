// [data-bell="address of a stream"] keeps the number in its [data-count] fresh: by the stream while the page is looked
// at, else by asking [data-ask] now and then. When the number grows, [data-fresh] is shown on a page with [data-list].
// The page waits for neither, and without scripts shows the number it was made with.
(() => {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const ASK = 45_000; // ms
  const AGAIN = 60_000; // ms until a stream that failed is tried again
  const count = bell.querySelector("[data-count]");
  let known = parseInt(count.textContent, 10) || 0;
  let stream;
  let asking;
  let again;

  function show(unread) {
    if (!Number.isInteger(unread)) return;
    count.textContent = unread > 99 ? "99+" : unread;
    count.hidden = unread === 0;
    bell.setAttribute("aria-label", bell.dataset.label.replace("{}", unread));
    const fresh = document.querySelector("[data-fresh]");
    if (unread > known && fresh && document.querySelector("[data-list]")) fresh.hidden = false;
    known = unread;
  }

  async function ask() {
    try {
      const answer = await fetch(bell.dataset.ask, { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.redirected || answer.status === 403) return stop(); // signed out
      if (answer.ok) show((await answer.json()).unread);
    } catch { /* no network: the next time */ }
  }

  function listen() {
    clearTimeout(again);
    if (stream || document.hidden) return;
    stream = new EventSource(bell.dataset.bell, { withCredentials: true });
    stream.addEventListener("open", () => { clearInterval(asking); asking = undefined; });
    stream.addEventListener("notices", (event) => show(JSON.parse(event.data).unread));
    stream.addEventListener("end", stop);
    stream.addEventListener("error", () => {
      close();
      asking ??= setInterval(() => { if (!document.hidden) ask(); }, ASK);
      again = setTimeout(listen, AGAIN);
    });
  }

  function close() { stream?.close(); stream = undefined; }
  function stop() { close(); clearTimeout(again); clearInterval(asking); asking = undefined; }

  // A page nobody looks at holds no line.
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else listen(); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  const begin = () => setTimeout(listen, 300);
  if (document.readyState === "complete") begin(); else addEventListener("load", begin);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reload]")) return;
    event.preventDefault();
    location.reload();
  });
})();
