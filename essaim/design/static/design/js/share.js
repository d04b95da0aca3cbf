// Copies the address of the page, or hands it to what the phone shares with; without a script the
// field and the mail link remain.
for (const box of document.querySelectorAll("[data-share]")) {
  const copy = box.querySelector("[data-share-copy]");
  const send = box.querySelector("[data-share-send]");
  const field = box.querySelector("[data-share-address]");
  const status = box.querySelector("[data-share-status]");
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    status.textContent = status.dataset.shareDone;
  });
  if (send && navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => {
      navigator.share({ title: send.dataset.shareSend, url: field.value }).catch(() => {});
    });
  }
}
