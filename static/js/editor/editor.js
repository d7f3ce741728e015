// [data-editor="id"] is an editor over the textarea of that id: what is written in it is the text of documents/layout/blocks.py,
// and so everything else of the page (live page, unsent typing, sending) goes on with the textarea alone. Without scripts,
// or by [data-do=plain], the textarea is what one writes in. Buttons: [data-do]; sentences: [data-say]; both in the page.
// Events: the textarea hears "input"; the form's "kept" (something was put back) is heard here.
(() => {
  const { EditorState, EditorView, Plugin, DecorationSet, Decoration, TextSelection, Selection, keymap, history, closeHistory, undo, redo, baseKeymap, toggleMark, tableEditing, goToNextCell, isInTable } = ProseMirror;
  const { schema, read, write, kindOf } = self.draftText;
  const WRITE = 120; // ms without a key until the textarea hears

  function start(root) {
    const area = document.getElementById(root.dataset.editor);
    const form = area.form;
    const said = root.querySelector("[data-editor-said]");
    let timer;
    schema.cached.pictures = root.dataset.pictures;
    const say = (words) => { said.textContent = words; said.hidden = !words; };
    const sentence = (name, count) => root.querySelector(`[data-say=${name}]`).textContent.replace("{}", count);

    const shown = new Plugin({
      props: {
        decorations(state) { // how a paragraph will look follows from its first word
          const found = [];
          let before = "";
          state.doc.forEach((node, at) => {
            if (node.type.name !== "paragraph") { before = ""; return; }
            const kind = kindOf(node.textContent, before);
            if (kind !== "plain") found.push(Decoration.node(at, at + node.nodeSize, { class: `is-${kind}` }));
            before = node.textContent;
          });
          return DecorationSet.create(state.doc, found);
        },
      },
    });
    const commands = self.editorCommands({ root, area, write, read, say, sentence, form });
    const plugins = [
      history(),
      keymap({
        "Mod-b": toggleMark(schema.marks.strong), "Mod-i": toggleMark(schema.marks.em),
        "Mod-z": undo, "Mod-y": redo, "Mod-Shift-z": redo, Tab: goToNextCell(1), "Shift-Tab": goToNextCell(-1),
        "Alt-ArrowUp": commands.up, "Alt-ArrowDown": commands.down, Enter: commands.enter, "Mod-Enter": () => false,
      }),
      keymap(Object.fromEntries(Object.entries(baseKeymap).filter(([key]) => key !== "Mod-Enter"))),
      tableEditing(), shown,
    ];
    const fresh = (text) => EditorState.create({ doc: read(text), plugins });
    const label = form.querySelector(`label[for="${area.id}"]`);
    if (label && !label.id) label.id = `${area.id}-label`;

    const view = new EditorView(root.querySelector("[data-editor-page]"), {
      state: fresh(area.value),
      attributes: { role: "textbox", tabindex: "0", "aria-multiline": "true", ...(label ? { "aria-labelledby": label.id } : {}), ...(area.getAttribute("aria-describedby") ? { "aria-describedby": area.getAttribute("aria-describedby") } : {}), spellcheck: "false", lang: "vi" },
      dispatchTransaction(change) {
        commands.follow(change);
        view.updateState(view.state.apply(change));
        if (change.docChanged) {
          clearTimeout(timer);
          timer = setTimeout(flush, WRITE);
        }
        press();
      },
      handlePaste(_, event) {
        const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
        const html = event.clipboardData.getData("text/html");
        if (files.length && !/<(p|table|li)[\s>]/i.test(html)) { commands.upload(files); return true; }
        if (!html && self.oldFonts.looksOld(event.clipboardData.getData("text/plain"))) say(sentence("old-font"));
        return false;
      },
      handleDrop(_, event) {
        const files = [...(event.dataTransfer?.files || [])].filter((file) => file.type.startsWith("image/"));
        if (!files.length) return false;
        event.preventDefault();
        commands.upload(files);
        return true;
      },
      transformPastedHTML(html) {
        if (/data-pm-slice/.test(html)) return html; // from here
        const clean = self.cleanPaste(html);
        say([clean.converted && sentence("converted"), clean.lost && sentence("lost", clean.lost)].filter(Boolean).join(" "));
        if (clean.pictures.length) setTimeout(() => commands.upload(clean.pictures));
        return clean.html;
      },
      clipboardTextParser: (text) => read(text).slice(0, read(text).content.size),
      clipboardTextSerializer: (slice) => (slice.content.firstChild?.isTextblock && slice.content.childCount === 1 ? slice.content.textBetween(0, slice.content.size, "\n") : write(schema.nodes.doc.create(null, slice.content)).text),
    });
    commands.on(view);

    function flush() {
      clearTimeout(timer);
      timer = undefined;
      const { text } = write(view.state.doc);
      if (text === area.value) return;
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const flushNow = () => { if (timer) flush(); };
    // What was written into the textarea from elsewhere (a mend, something put back) is one step of what Ctrl+Z takes back: only
    // what differs is replaced.
    const again = () => {
      if (!timer && write(view.state.doc).text !== area.value) {
        const doc = read(area.value);
        const { state } = view;
        const from = state.doc.content.findDiffStart(doc.content);
        if (from !== null) {
          let { a, b } = state.doc.content.findDiffEnd(doc.content);
          const shared = from - Math.min(a, b); // the same letters at both ends, as in "aa" → "aaa"
          if (shared > 0) { a += shared; b += shared; }
          let change = state.tr.replace(from, a, doc.slice(from, b));
          if (!change.doc.eq(doc)) change = state.tr.replaceWith(0, state.doc.content.size, doc.content);
          change.setSelection(TextSelection.near(change.doc.resolve(Math.min(from, change.doc.content.size))));
          view.dispatch(closeHistory(change).scrollIntoView());
        }
      }
      press();
    };

    function press() {
      const inTable = isInTable(view.state);
      root.querySelectorAll("[data-in-table]").forEach((group) => { group.hidden = !inTable; });
      const { $from, from, to, empty } = view.state.selection;
      for (const [act, name] of [["bold", "strong"], ["italic", "em"]]) {
        const type = schema.marks[name];
        const on = empty ? type.isInSet(view.state.storedMarks || $from.marks()) : view.state.doc.rangeHasMark(from, to, type);
        root.querySelector(`[data-do=${act}]`).setAttribute("aria-pressed", Boolean(on));
      }
    }

    function plain(on) {
      flushNow();
      if (!on) again();
      root.classList.toggle("is-plain", on);
      area.hidden = !on;
      root.querySelector("[data-editor-page]").hidden = on;
      root.querySelectorAll("[data-do]").forEach((one) => { one.disabled = on && one.dataset.do !== "plain"; });
      root.querySelector("[data-do=plain]").setAttribute("aria-pressed", on);
      (on ? area : view).focus();
    }

    root.addEventListener("mousedown", (event) => { if (event.target.closest("[data-do]")) event.preventDefault(); }); // the selection stays
    root.addEventListener("click", (event) => {
      const act = event.target.closest("[data-do]")?.dataset.do;
      if (!act) return;
      say("");
      if (act === "plain") plain(!root.classList.contains("is-plain"));
      else { view.focus(); commands[act](view.state, view.dispatch, view); }
    });
    document.addEventListener("submit", flushNow, true);
    document.addEventListener("visibilitychange", flushNow, true);
    form.addEventListener("kept", again);
    form.addEventListener("reset", () => setTimeout(again));
    area.addEventListener("change", () => { again(); if (area.hidden) view.focus(); }); // a mend: the keys are the editor's again
    label?.addEventListener("click", () => { if (!area.hidden) return; view.focus(); });
    const invalid = area.getAttribute("aria-invalid");
    if (invalid) view.dom.setAttribute("aria-invalid", invalid);
    if (area.required) area.required = false; // hidden, no browser could point at it
    area.hidden = true;
    root.hidden = false;
    press();
    if (document.activeElement === area) { view.focus(); view.dispatch(view.state.tr.setSelection(Selection.atStart(view.state.doc))); }
    self.draftEditor = { view, flush: flushNow, find: (quote) => find(view, quote) };
  }

  function find(view, quote) { // puts the caret where these words stand
    let at = -1;
    view.state.doc.descendants((node, pos) => {
      if (at < 0 && node.isTextblock) { const found = node.textContent.indexOf(quote); if (found >= 0) at = pos + 1 + found; }
      return at < 0;
    });
    if (at < 0) return false;
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at, at + quote.length)).scrollIntoView());
    view.focus();
    return true;
  }

  document.querySelectorAll("[data-editor]").forEach(start);
})();
