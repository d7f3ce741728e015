// A field with [data-autosubmit] sends its form when its value changes, by the button of that id where one is named.
// The button can carry class "without-js".
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-autosubmit]");
  if (field && field.form && field.value && field.checkValidity()) field.form.requestSubmit(document.getElementById(field.dataset.autosubmit));
});
