// Keys. "/" goes to [data-key-search]; j and k move over [data-nav-item] in [data-nav-list] (Enter opens: they are links);
// Ctrl+Enter sends the [data-submit-hotkey] form one is in, or the only one on the page; where that names an element,
// it shows the element instead: the form wants a press on one of its buttons;
// a [data-nav-here] list begins with the item one is at in sight;
// the letter of a [data-key] button presses it in the row one is in; x ticks the box of the row;
// Alt and the letter of a [data-alt-key] presses it from wherever one is, or goes into it where it is a field;
// in a [data-enter-next] form Enter goes to the next field. Menus [data-menu] close with Escape or a click elsewhere.
(() => {
  const typing = (el) => el.isContentEditable
    || (el.matches("input, select, textarea") && !["checkbox", "radio", "button", "submit"].includes(el.type));
  const shown = (el) => el.getClientRects().length > 0;

  function move(step) {
    const items = [...document.querySelectorAll("[data-nav-list] [data-nav-item]")].filter(shown);
    if (!items.length) return;
    const here = items.findIndex((el) => el === document.activeElement
      || (el.closest("tr, li") || el).contains(document.activeElement));
    const next = here < 0 ? 0 : Math.min(items.length - 1, Math.max(0, here + step));
    items[next].focus();
    items[next].scrollIntoView({ block: "nearest" });
  }

  function send(from) {
    const forms = [...document.querySelectorAll("form[data-submit-hotkey]")];
    const form = from.closest("form[data-submit-hotkey]") || (forms.length === 1 ? forms[0] : null);
    if (!form) return false;
    const instead = document.getElementById(form.dataset.submitHotkey);
    if (!instead) form.requestSubmit();
    else { instead.hidden = false; instead.focus(); }
    return true;
  }

  function nextField(field) {
    const fields = [...field.form.elements].filter((el) => shown(el) && !el.disabled && !el.readOnly
      && el.matches("input, select, textarea, button:not([type=button])"));
    const next = fields[fields.indexOf(field) + 1];
    if (!next) return false;
    next.focus();
    if (next.select) next.select();
    return true;
  }

  function closeMenus(except) {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  }

  function pressed(code) {
    const named = document.querySelector(`[data-alt-key="${code.replace("Key", "").toLowerCase()}"]`);
    if (!named || !shown(named)) return false;
    if (named.matches("input")) { named.focus(); named.select(); } else named.click();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.defaultPrevented || event.isComposing) return;
    if (event.altKey) {
      if (!event.ctrlKey && !event.metaKey && !event.repeat && pressed(event.code)) event.preventDefault();
    } else if (event.key === "Escape") {
      const menu = at.closest("details[data-menu][open]");
      closeMenus();
      if (menu) menu.querySelector("summary").focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (send(at)) event.preventDefault();
    } else if (event.ctrlKey || event.metaKey) {
      return;
    } else if (event.key === "Enter" && at.matches("form[data-enter-next] :is(input, select)") && at.type !== "submit") {
      if (nextField(at)) event.preventDefault();
    } else if (typing(at)) {
      return;
    } else if (event.key === "/") {
      const search = document.querySelector("[data-key-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j" || event.key === "k") {
      move(event.key === "j" ? 1 : -1);
    } else if (/^[a-z]$/.test(event.key)) {
      const row = at.closest("tr, li");
      const button = row && row.querySelector(`button[data-key="${event.key}"]`);
      const box = row && event.key === "x" && row.closest("[data-nav-list]") && row.querySelector("input[type=checkbox]:not(:disabled)");
      if ((button || box) && !event.repeat) { event.preventDefault(); (button || box).click(); }
    }
  });

  document.querySelectorAll("[data-nav-here]").forEach((list) => {
    const here = list.querySelector("[aria-current]");
    if (here) list.scrollTop += here.getBoundingClientRect().top - list.getBoundingClientRect().top - (list.clientHeight - here.offsetHeight) / 2;
  });

  document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
})();
