// A form [data-drop="PREFIX"] with one file field sends its files one after another, each with the form's other fields, and shows
// how far each is: rows are made from [data-drop-row] in [data-drop-list]. Files may be dropped on [data-drop-place]. When all
// are sent the page that answered the last one opens. A file is there when the address that answers begins with PREFIX; what
// could not be sent is sent again by the next press.
(() => {
  function received(form, address) {
    const there = new URL(address || form.action, location.href);
    return there.origin === location.origin && there.pathname.startsWith(form.dataset.drop);
  }

  function send(form, field, file, row) {
    const data = new FormData(form);
    data.delete(field.name);
    data.append(field.name, file);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
      });
      // A page of signing in, or the form with an error, is no receipt.
      request.addEventListener("load", () => done(request.status < 400 && received(form, request.responseURL) ? request.responseURL : ""));
      request.addEventListener("error", () => done(""));
      request.send(data);
    });
  }

  document.querySelectorAll("form[data-drop]").forEach((form) => {
    const field = form.querySelector("input[type=file]");
    const place = form.querySelector("[data-drop-place]");
    const list = form.querySelector("[data-drop-list]");
    const mould = form.querySelector("template[data-drop-row]");
    let busy = false;

    ["dragover", "drop"].forEach((name) => place.addEventListener(name, (event) => {
      event.preventDefault();
      if (name === "drop" && event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        field.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }));

    form.addEventListener("submit", async (event) => {
      if (!field.files.length) return;
      event.preventDefault();
      if (busy) return;
      busy = true;
      list.replaceChildren();
      const left = [];
      let next = "";
      for (const file of field.files) {
        const row = mould.content.firstElementChild.cloneNode(true);
        row.firstElementChild.textContent = file.name;
        row.querySelector("progress").setAttribute("aria-label", file.name);
        list.append(row);
        const there = await send(form, field, file, row);
        row.lastElementChild.textContent = there ? list.dataset.dropSent : list.dataset.dropFailed;
        row.querySelector("progress").value = there ? 100 : 0;
        if (there) next = there; else left.push(file);
      }
      busy = false;
      if (!left.length) { location.assign(next); return; }
      const again = new DataTransfer();
      left.forEach((file) => again.items.add(file));
      field.files = again.files;
    });
  });
})();
