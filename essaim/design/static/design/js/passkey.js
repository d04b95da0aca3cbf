// Passkeys: asks the server what to ask the device, and sends what it answers as an ordinary form.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// What travels as text is bytes to the browser, on the way in …
const question = (asked) => {
  const key = asked.publicKey;
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const known of [...(key.allowCredentials ?? []), ...(key.excludeCredentials ?? [])]) {
    known.id = bytes(known.id);
  }
  return asked;
};

// … and on the way out.
const answer = (credential) => {
  const response = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
};

const ask = async (form) => {
  const body = new URLSearchParams(new FormData(form));
  body.set("options", "1");
  const said = await fetch(form.action, { method: "POST", body });
  if (!said.ok) throw new Error(said.status);
  const asked = question(await said.json());
  const creates = form.dataset.passkey === "create";
  return answer(await navigator.credentials[creates ? "create" : "get"](asked));
};

// Browsers keep passkeys for names: at an address such as 127.0.0.1 none is ever offered.
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);

const sayWhereItWorks = (status) => {
  status.textContent = status.dataset.numbered;
  if (!/^127\.|^\[::1\]$/.test(location.hostname)) return;
  const named = document.createElement("a");
  named.href = location.href.replace(location.hostname, "localhost");
  named.textContent = named.href;
  status.append(` ${status.dataset.byName} `, named);
};

for (const form of document.querySelectorAll("[data-passkey]")) {
  const status = form.querySelector("[data-passkey-status]");
  if (isNumber) sayWhereItWorks(status);
  if (isNumber || !window.PublicKeyCredential) continue;
  const button = form.querySelector("[data-passkey-go]");
  status.textContent = "";
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    status.textContent = "";
    try {
      form.elements.credential.value = await ask(form);
      form.submit();
    } catch {
      status.textContent = status.dataset.failed;
    } finally {
      button.ariaBusy = "false";
    }
  });
}
