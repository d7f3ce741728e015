// A button [data-tick-all="name"] ticks every box of that name in its form; pressed again, none.
document.querySelectorAll("[data-tick-all]").forEach((button) => {
  button.addEventListener("click", () => {
    const boxes = [...button.form.querySelectorAll(`input[type=checkbox][name="${button.dataset.tickAll}"]`)];
    const every = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !every; });
  });
});
