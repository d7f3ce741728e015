// Between browser and network only to say when there is none. Of the whole system it keeps one page that says so, and what
// that page looks like; every other page and every file goes past it and is never kept.
importScripts("{{ pushed|escapejs }}");
const NAME = "{{ name|escapejs }}";
const KEPT = [{% for one in kept %}"{{ one|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const [PAGE, ...LOOKS] = KEPT;

addEventListener("install", (event) => {
  const fresh = KEPT.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name))));
  // The browser asks for a page while this script still starts, so that no page waits for it.
  event.waitUntil(Promise.all([old, registration.navigationPreload?.enable()]));
});

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return caches.match(PAGE);
  }
}

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  if (mode === "navigate") event.respondWith(page(event));
  else if (LOOKS.includes(url.replace(location.origin, ""))) {
    event.respondWith(fetch(event.request).catch(() => caches.match(url)));
  }
});
