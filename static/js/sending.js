/* Beside an open form: a copy on this device while one types, and proof of work where it is asked.
   Without it the form works the same, but for what was typed and never sent. */
"use strict";
(() => {
  if (document.querySelector("[data-received]")) {
    // It has come in: nothing of it stays on a device that others may use too.
    try {
      Object.keys(sessionStorage).filter((each) => each.startsWith("sending ")).forEach((each) => sessionStorage.removeItem(each));
    } catch { /* forbidden */ }
  }
  const form = document.querySelector("form[data-keep], form[data-challenge]");
  if (!form) return;
  const name = form.dataset.keep && `sending ${form.dataset.keep}`; // what is kept, if anything
  const kept = (field) => field.name && !["hidden", "file"].includes(field.type) && field.name !== "website";
  const store = {
    read() { try { if (!name) return {}; return JSON.parse(sessionStorage.getItem(name)) || {}; } catch { return {}; } },
    write(value) { try { if (name) sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* full or forbidden */ } },
  };
  const fields = [...form.elements].filter(kept);
  const value = (field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value);
  const key = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const isFresh = fields.every((field) => field.tagName !== "TEXTAREA" || !field.value);
  if (isFresh) {
    const before = store.read();
    for (const field of fields) {
      if (!(key(field) in before)) continue;
      if (["radio", "checkbox"].includes(field.type)) field.checked = before[key(field)];
      else if (!field.value) field.value = before[key(field)];
    }
  }
  form.addEventListener("input", () => {
    store.write(Object.fromEntries(fields.map((field) => [key(field), value(field)])));
  });
  document.getElementById("faults")?.focus();

  // ALTCHA's proof of work: the derived key must begin with the prefix.
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  async function solve(challenge) {
    const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
    const [start, began] = [bytes(nonce), Date.now()];
    for (let counter = 0; counter < 100000; counter += 1) {
      const password = new Uint8Array(start.length + 4);
      password.set(start);
      new DataView(password.buffer).setUint32(start.length, counter);
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const made = hex(await crypto.subtle.deriveBits(
        { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost }, key, keyLength * 8));
      if (made.startsWith(keyPrefix)) return { counter, derivedKey: made, time: Date.now() - began };
    }
    return null;
  }
  let proof = null;
  if (form.dataset.challenge && window.crypto?.subtle) {
    const challenge = JSON.parse(form.dataset.challenge);
    proof = solve(challenge).then((solution) => {
      if (!solution) return;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "proof", value: btoa(JSON.stringify({ challenge, solution })) });
      form.append(input);
    }).catch(() => {});
  }
  form.addEventListener("submit", async (event) => {
    if (proof && !form.elements.proof && !form.dataset.waited) {
      event.preventDefault();
      form.dataset.waited = "1";
      await proof;
      form.requestSubmit(event.submitter);
    }
  });
})();
