// A text field [data-day] for a day as it is written here, dd/mm/yyyy. The [data-day-pick] button beside it opens the
// browser's own calendar and writes the day that was chosen; on leaving the field, 5/3/26 becomes 05/03/2026.
(() => {
  const parts = (text) => text.trim().match(/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/) || text.trim().match(/^(\d{2})(\d{2})(\d{4})$/);
  const two = (digits) => digits.padStart(2, "0");
  const year = (digits) => (digits.length === 2 ? `20${digits}` : digits);

  function write(field, day, month, full) {
    field.value = `${two(day)}/${two(month)}/${full}`;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("change", (event) => {
    const field = event.target;
    const found = field.matches("[data-day]") && parts(field.value);
    if (found) write(field, found[1], found[2], year(found[3]));
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-day-pick]");
    if (!button) return;
    const field = button.parentElement.querySelector("[data-day]");
    const calendar = document.createElement("input");
    const found = parts(field.value);
    calendar.type = "date";
    calendar.className = "day-calendar";
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    calendar.setAttribute("form", ""); // it belongs to no form: the text field is what is sent
    if (found) calendar.value = `${year(found[3])}-${two(found[2])}-${two(found[1])}`;
    button.after(calendar);
    calendar.addEventListener("input", (picked) => picked.stopPropagation());
    calendar.addEventListener("change", (picked) => {
      picked.stopPropagation();
      const [full, month, day] = calendar.value.split("-");
      if (day) write(field, day, month, full);
      calendar.remove();
      field.focus();
    });
    calendar.showPicker();
  });
})();
