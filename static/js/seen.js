// [data-seen] lists links to parts of the page ([data-seen-link]). A link goes when the end of its part, with its picture
// loaded, has been in sight; [data-seen-count] counts those left, [data-seen-all] takes the list's place when none is.
(() => {
  const list = document.querySelector("[data-seen]");
  if (!list || !("IntersectionObserver" in window)) return;
  const count = list.querySelector("[data-seen-count]");
  const left = new Map();

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = left.get(target);
      if (!isIntersecting || !link) continue;
      const picture = target.parentElement.querySelector("img");
      if (picture && !(picture.complete && picture.naturalWidth)) {
        picture.addEventListener("load", () => { watcher.unobserve(target); watcher.observe(target); }, { once: true });
        continue;
      }
      left.delete(target);
      watcher.unobserve(target);
      link.hidden = true;
    }
    count.textContent = left.size;
    list.querySelector("[data-seen-some]").hidden = !left.size;
    list.querySelector("[data-seen-all]").hidden = left.size > 0;
  });

  for (const link of list.querySelectorAll("[data-seen-link]")) {
    const end = document.getElementById(link.hash.slice(1))?.lastElementChild;
    if (!end) continue;
    left.set(end, link);
    watcher.observe(end);
  }
})();
