// A form with [data-once] is sent once: after the first submit its buttons rest until the page comes back.
(() => {
  const buttons = (form) => [...form.elements].filter((e) => e.type === "submit" || e.type === "image");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    // After the browser has collected the values: a disabled button would not send its own name.
    setTimeout(() => buttons(form).forEach((button) => {
      button.disabled = true;
      if (button === event.submitter || buttons(form).length === 1) button.setAttribute("aria-busy", "true");
    }));
  });

  // Coming back by the back button shows the page as it was left.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      buttons(form).forEach((button) => { button.disabled = false; button.removeAttribute("aria-busy"); });
    });
  });
})();
