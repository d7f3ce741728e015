// A button [data-mend] whose value names a change ({field, at, old, new}) makes it in that field of its own form, where one
// sees it and where the browser's own undo takes it back. [data-mended] says what was changed, and holds the way back.
// Without scripts, or where the text is another by now, the button is pressed as any other and the server answers.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-mend]");
  if (!button?.form) return;
  let change;
  try { change = JSON.parse(button.value); } catch { return; }
  const field = button.form.elements[change.field];
  if (!field) return;
  const at = field.value.startsWith(change.old, change.at) ? change.at : change.old ? field.value.indexOf(change.old) : -1;
  if (at < 0) return;
  event.preventDefault();
  const end = at + change.old.length;
  field.focus();
  field.setSelectionRange(at, end);
  // What the browser does itself, Ctrl+Z takes back. Behind the editor the field is hidden, and the selection is the editor's:
  // there the words are put into the field, and the editor makes of it a step of its own.
  const done = document.activeElement !== field ? false : change.new ? document.execCommand("insertText", false, change.new) : document.execCommand("delete");
  if (!done) {
    field.setRangeText(change.new, at, end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.dispatchEvent(new Event("change", { bubbles: true })); // the editor reads its text again
  field.setSelectionRange(at, at + change.new.length);
  const note = button.form.querySelector("[data-mended]");
  const back = note?.querySelector("[data-mended-undo]");
  if (!back) return;
  note.querySelector("[data-mended-title]").textContent = button.dataset.mendSays;
  note.querySelector("[data-mended-old]").textContent = change.old;
  note.querySelector("[data-mended-new]").textContent = change.new;
  back.value = JSON.stringify({ field: change.field, at, old: change.new, new: change.old });
  note.hidden = false;
});
