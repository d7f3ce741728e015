// [data-picker] turns a plain search box into a list to pick from (ARIA combobox). It asks data-picker-url?q=…, which
// answers [{id, label, chip, detail, disabled, why}], and adds a chip with a hidden input named data-picker-name for each choice.
// [data-picker-memory] holds the choice as text, so that draft.js keeps it and puts it back as it does other fields.
// Words come from the page: see templates/_picker.html. data-picker-single keeps one choice only.
(() => {
  const WAIT = 180; // ms after the last key: a fast typist asks once
  const MANY = 5; // chips: more than these are counted in words
  let count = 0;

  function start(box) {
    const input = box.querySelector("input[type=text]");
    const chips = box.querySelector("[data-picker-chips]");
    const mould = box.querySelector("template[data-picker-chip]");
    const status = box.querySelector("[data-picker-status]");
    const memory = box.querySelector("[data-picker-memory]");
    const counted = box.querySelector("[data-picker-count]");
    const list = document.createElement("div");
    const first = [...chips.children].map((chip) => chip.cloneNode(true));
    let timer;
    let asked;
    let at = -1;

    list.id = `picker-list-${count++}`;
    list.className = "picker-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].textContent);
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    const say = (words) => { status.textContent = words; };
    const chosen = (id) => [...chips.querySelectorAll("input")].some((el) => el.value === String(id));

    function close() {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(to) {
      const options = [...list.children];
      if (!options.length) return;
      at = (to + options.length) % options.length;
      options.forEach((el, i) => el.setAttribute("aria-selected", String(i === at)));
      options[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[at].id);
    }

    const remember = () => {
      if (counted) counted.textContent = chips.children.length > MANY ? `${chips.children.length} ${counted.dataset.many}` : "";
      if (memory) memory.value = JSON.stringify([...chips.children].map((chip) => [chip.querySelector("input").value, chip.querySelector("span").textContent]));
    };

    function changed() {
      remember();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }

    function pick(item) {
      if (item.disabled || chosen(item.id)) return;
      if ("pickerSingle" in box.dataset) chips.replaceChildren();
      add(item);
      input.value = "";
      close();
      say("");
      changed();
    }

    function add(item) {
      const chip = mould.content.firstElementChild.cloneNode(true);
      const hidden = chip.querySelector("input");
      const remove = chip.querySelector("[data-picker-remove]");
      hidden.name = box.dataset.pickerName;
      hidden.value = item.id;
      const words = item.chip || item.label; // alone, a name may be that of many: the chip says whose
      chip.querySelector("span").textContent = words;
      remove.setAttribute("aria-label", remove.getAttribute("aria-label") + words);
      chips.append(chip);
    }

    function recall() {
      try {
        const kept = JSON.parse(memory?.value || "null");
        if (kept) { chips.replaceChildren(); kept.forEach(([id, label]) => add({ id, label })); }
      } catch { /* not ours: the page's own choice stands */ }
      remember();
    }

    function option(item, i) {
      const el = document.createElement("div");
      el.id = `${list.id}-${i}`;
      el.setAttribute("role", "option");
      el.setAttribute("aria-selected", "false");
      el.textContent = item.label;
      if (item.disabled || chosen(item.id)) el.setAttribute("aria-disabled", "true");
      for (const [words, kind] of [[item.detail, "detail"], [item.disabled && item.why, "why"]]) {
        if (!words) continue;
        const line = document.createElement("small");
        line.className = kind;
        line.textContent = words;
        el.append(line);
      }
      el.addEventListener("mousedown", (event) => { event.preventDefault(); pick(item); });
      el.pick = () => pick(item);
      return el;
    }

    async function ask() {
      const q = input.value.trim();
      asked?.abort();
      if (!q) { close(); return; }
      asked = new AbortController();
      try {
        const url = new URL(box.dataset.pickerUrl, location.href);
        url.searchParams.set("q", q);
        const answer = await fetch(url, { signal: asked.signal, headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(answer.status);
        const items = await answer.json();
        list.replaceChildren(...items.map(option));
        list.hidden = !items.length;
        input.setAttribute("aria-expanded", String(items.length > 0));
        say(items.length ? `${items.length} ${status.dataset.some}` : status.dataset.none);
        at = -1;
        input.removeAttribute("aria-activedescendant");
      } catch (error) {
        if (error.name === "AbortError") return;
        close();
        say(status.dataset.failed);
      }
    }

    input.addEventListener("input", (event) => { event.stopPropagation(); clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask(); else point(at + (event.key === "ArrowDown" ? 1 : (at < 0 ? 0 : -1)));
      } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        // Enter picks; it never sends the form from this box. With nothing to pick it may go on to the next field.
        if (list.hidden && input.form?.matches("[data-enter-next]")) return;
        event.preventDefault();
        if (!list.hidden) (list.children[Math.max(at, 0)]).pick();
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Backspace" && !input.value && chips.lastElementChild) {
        chips.lastElementChild.remove();
        changed();
      }
    });
    box.closest("form")?.addEventListener("reset", () => { chips.replaceChildren(...first.map((chip) => chip.cloneNode(true))); setTimeout(remember); });
    recall();
    chips.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-picker-remove]");
      if (!remove) return;
      remove.closest(".chip").remove();
      input.focus();
      changed();
    });
  }

  document.querySelectorAll("[data-picker]").forEach(start);
})();
