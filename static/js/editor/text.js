// The text of a draft and the document of the editor, both ways, by the rules of documents/layout/blocks.py.
// A paragraph carries its own mark ("Điều 3.", "1.", "a)") as text: the text is the truth, the editor only shows it.
// Defines self.draftText = {schema, read(text) → doc, write(doc) → {text, lines: first line of each block}, kindOf(words, before)}.
(() => {
  const { Fragment, Schema, tableNodes } = ProseMirror;
  const PICTURE = /^!\[(.*)\]\(sha256:([0-9a-f]{64})\)$/;
  const APPENDIX = /^===\s+(.*?)(\s*\(khổ ngang\))?\s*$/;
  const RULE = /^(:?-{2,}:?|:-:?|-:)$/;
  const PART = /^(Phần|Chương|Mục|Tiểu mục) [IVXLC\d]+\.?$/;
  const STARTS = /^(\*{0,3}(Điều \d+[a-zđ]?\.|\d+(\.\d+)*[.)]|[a-zđ]\)|[-–+•]|[IVXLC]+\.)(\*{1,3})?\s+\S|(Phần|Chương|Mục|Tiểu mục) [IVXLC\d]+)/;
  const KINDS = [["article", /^Điều \d+[a-zđ]?\.(\s|$)/], ["part", PART], ["clause", /^\d+(\.\d+)*\.(\s|$)/], ["point", /^[a-zđ]\)(\s|$)/], ["dash", /^[-–+•](\s|$)/], ["heading", /^[IVXLC]+\.(\s|$)/]];

  const table = tableNodes({
    tableGroup: "block",
    cellContent: "line+",
    cellAttributes: {
      align: {
        default: "left",
        getFromDOM: (cell) => ({ center: "centre", centre: "centre", right: "right" }[cell.dataset.align || cell.getAttribute("align")] || "left"),
        setDOMAttr: (value, attrs) => { if (value !== "left") attrs["data-align"] = value; },
      },
    },
  });
  // No cell lies over others: the text has no words for it. What is pasted is cut into single ones.
  const single = (spec) => ({ ...spec, parseDOM: spec.parseDOM.map((rule) => ({ ...rule, getAttrs: (cell) => ({ ...rule.getAttrs(cell), colspan: 1, rowspan: 1, colwidth: null }) })) });

  const schema = new Schema({
    nodes: {
      doc: { content: "block+" },
      paragraph: {
        group: "block", content: "text*", marks: "_", attrs: { gap: { default: 0 } },
        parseDOM: [{ tag: "p" }, { tag: "h1,h2,h3,h4,h5,h6,li,blockquote,pre" }], toDOM: () => ["p", 0],
      },
      table: table.table, table_row: table.table_row, table_cell: single(table.table_cell), table_header: single(table.table_header),
      line: { content: "text*", marks: "_", parseDOM: [{ tag: "p", context: "table_cell/|table_header/", priority: 60 }], toDOM: () => ["p", 0] },
      picture: {
        group: "block", content: "text*", marks: "", attrs: { sha256: {} }, isolating: true, draggable: true,
        parseDOM: [{ tag: "figure[data-sha256]", contentElement: "figcaption", getAttrs: (el) => ({ sha256: el.dataset.sha256 }) }],
        toDOM: (node) => ["figure", { "data-sha256": node.attrs.sha256 }, ["img", { src: schema.cached.pictures + node.attrs.sha256 + "/", alt: "", contenteditable: "false" }], ["figcaption", 0]],
      },
      appendix: {
        group: "block", content: "text*", marks: "", attrs: { landscape: { default: false } }, isolating: true, defining: true,
        parseDOM: [{ tag: "h2[data-appendix]", getAttrs: (el) => ({ landscape: el.dataset.appendix === "ngang" }) }],
        toDOM: (node) => ["h2", { "data-appendix": node.attrs.landscape ? "ngang" : "" }, 0],
      },
      text: { group: "inline" },
    },
    marks: {
      strong: { parseDOM: [{ tag: "strong" }, { tag: "b" }], toDOM: () => ["strong", 0] },
      em: { parseDOM: [{ tag: "em" }, { tag: "i" }], toDOM: () => ["em", 0] },
    },
  });
  schema.cached.pictures = "";

  const upper = (words) => words === words.toUpperCase() && /\p{L}/u.test(words);
  const kindOf = (words, before) => {
    const found = KINDS.find(([, pattern]) => pattern.test(words));
    if (found) return found[0];
    return before && PART.test(before) && upper(words) ? "part" : "plain";
  };

  // As documents/layout/inline.py reads them: ** and * in pairs, \* is a star, what has no partner stays a star.
  function runs(words) {
    const tokens = [];
    const opened = []; // places in `tokens` of marks that wait for their end
    let at = 0;
    for (const part of words.match(/\\\*|\*+|[^*\\]+|\\/g) || []) {
      const before = words[at - 1] || "";
      const after = words[at + part.length] || "";
      at += part.length;
      if (part[0] === "*" && part.length <= 3) readMark(part, before, after, tokens, opened);
      else tokens.push([part === "\\*" ? "*" : part, false]);
    }
    const found = [];
    const on = { "*": false, "**": false };
    for (const [token, isMark] of tokens) {
      if (isMark) { on[token] = !on[token]; continue; }
      const marks = [on["**"] && schema.mark("strong"), on["*"] && schema.mark("em")].filter(Boolean);
      found.push(schema.text(token, marks));
    }
    return Fragment.fromArray(found);
  }

  function readMark(part, before, after, tokens, opened) {
    const figures = /\d/.test(before) && /\d/.test(after);
    const closes = before && !/\s/.test(before) && before !== "(" && !figures;
    const opens = after && !/\s/.test(after) && after !== ")" && !figures;
    while (part) {
      const waiting = opened.map((place) => tokens[place][0]);
      const nth = closes ? waiting.findLastIndex((mark) => mark.length <= part.length) : -1;
      let mark;
      if (nth >= 0) {
        mark = waiting[nth];
        tokens[opened[nth]][1] = true;
        tokens.push([mark, true]);
        opened.length = nth;
      } else {
        mark = part.length > 1 ? "**" : "*";
        if (opens && !waiting.includes(mark)) opened.push(tokens.length);
        tokens.push([mark, false]);
      }
      part = part.slice(mark.length);
    }
  }

  // Stars that would be read as marks are told apart; a lone one needs no help.
  const escaped = (text, all) => (all ? text.replace(/\*/g, "\\*") : text);
  function written(node) {
    const words = node.textContent;
    const marked = [];
    node.forEach((child) => { if (child.marks.length) marked.push(child); });
    if (!marked.length && words.split("*").length < 3) return words.replace(/\s+/g, " ");
    let out = "";
    node.forEach((child) => {
      const [, before, text, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(child.text); // a mark never ends in a blank
      const bold = child.marks.some((mark) => mark.type.name === "strong") ? "**" : "";
      const italic = child.marks.some((mark) => mark.type.name === "em") ? "*" : "";
      out += text ? `${before}${bold}${italic}${escaped(text, true)}${italic}${bold}${after}` : child.text;
    });
    return out.replace(/\s+/g, " ");
  }

  const cellsOf = (line) => {
    const cells = line.slice(1).split(/(?<!\\)\|/);
    if (cells.length > 1 && !cells[cells.length - 1].trim()) cells.pop();
    return cells.map((cell) => cell.trim().replace(/\s+/g, " ").replace(/\\\|/g, "|"));
  };
  function readTable(lines) {
    const ruled = lines.length > 1 && cellsOf(lines[1]).every((cell) => RULE.test(cell));
    const align = ruled ? cellsOf(lines[1]).map((rule) => (/^:-+:$/.test(rule) ? "centre" : /-:$/.test(rule) ? "right" : "left")) : [];
    const rows = lines.filter((_, at) => !(ruled && at === 1)).map(cellsOf);
    const wide = Math.max(...rows.map((row) => row.length));
    return schema.nodes.table.create(null, rows.map((row, at) => schema.nodes.table_row.create(null, Array.from({ length: wide }, (_, column) => {
      const type = schema.nodes[ruled && at === 0 ? "table_header" : "table_cell"];
      const words = (row[column] || "").split(" // ");
      return type.create({ align: align[column] || "left" }, words.map((one) => schema.nodes.line.create(null, runs(one))));
    }))));
  }

  function writtenTable(node) {
    const rows = [];
    let align = null;
    node.forEach((row, _, at) => {
      const cells = [];
      row.forEach((cell) => {
        const lines = [];
        cell.forEach((line) => lines.push(written(line).trim()));
        cells.push(lines.filter((line, index) => line || index === 0).join(" // ").replace(/\|/g, "\\|"));
      });
      rows.push(`| ${cells.join(" | ")} |`);
      if (at === 0 && row.firstChild?.type.name === "table_header") {
        align = [];
        row.forEach((cell) => align.push({ centre: ":-:", right: "--:" }[cell.attrs.align] || "---"));
        rows.push(`|${align.join("|")}|`);
      }
    });
    return rows.join("\n");
  }

  function read(text) {
    const lines = text.replace(/\r\n?/g, "\n").split("\n").map((line) => line.trim());
    const blocks = [];
    let gap = 0;
    let open = null; // the paragraph that goes on
    const close = () => { if (open) blocks.push(schema.nodes.paragraph.create({ gap: open.gap }, runs(open.words))); open = null; };
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at];
      gap += 1;
      if (!line) { close(); continue; }
      const picture = PICTURE.exec(line);
      const appendix = APPENDIX.exec(line);
      if (line.startsWith("|")) {
        close();
        let end = at;
        while (end + 1 < lines.length && lines[end + 1].startsWith("|")) end += 1;
        blocks.push(readTable(lines.slice(at, end + 1)));
        at = end;
      } else if (picture) {
        close();
        blocks.push(schema.nodes.picture.create({ sha256: picture[2] }, picture[1] ? schema.text(picture[1]) : null));
      } else if (appendix && appendix[1]) {
        close();
        blocks.push(schema.nodes.appendix.create({ landscape: Boolean(appendix[2]) }, schema.text(appendix[1])));
      } else if (open && !STARTS.test(line) && !PART.test(open.words) && !(open.title && upper(open.words) && !upper(line))) {
        open.words += ` ${line}`;
      } else {
        const title = Boolean(open && PART.test(open.words)); // in capitals: what is not belongs to what follows
        close();
        open = { words: line, gap, title };
      }
      gap = 0;
    }
    close();
    if (blocks[blocks.length - 1]?.type.name !== "paragraph") blocks.push(schema.nodes.paragraph.create()); // a place to go on
    return schema.nodes.doc.create(null, blocks);
  }

  function write(doc) {
    const parts = [];
    const lines = [];
    let at = 0;
    let last = ""; // the paragraph before, "" after anything else
    doc.forEach((node) => {
      const words = wordsOf(node);
      if (words) {
        const begins = node.type.name === "paragraph" && last && (STARTS.test(words) || PART.test(last));
        const gap = parts.length ? (begins ? Math.min(node.attrs.gap || 1, 2) : 2) : 0;
        at += gap;
        parts.push("\n".repeat(gap) + words);
        last = node.type.name === "paragraph" ? words : "";
      }
      lines.push(at);
      at += words.split("\n").length - 1;
    });
    return { text: parts.join(""), lines };
  }

  function wordsOf(node) {
    const words = node.textContent.replace(/\s+/g, " ").trim();
    if (node.type.name === "table") return writtenTable(node);
    if (node.type.name === "picture") return `![${words}](sha256:${node.attrs.sha256})`;
    if (node.type.name === "appendix") return words && `=== ${words}${node.attrs.landscape ? " (khổ ngang)" : ""}`;
    return written(node).trim();
  }

  self.draftText = { schema, read, write, runs, kindOf };
})();
