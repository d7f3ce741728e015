// Words selected in [data-quote-from] are put into the field [data-quote-to], and what stands before them into the hidden one
// beside it ([name=before]), so that the place is found again.
(() => {
  const from = document.querySelector("[data-quote-from]");
  const to = document.querySelector("[data-quote-to] [name=quote]");
  if (!from || !to) return;
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0);
    if (!from.contains(range.commonAncestorContainer)) return;
    const words = chosen.toString().trim();
    if (!words) return;
    const front = document.createRange();
    front.setStart(from, 0);
    front.setEnd(range.startContainer, range.startOffset);
    to.value = words.replace(/\n{2,}/g, "\n");
    to.form.elements.before.value = front.toString().slice(-80);
    to.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
