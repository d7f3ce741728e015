// A field with [data-autosubmit] sends its form when its value changes. Its button can carry class "without-js".
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-autosubmit]");
  if (field && field.form) field.form.requestSubmit();
});
