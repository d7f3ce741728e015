// What is pasted, made into what a draft knows: Word's lists become paragraphs with their marks, cells lie one by one,
// old fonts become Unicode, everything else is left out. Defines self.cleanPaste(html) → {html, pictures, lost, converted}:
// `pictures`: files found in it, `lost`: how many could not be read, `converted`: whether an old font was.
(() => {
  const POINTS = "abcdđeghiklmnopqrstuvxy";
  const GONE = "style, script, meta, link, title, head, xml, template, object, iframe, svg, noscript, input, button";

  self.cleanPaste = (html) => {
    // What a style says is read and never applied: the page's policy forbids it, and says so of each.
    const bare = html.replace(/<!--[\s\S]*?-->/g, "").replace(/<!\[(?:if|endif)[^>]*>/gi, "").replace(/<style[\s\S]*?<\/style>/gi, "").replace(/(\s)(style|on\w+)(\s*=)/gi, "$1data-$2$3");
    const page = new DOMParser().parseFromString(bare, "text/html");
    const body = page.body;
    page.querySelectorAll(GONE).forEach((el) => el.remove());
    const converted = inUnicode(body);
    wordLists(body);
    plainMarks(body);
    [...body.querySelectorAll("ol, ul")].reverse().forEach(flatList);
    body.querySelectorAll("table").forEach(singleCells);
    const { pictures, lost } = takenOut(body);
    body.querySelectorAll("br").forEach((el) => { if (!/mso-special-character/.test(styleOf(el))) split(el); });
    body.querySelectorAll("[data-style]").forEach((el) => delete el.dataset.style);
    return { html: body.innerHTML, pictures, lost, converted };
  };

  const styleOf = (el) => el.dataset.style || "";
  const fontOf = (el) => /font-family:\s*["']?([^;"',]+)/i.exec(styleOf(el))?.[1]?.trim() || el.getAttribute("face") || "";

  function inUnicode(body) {
    let converted = false;
    const walk = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      let owner = node.parentElement;
      while (owner !== body && owner && !fontOf(owner)) owner = owner.parentElement;
      const font = owner ? fontOf(owner) : "";
      if (self.oldFonts.of(font)) { node.data = self.oldFonts.converted(node.data, font); converted = true; }
    }
    return converted;
  }

  // Word says its own marks: "1.", "a)", or a bullet of a font of signs.
  function wordLists(body) {
    body.querySelectorAll("p[data-style*='mso-list'], li[data-style*='mso-list']").forEach((line) => {
      const mark = line.querySelector("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']");
      if (!mark) return;
      const words = mark.textContent.replace(/\s+/g, "");
      mark.replaceWith(/^[\p{L}\p{N}.()]+$/u.test(words) && words !== "o" ? `${words} ` : "- ");
    });
  }

  // Bold and italic by their styles become what they are; what only says so and is not ("font-weight: normal") goes.
  function plainMarks(body) {
    body.querySelectorAll("b, strong, i, em, span, font").forEach((el) => {
      const style = styleOf(el);
      const weight = /font-weight:\s*([\w]+)/i.exec(style.replace(/mso-bidi-font-weight:[^;]*/gi, ""))?.[1];
      const slant = /(?:^|;|\s)font-style:\s*(\w+)/i.exec(style)?.[1];
      const isBold = weight ? /^(bold(er)?|[6-9]00)$/i.test(weight) : /^(B|STRONG)$/.test(el.tagName);
      const isItalic = slant ? /^(italic|oblique)$/i.test(slant) : /^(I|EM)$/.test(el.tagName);
      const inner = [...el.childNodes];
      const made = [isBold && "strong", isItalic && "em"].filter(Boolean).reduce((nodes, tag) => {
        const mark = el.ownerDocument.createElement(tag);
        mark.append(...nodes);
        return [mark];
      }, inner);
      el.replaceWith(...made);
    });
  }

  function flatList(list) {
    const lettered = list.getAttribute("type") === "a" || /lower-alpha/.test(styleOf(list));
    const nested = [];
    let number = (Number(list.getAttribute("start")) || 1) - 1;
    for (const item of list.children) {
      if (item.tagName !== "LI") { nested.push(item); continue; }
      const line = list.ownerDocument.createElement("p");
      const inner = [];
      while (item.firstChild) {
        const child = item.firstChild;
        child.remove();
        if (child.nodeName === "P" && child.dataset.flat) inner.push(child);
        else if (child.nodeName === "P" && line.childNodes.length && line.textContent.trim()) inner.push(child);
        else if (child.nodeName === "P") line.append(...child.childNodes);
        else if (child.nodeName === "TABLE") inner.push(child);
        else line.append(child);
      }
      number += 1;
      const own = /^\s*([-–+•]|\d+(\.\d+)*[.)]|[a-zđ]\)|Điều \d)/.test(line.textContent);
      const mark = own ? "" : list.tagName === "UL" ? "- " : lettered ? `${POINTS[number - 1] || "y"}) ` : `${number}. `;
      line.prepend(mark);
      line.dataset.flat = "1";
      nested.push(line, ...inner);
    }
    list.replaceWith(...nested);
  }

  // A cell over several others becomes one, and empty ones beside and below it.
  function singleCells(table) {
    const rows = [...table.rows];
    const grid = rows.map(() => []);
    rows.forEach((row, at) => {
      let column = 0;
      for (const cell of [...row.cells]) {
        while (grid[at][column]) column += 1;
        const wide = Math.min(cell.colSpan, 60), high = Math.min(cell.rowSpan || 1, rows.length - at);
        for (let down = 0; down < high; down += 1) for (let over = 0; over < wide; over += 1) {
          grid[at + down][column + over] = down || over ? table.ownerDocument.createElement(cell.tagName) : cell;
        }
        cell.removeAttribute("colspan");
        cell.removeAttribute("rowspan");
        column += wide;
      }
    });
    const wide = Math.max(0, ...grid.map((row) => row.length));
    const bold = (cell) => !cell || !cell.textContent.trim() || cell.tagName === "TH" || Boolean(cell.querySelector("b, strong"));
    const head = grid.length > 1 && grid[0].some((cell) => cell?.textContent.trim()) && grid[0].every(bold);
    rows.forEach((row, at) => {
      const cells = Array.from({ length: wide }, (_, column) => {
        const cell = grid[at][column] || table.ownerDocument.createElement("td");
        const made = table.ownerDocument.createElement(head && at === 0 ? "th" : "td");
        const align = [cell, cell.querySelector("p")].map((el) => el && (el.getAttribute("align") || /text-align:\s*(\w+)/i.exec(styleOf(el))?.[1])).find(Boolean);
        if (align) made.setAttribute("align", align);
        cell.querySelectorAll("table").forEach((inner) => inner.replaceWith(inner.textContent));
        made.append(...cell.childNodes);
        if (head && at === 0) made.querySelectorAll("b, strong").forEach((el) => el.replaceWith(...el.childNodes));
        return made;
      });
      row.replaceChildren(...cells);
    });
  }

  function takenOut(body) {
    const pictures = [];
    let lost = 0;
    body.querySelectorAll("img").forEach((img) => {
      const own = img.closest("figure[data-sha256]");
      if (own) return; // copied within the editor: the draft has it
      const data = /^data:(image\/(?:png|jpe?g));base64,(.+)$/s.exec(img.getAttribute("src") || "");
      if (data) {
        try { pictures.push(new File([Uint8Array.from(atob(data[2]), (letter) => letter.charCodeAt(0))], "anh", { type: data[1] })); } catch { lost += 1; }
      } else lost += 1; // on the disk of whoever pastes, or on a stranger's server: neither is asked
      img.remove();
    });
    return { pictures, lost };
  }

  // A break within a paragraph begins another one; in a cell, a line.
  function split(br) {
    const block = br.closest("p, div, td, th, h1, h2, h3, h4, h5, h6");
    if (!block || block.tagName === "TD" || block.tagName === "TH") { br.replaceWith(" "); return; }
    const range = br.ownerDocument.createRange();
    range.setStartAfter(br);
    range.setEndAfter(block);
    const rest = range.extractContents();
    br.remove();
    block.after(rest);
  }
})();
