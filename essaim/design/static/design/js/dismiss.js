// A notice that can be closed shows its cross only where a script can close it.
const show = (root) => {
  for (const button of root.querySelectorAll("[data-dismiss][hidden]")) button.hidden = false;
};

document.addEventListener("click", (event) => {
  event.target.closest?.("[data-dismiss]")?.closest("[data-dismissible]")?.remove();
});
document.addEventListener("htmx:load", (event) => show(event.target));
show(document);
