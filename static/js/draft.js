// Nothing typed is lost when a session runs out: a form with [data-keep="key"] is kept in this browser, per user,
// and put back when its page opens again. Passwords, files and hidden fields are never kept.
//
// [data-keep-sent] marks the answer to a form that was sent and not saved: it is shown as it came, and kept as it is.
// A kept text goes when the server has taken it: the sent page answered with a redirect to a page for a signed-in user
// that is not marked [data-not-saved]. It also goes after a week, on signing out by a [data-forget-drafts] form,
// and by [data-keep-drop] in the form's [data-keep-note].
//
// A form with [data-keep-at="address"] is kept on the server too, a moment after the last key, and so offered in another
// browser as well: what was typed last, here or there, is put back. It goes there when it goes here; not by signing out.
(() => {
  const user = document.body.dataset.user;
  const WEEK = 7 * 24 * 3600 * 1000;
  const PREFIX = "keep:";
  const SENT = "keep-sent";
  const SENT_AT = "keep-sent-at";
  const name = (form) => `${PREFIX}${user}:${form.dataset.keep}`;

  function fields(form) {
    return [...form.elements].filter((el) => el.name && !el.closest("[data-keep-skip]")
      && el.matches("input, select, textarea") && !["password", "file", "hidden", "submit", "button"].includes(el.type));
  }

  // [name, value or checked] in page order: names may repeat.
  const values = (form) => fields(form).map((el) => {
    if (el.type === "checkbox" || el.type === "radio") return [el.name, el.value, el.checked];
    if (el.multiple) return [el.name, [...el.selectedOptions].map((o) => o.value)];
    return [el.name, el.value];
  });

  function put(form, saved) {
    const left = [...saved];
    for (const el of fields(form)) {
      const tick = el.type === "checkbox" || el.type === "radio";
      const at = left.findIndex((s) => s[0] === el.name && (!tick || s[1] === el.value));
      if (at < 0) continue;
      const [[, value, checked]] = left.splice(at, 1);
      if (tick) el.checked = checked;
      else if (el.multiple) [...el.options].forEach((o) => { o.selected = value.includes(o.value); });
      else el.value = value;
    }
    form.dispatchEvent(new Event("kept"));
  }

  let settled = Promise.resolve(); // the server has forgotten what was sent: until then it offers it to the next one

  const PAUSE = 3000; // ms without a key, until the server hears of it
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value;

  // With nothing to keep, it is forgotten there.
  function far(address, form, kept) {
    const body = new URLSearchParams({ form, fields: kept ? JSON.stringify(kept) : "", csrfmiddlewaretoken: token() || "" });
    const small = body.toString().length < 60_000; // more, no browser sends from a page that is being left
    return fetch(address, { method: "POST", body, credentials: "same-origin", keepalive: small }).catch(() => { /* no network: it is kept here */ });
  }

  async function offered(form) {
    const answer = await fetch(`${form.dataset.keepAt}?${new URLSearchParams({ form: form.dataset.keep })}`, { credentials: "same-origin" });
    return answer.status === 200 && !answer.redirected ? (await answer.json()).fields : null;
  }

  let forgotten = false; // whoever signs out leaves nothing behind, also not what was typed a moment ago

  function forgetMine() {
    forgotten = true;
    const mine = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${user}:`));
    mine.forEach((key) => localStorage.removeItem(key));
  }

  function dropOld() {
    for (const key of Object.keys(localStorage).filter((k) => k.startsWith(PREFIX))) {
      let at = 0;
      try { at = JSON.parse(localStorage.getItem(key)).at; } catch { /* unreadable: as good as old */ }
      if (!(Date.now() - at < WEEK)) localStorage.removeItem(key);
    }
  }

  function settle() {
    const sent = sessionStorage.getItem(SENT);
    if (!sent) return;
    sessionStorage.removeItem(SENT);
    const [visit] = performance.getEntriesByType("navigation");
    const taken = user && !document.querySelector("[data-not-saved]") && visit && visit.redirectCount > 0;
    const at = sessionStorage.getItem(SENT_AT);
    sessionStorage.removeItem(SENT_AT);
    if (!taken) return;
    localStorage.removeItem(sent);
    if (at) settled = far(at, sent.slice(`${PREFIX}${user}:`.length), null);
  }

  // A page that answers what was sent already shows it, with errors or with what the server added.
  const answers = (form) => "keepSent" in form.dataset || form.querySelector("[data-errors], [aria-invalid=true]");

  function restore(form) {
    const kept = JSON.parse(localStorage.getItem(name(form)) || "null");
    if (answers(form)) return;
    const usual = JSON.stringify(values(form));
    if (kept) show(form, kept);
    if (!form.dataset.keepAt) return;
    let touched = false;
    form.addEventListener("input", () => { touched = true; }, { once: true });
    settled.then(() => offered(form)).then((there) => {
      // Of two that differ, what was typed last; a page that is being typed into is left alone.
      if (there?.values && !touched && there.at > (kept?.at || 0)) {
        if (JSON.stringify(there.values) === usual) return;
        show(form, there);
        localStorage.setItem(name(form), JSON.stringify(there));
      }
    }).catch(() => { /* no network, or signed out: what is kept here serves */ });
  }

  function show(form, kept) {
    if (JSON.stringify(kept.values) === JSON.stringify(values(form))) return;
    put(form, kept.values);
    const note = form.querySelector("[data-keep-note]");
    if (!note) return;
    const time = note.querySelector("[data-keep-time]");
    if (time) time.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    note.hidden = false;
    note.querySelector("[data-keep-drop]")?.addEventListener("click", () => {
      localStorage.removeItem(name(form));
      if (form.dataset.keepAt) far(form.dataset.keepAt, form.dataset.keep, null);
      form.reset();
      note.hidden = true;
    });
  }

  function watch(form) {
    let timer;
    let later; // the server has not heard of the last keys
    const now = () => ({ at: Date.now(), values: values(form) });
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      if (!forgotten) localStorage.setItem(name(form), JSON.stringify(now()));
    };
    const keepFar = () => { clearTimeout(later); later = undefined; far(form.dataset.keepAt, form.dataset.keep, now()); };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 400);
      if (!form.dataset.keepAt) return;
      clearTimeout(later);
      later = setTimeout(keepFar, PAUSE);
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return;
      if (timer) keep(); // another form of the page was pressed, or the page left, at once after the last key
      if (later) keepFar();
    });
    if ("keepSent" in form.dataset) timer = setTimeout(keep, 400);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      clearTimeout(timer);
      clearTimeout(later);
      later = undefined;
      keep();
      sessionStorage.setItem(SENT, name(form));
      if (form.dataset.keepAt) sessionStorage.setItem(SENT_AT, form.dataset.keepAt);
    });
  }

  try {
    dropOld();
    settle();
    if (!user) return;
    document.querySelectorAll("form[data-keep]").forEach((form) => { restore(form); watch(form); });
    document.querySelectorAll("form[data-forget-drafts]").forEach((form) => form.addEventListener("submit", forgetMine));
  } catch { /* storage refused (private window, full): the forms work without it */ }
})();
