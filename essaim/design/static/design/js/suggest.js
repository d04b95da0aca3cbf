// Completion of a text field: an ARIA combobox over `data-suggest`, which answers ?q=… with
// {"items": [{"value": "64102", "label": "Bayonne", "note": "64100"}]}.
// The chosen label goes into the field; its value into the hidden field named by `data-suggest-into`, when there is one.
const PAUSE = 180;
let serial = 0;

class Suggest {
  constructor(field) {
    this.field = field;
    this.into = field.form?.elements[field.dataset.suggestInto];
    this.list = document.createElement("div");
    this.list.className = "suggestions";
    this.list.id = `suggestions-${(serial += 1)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.labels?.[0]?.textContent.trim() ?? "");
    this.list.hidden = true;
    field.after(this.list);
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.list.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    this.at = -1;
    field.addEventListener("input", () => this.wait());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.children];
  }

  wait() {
    if (this.into) this.into.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.field.value.trim();
    this.asked?.abort();
    if (text.length < 2) {
      this.close();
      return;
    }
    this.asked = new AbortController();
    const address = new URL(this.field.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()).items);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items) {
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.list.hidden = items.length === 0 || document.activeElement !== this.field;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  option(item, index) {
    const option = document.createElement("div");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.value = item.value;
    option.dataset.label = item.label;
    option.append(item.label);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "meta";
      note.textContent = item.note;
      option.append(" ", note);
    }
    return option;
  }

  key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && !this.list.hidden) {
      event.preventDefault();
      const { length } = this.options;
      this.move((this.at + moves[event.key] + length + (this.at < 0 && event.key === "ArrowUp" ? 1 : 0)) % length);
    } else if (event.key === "Enter" && !this.list.hidden && this.at >= 0) {
      event.preventDefault();
      this.choose(this.options[this.at]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  move(to) {
    this.options[this.at]?.setAttribute("aria-selected", "false");
    this.at = to;
    const option = this.options[to];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  choose(option) {
    if (!option) return;
    this.field.value = option.dataset.label;
    if (this.into) this.into.value = option.dataset.value;
    this.close();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

const attach = (root) => {
  for (const field of root.querySelectorAll("[data-suggest]:not([role=combobox])")) new Suggest(field);
};
document.addEventListener("htmx:load", (event) => attach(event.target));
attach(document);
