// Shows name and size of what was chosen in input[type=file][data-filename], in [data-filename-for="<its id>"].
// data-max-bytes with data-max-words refuses a file that the server would refuse, before it is sent.
(() => {
  const lang = document.documentElement.lang;
  const size = (bytes) => bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1e3)).toLocaleString(lang)} KB`
    : `${(bytes / 1e6).toLocaleString(lang, { maximumFractionDigits: 1 })} MB`;

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-filename]")) return;
    const files = [...input.files];
    const out = document.querySelector(`[data-filename-for="${CSS.escape(input.id)}"]`);
    if (out) out.textContent = files.map((file) => `${file.name} – ${size(file.size)}`).join("; ");
    const max = Number(input.dataset.maxBytes || Infinity);
    input.setCustomValidity(files.some((file) => file.size > max) ? input.dataset.maxWords : "");
    input.reportValidity();
  });
})();
