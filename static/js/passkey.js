// Passkeys (WebAuthn). A button [data-passkey-get] puts the browser's answer into the field "proof_passkey" of its form;
// a form [data-passkey-create] puts the new key into its field "made". Both hold the server's question as JSON, and then send
// the form. What goes wrong is said in [data-passkey-said].
(() => {
  const can = window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

  const say = (form, text) => {
    const place = form.querySelector("[data-passkey-said]");
    place.textContent = text;
    place.hidden = !text;
  };

  const why = (error) => (error.name === "InvalidStateError" ? "Khóa này đã được đăng ký."
    : error.name === "NotAllowedError" ? "Chưa xác nhận, hoặc đã quá thời gian. Hãy thử lại."
    : "Thiết bị không dùng được khóa truy cập ở đây.");

  document.querySelectorAll("[data-passkey-get]").forEach((button) => {
    const form = button.form;
    if (!can) { button.hidden = true; return; }
    button.addEventListener("click", async () => {
      say(form, "");
      try {
        const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(button.dataset.passkeyGet));
        const answer = await navigator.credentials.get({ publicKey });
        form.elements.proof_passkey.value = JSON.stringify(answer.toJSON());
        // Past the field of the code, which is empty; by the form's own way, so that it is sent once.
        form.noValidate = true;
        form.requestSubmit();
      } catch (error) { say(form, why(error)); }
    });
  });

  document.querySelectorAll("form[data-passkey-create]").forEach((form) => {
    if (!can) { say(form, "Trình duyệt này quá cũ để dùng khóa truy cập. Hãy dùng ứng dụng xác thực."); }
    form.addEventListener("submit", async (event) => {
      if (form.elements.made.value) return;
      event.preventDefault();
      if (!can) return;
      say(form, "");
      try {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(form.dataset.passkeyCreate));
        const made = await navigator.credentials.create({ publicKey });
        form.elements.made.value = JSON.stringify(made.toJSON());
        form.requestSubmit();
      } catch (error) { say(form, why(error)); }
    });
  });
})();
