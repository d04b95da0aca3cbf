// Copies the address of the page; without a script the field and the mail link remain.
for (const box of document.querySelectorAll("[data-share]")) {
  const button = box.querySelector("[data-share-copy]");
  const field = box.querySelector("[data-share-address]");
  const status = box.querySelector("[data-share-status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    status.textContent = status.dataset.shareDone;
  });
}
