// What the buttons and keys of the editor do. Numbers are given by the server (documents/layout/renumber.py): it is sent the
// text, what moves and what is new, and answers with the text in order. Defines self.editorCommands(parts) → {name: command}.
(() => {
  const { TextSelection, undo, redo, closeHistory, toggleMark, chainCommands, baseKeymap,
    addRowAfter, addColumnAfter, deleteRow, deleteColumn, deleteTable, isInTable, selectedRect } = ProseMirror;
  const { schema, kindOf } = self.draftText;
  const POINTS = "abcdđeghiklmnopqrstuvxy";
  const LABEL = /^(Điều \d+[a-zđ]?\.|\d+(?:\.\d+)*\.|[a-zđ]\)|[-–+•])\s*/;

  self.editorCommands = ({ root, read, write, say, sentence, form }) => {
    let view;
    let place = null; // of the paragraph that waits for its number, while one types on
    const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
    const outer = (state) => state.selection.$from.index(0);
    const paragraph = (state) => { const { $from } = state.selection; return $from.depth === 1 && $from.parent.type.name === "paragraph" ? $from.parent : null; };

    async function post(address, fields) {
      const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
      body.set("csrfmiddlewaretoken", token());
      const answer = await fetch(address, { method: "POST", body, credentials: "same-origin" });
      if (answer.redirected || !/json/.test(answer.headers.get("Content-Type") || "")) throw new Error("no answer");
      return [answer.ok, await answer.json()];
    }

    // `move`: "up", "down" or ""; `isNew`: the paragraph at the caret was just made, so nothing refers to it yet.
    async function renumber(move, isNew = false) {
      for (let tries = 0; tries < 20; tries += 1) {
        const state = view.state;
        const at = place ?? state.selection.from;
        const index = state.doc.resolve(at).index(0);
        const { text, lines } = write(state.doc);
        let answer;
        try {
          const [ok, said] = await post(root.dataset.number, { body: text, line: lines[index], move, new: isNew ? "1" : "" });
          if (!ok) { say(said.error); break; }
          answer = said;
        } catch { say(sentence("no-network")); break; }
        if (view.state.doc !== state.doc) { // typed meanwhile: asked again, about what stands there then
          await new Promise((after) => { setTimeout(after, 200); });
          continue;
        }
        say(answer.said);
        if (answer.body === text) break;
        if (!move && amend(read(text), read(answer.body))) break;
        put(answer.body, answer.line, state.doc.child(index), at - start(state.doc, index));
        break;
      }
      place = null;
    }

    const start = (doc, index) => { let at = 0; for (let i = 0; i < index; i += 1) at += doc.child(i).nodeSize; return at; };

    // Only the numbers that differ, so that whoever types on keeps marks, blanks and the caret.
    function amend(sent, given) {
      const [here, before, after] = [view.state.doc, sent, given].map(saying);
      if (before.length !== after.length || here.length !== before.length) return false;
      const changes = [];
      for (let i = 0; i < here.length; i += 1) {
        if (before[i][0].eq(after[i][0])) continue;
        const old = words(here[i][0]), now = words(after[i][0]);
        if (old.length !== now.length) return false;
        for (let n = 0; n < old.length; n += 1) if (old[n][0] !== now[n][0]) changes.push([here[i][1] + 1 + old[n][1], old[n][0].length, now[n][0]]);
      }
      const change = view.state.tr;
      changes.reverse().forEach(([at, length, word]) => change.insertText(word, at, at + length));
      if (changes.length) view.dispatch(change);
      return true;
    }

    function saying(doc) { // blocks that become text, and where they are
      const found = [];
      doc.forEach((node, at) => { if (node.type.name !== "paragraph" || node.textContent.trim()) found.push([node, at]); });
      return found;
    }

    function words(node) { // [word, where in the node]
      const found = [];
      const of = (text, offset) => { for (const word of text.matchAll(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s]/gu)) found.push([word[0], offset + word.index]); };
      if (node.isTextblock) of(node.textContent, 0);
      else node.descendants((inner, at) => { if (inner.isTextblock) of(inner.textContent, at + 1); });
      return found;
    }

    // The whole text anew, the caret where it was in the paragraph that now begins in `line`.
    function put(text, line, before, offset) {
      const doc = read(text);
      const { lines } = write(doc);
      const index = Math.max(0, lines.indexOf(line));
      const change = view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content);
      const node = doc.child(index);
      const at = start(doc, index) + Math.min(Math.max(1, offset + node.nodeSize - before.nodeSize), node.nodeSize - 1);
      change.setSelection(TextSelection.near(change.doc.resolve(at)));
      view.dispatch(closeHistory(change).scrollIntoView());
    }

    function lastLabel(doc, index, kind) { // of the paragraph before with such a mark, under the same article
      for (let i = index - 1; i >= 0; i -= 1) {
        const node = doc.child(i);
        if (node.type.name === "appendix") return null;
        const found = node.type.name === "paragraph" && kindOf(node.textContent, "");
        if (found === kind) return LABEL.exec(node.textContent)?.[1] || null;
        if (kind !== "article" && found && ["article", "part", "heading", ...(kind === "point" ? ["clause"] : [])].includes(found)) return null;
      }
      return null;
    }

    function next(kind, last) {
      if (kind === "article") return `Điều ${Number(/\d+/.exec(last || "0")[0]) + 1}. `;
      if (kind === "clause") return last ? `${last.replace(/(\d+)\.$/, (_, number) => `${Number(number) + 1}.`)} ` : "1. ";
      if (kind === "point") return `${POINTS[POINTS.indexOf((last || " ")[0]) + 1] || "y"}) `;
      return last ? `${last} ` : "- ";
    }

    // The mark of the paragraph at the caret; pressed again, it goes.
    const marked = (kind) => (state, dispatch) => {
      const node = paragraph(state);
      if (!node) return false;
      const at = state.selection.$from.start();
      const old = LABEL.exec(node.textContent);
      const same = old && kindOf(node.textContent, "") === kind;
      const change = state.tr;
      if (old) change.delete(at, at + old[0].length);
      if (!same) change.insertText(next(kind, lastLabel(state.doc, outer(state), kind)), at);
      dispatch(change);
      if (kind !== "dash") ask(!same);
      return true;
    };
    const ask = (isNew) => { place = view.state.selection.from; renumber("", isNew); };

    function enter(state, dispatch) {
      const node = paragraph(state);
      const { $from, empty } = state.selection;
      const kind = node ? kindOf(node.textContent, "") : "";
      if (!node || !empty || !["clause", "point", "dash"].includes(kind)) return false;
      const label = LABEL.exec(node.textContent);
      if (node.textContent.length === label[0].length || !node.textContent.slice(label[0].length).trim()) { // nothing said: the list ends
        dispatch(state.tr.delete($from.start(), $from.end()));
        return true;
      }
      if ($from.parentOffset < node.content.size) return false;
      const words = next(kind, label[1]);
      const change = state.tr.split($from.pos).insertText(words);
      dispatch(change.scrollIntoView());
      const after = view.state.doc.maybeChild(outer(view.state) + 1);
      if (kind !== "dash" && after?.textContent.startsWith(words)) ask(true);
      return true;
    }

    function insert(node, caret = 1) {
      const { state } = view;
      const index = outer(state);
      const here = state.doc.child(index);
      const from = start(state.doc, index);
      const empty = here.type.name === "paragraph" && !here.content.size;
      const at = empty ? from : from + here.nodeSize;
      const change = state.tr.replaceWith(at, empty ? at + here.nodeSize : at, node);
      if (change.doc.lastChild.type.name !== "paragraph") change.insert(change.doc.content.size, schema.nodes.paragraph.create());
      change.setSelection(TextSelection.near(change.doc.resolve(at + caret)));
      view.dispatch(change.scrollIntoView());
    }

    function table() {
      const row = (type) => schema.nodes.table_row.create(null, [0, 1, 2].map(() => schema.nodes[type].create(null, schema.nodes.line.create())));
      if (!isInTable(view.state)) insert(schema.nodes.table.create(null, [row("table_header"), row("table_cell"), row("table_cell")]), 4);
    }

    function align(state, dispatch) {
      if (!isInTable(state)) return;
      const { map, tableStart, table: whole, left, right } = selectedRect(state);
      const now = whole.nodeAt(map.map[left]).attrs.align;
      const to = { left: "centre", centre: "right", right: "left" }[now];
      const change = state.tr;
      for (const at of new Set(map.cellsInRect({ left, right, top: 0, bottom: map.height }))) change.setNodeAttribute(tableStart + at, "align", to);
      dispatch(change);
    }

    function appendix() { insert(schema.nodes.appendix.create()); }

    function landscape(state, dispatch) {
      let index = outer(state);
      while (index >= 0 && state.doc.child(index).type.name !== "appendix") index -= 1;
      if (index < 0) { say(sentence("no-appendix")); return; }
      const at = start(state.doc, index);
      dispatch(state.tr.setNodeAttribute(at, "landscape", !state.doc.child(index).attrs.landscape));
    }

    async function upload(files) {
      for (const file of files) {
        const fields = new FormData();
        fields.set("picture", file, file.name || "anh");
        say(sentence("uploading"));
        try {
          const [ok, answer] = await post(root.dataset.upload, fields);
          if (!ok) { say(answer.error); return; }
          insert(schema.nodes.picture.create({ sha256: answer.sha256 }));
          say("");
        } catch { say(sentence("no-network")); return; }
      }
    }

    const chooser = root.querySelector("[data-editor-file]");
    chooser.addEventListener("change", () => { upload([...chooser.files]); chooser.value = ""; });

    return {
      on: (made) => { view = made; },
      follow: (change) => { if (place !== null) place = Math.min(change.mapping.map(place), change.doc.content.size); },
      bold: toggleMark(schema.marks.strong), italic: toggleMark(schema.marks.em), undo, redo,
      article: marked("article"), clause: marked("clause"), point: marked("point"), dash: marked("dash"),
      up: () => { place = view.state.selection.from; renumber("up"); return true; },
      down: () => { place = view.state.selection.from; renumber("down"); return true; },
      renumber: () => { place = view.state.selection.from; renumber(""); },
      enter: chainCommands(enter, baseKeymap.Enter),
      table, align, appendix, landscape, upload,
      "add-row": addRowAfter, "add-column": addColumnAfter, "delete-row": deleteRow, "delete-column": deleteColumn, "delete-table": deleteTable,
      picture: () => chooser.click(),
    };
  };
})();
