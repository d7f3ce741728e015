// Registers the script at this element's [data-worker], which says when there is no network. Where a browser has no such
// thing, or the address is no secure one, nothing changes.
(() => {
  const address = document.currentScript.dataset.worker;
  if (!navigator.serviceWorker) return;
  const register = () => navigator.serviceWorker.register(address).catch(() => { /* refused (private window): as before */ });
  if (document.readyState === "complete") register(); else addEventListener("load", register);
})();
