// Says how many characters are left, aloud only when few are.
const numbers = new Intl.NumberFormat(document.documentElement.lang);

const count = (field) => {
  const line = document.getElementById(field.dataset.counter);
  if (!line || field.maxLength < 0) return;
  const left = field.maxLength - field.value.length;
  line.textContent = line.dataset.left.replace("{num}", numbers.format(left));
  line.ariaLive = left < 50 ? "polite" : "off";
};

document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-counter]")) count(event.target);
});
for (const field of document.querySelectorAll("[data-counter]")) if (field.value) count(field);
