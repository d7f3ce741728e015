// A form [data-push="key"] is shown where this browser can be told while no page is open; its press asks the browser for an
// address and sends it along. Where none is given a [data-refused] says by whom: "person", "service". Where the script between
// browser and network is not installed nothing shows.
(async () => {
  const form = document.querySelector("form[data-push]");
  if (!form || !("PushManager" in window) || !navigator.serviceWorker) return;
  const worker = await navigator.serviceWorker.getRegistration();
  if (!worker) return;
  form.hidden = false;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const one of form.querySelectorAll("[data-refused]")) one.hidden = true;
    try {
      // What was given for another key of ours is told nothing any more, and bars the way to a new one.
      const before = await worker.pushManager.getSubscription();
      if (before && text(before.options.applicationServerKey) !== form.dataset.push) await before.unsubscribe();
      const given = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
      form.elements.endpoint.value = given.endpoint;
      form.elements.point.value = text(given.getKey("p256dh"));
      form.elements.secret.value = text(given.getKey("auth"));
      form.submit();
    } catch {
      // Whoever allowed it is not sent to look for the switch: the browser's push service gave no address.
      const by = Notification.permission === "granted" ? "service" : "person";
      form.querySelector(`[data-refused=${by}]`).hidden = false;
    }
  });
})();
