// A field [data-find="id"] shows, of the rows [data-find-words] inside that element, those whose words (lower case, without
// diacritics) have all that is typed, and whatever is ticked; a [data-find-group] without rows goes too.
// [data-find-press] is the way without scripts: here it is taken away, so that Enter in other fields does not press it.
document.querySelectorAll("[data-find]").forEach((field) => {
  const plain = (text) => text.toLowerCase().replace(/[đð]/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const inside = document.getElementById(field.dataset.find);
  field.form.querySelectorAll("[data-find-press]").forEach((button) => button.remove());
  const show = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    inside.querySelectorAll("[data-find-words]").forEach((row) => {
      row.hidden = !row.querySelector(":checked") && !words.every((word) => row.dataset.findWords.includes(word));
    });
    inside.querySelectorAll("[data-find-group]").forEach((group) => {
      group.hidden = !group.querySelector("[data-find-words]:not([hidden])");
    });
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.ctrlKey) event.preventDefault(); });
  show();
});
