// A button [data-fill="words"][data-fill-to="id"] writes its words into that field: after what stands there already,
// or over it with [data-fill-over]. It tells the page as typing would, so drafts are kept.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const field = button && document.getElementById(button.dataset.fillTo);
  if (!field) return;
  const words = button.dataset.fill;
  const before = field.value.trimEnd();
  if ("fillOver" in button.dataset || !before) field.value = words;
  else if (!before.includes(words)) field.value = `${before} ${words}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
