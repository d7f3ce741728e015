// [data-agent="address"] asks the signing agent on this computer to sign data-agent-text (base64; several parted by blanks)
// with the certificate data-agent-fingerprint, naming data-agent-name to the person, and sends [data-agent-form] with its
// answers in the fields "signature", in order. Of the elements [data-agent-say] the one that fits is shown; the agent's own words go into
// [data-agent-sentence]; [data-agent-again] asks once more.
(() => {
  const box = document.querySelector("[data-agent]");
  if (!box) return;
  const again = box.querySelector("[data-agent-again]");

  function say(what, sentence = "") {
    box.querySelectorAll("[data-agent-say]").forEach((el) => { el.hidden = el.dataset.agentSay !== what; });
    box.querySelector("[data-agent-sentence]").textContent = sentence;
    again.hidden = what === "asking" || what === "sending";
  }

  async function ask() {
    say("asking");
    const { agentText, agentFingerprint, agentName } = box.dataset;
    let answer;
    let said;
    try {
      answer = await fetch(`${box.dataset.agent}/sign`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ texts: agentText.split(" "), fingerprint: agentFingerprint, name: agentName }),
        credentials: "omit",
      });
      said = await answer.json();
    } catch {
      say("missing");
      return;
    }
    if (!answer.ok) {
      say("refused", said.sentence || "");
      return;
    }
    say("sending");
    const form = box.querySelector("[data-agent-form]");
    form.querySelectorAll('[name="signature"]').forEach((field, i) => { field.value = said.signatures[i]; });
    form.submit();
  }

  again.addEventListener("click", ask);
  ask();
})();
