// "?" opens the sheet of [data-keys="id"], a link to a page: the part with that id, without its [data-works] parts that
// name nothing on the page one is on. The link itself opens the whole page, also without scripts.
(() => {
  const link = document.querySelector("[data-keys]");
  if (!link || document.getElementById(link.dataset.keys)) return; // the page itself
  let dialog;

  async function sheet() {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = answer.ok && page.getElementById(link.dataset.keys);
    if (!part) throw new Error("no sheet");
    part.querySelectorAll("[data-works]").forEach((one) => { if (!document.querySelector(one.dataset.works)) one.remove(); });
    part.querySelectorAll(".sr-only").forEach((one) => one.classList.remove("sr-only"));
    part.querySelectorAll("form[hidden]").forEach((form) => { form.hidden = false; });
    part.classList.remove("card");
    const made = document.createElement("dialog");
    made.setAttribute("aria-labelledby", part.querySelector("[id]").id);
    made.append(part);
    document.body.append(made);
    return made;
  }

  document.addEventListener("keydown", async (event) => {
    const at = event.target;
    const typing = at.isContentEditable || at.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=submit])");
    if (event.key !== "?" || typing || event.defaultPrevented || event.isComposing || event.repeat || dialog?.open) return;
    event.preventDefault();
    try {
      dialog ||= await sheet();
      if (!dialog.open) dialog.showModal();
    } catch { location.assign(link.href); } // no network, or signed out: the page says so
  });
})();
