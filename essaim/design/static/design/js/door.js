// A door: each form says one thing, sent at once; without a network it is kept on this telephone and sent later, each thing
// with a text of its own (nonce), so that what arrives twice counts once. `data-door` is where it goes.
const OWN = new Set(["csrfmiddlewaretoken", "idempotency_key"]);
const AGAIN = 5000;
const PATIENCE = 8000;
const AT_ONCE = 50;

const random = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const hour = () => new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const bare = (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
// The same ticket, as an address or typed with spaces.
const codeOf = (text) => text.toLowerCase().replaceAll(/[\s-]/g, "").replace(/^.*\/door\//, "").replace(/\/$/, "").slice(0, 100);

class Door {
  constructor(box) {
    this.box = box;
    this.to = box.dataset.door;
    this.key = `door ${this.to}`;
    this.token = box.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    this.read = new Set();
    box.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.send());
    const filter = this.part("filter");
    if (filter) {
      filter.hidden = false;
      filter.addEventListener("input", (event) => this.find(bare(event.target.value)));
    }
    this.camera();
    this.wait();
    this.send();
  }

  part(name) {
    return this.box.querySelector(`[data-door-${name}]`);
  }

  // What waits outlives the page; where nothing may be stored it lives as long as the page.
  get kept() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return this.memory ?? [];
    }
  }

  set kept(acts) {
    this.memory = acts;
    try {
      localStorage.setItem(this.key, JSON.stringify(acts));
    } catch {
      // It is in memory.
    }
  }

  get device() {
    try {
      const known = localStorage.getItem("door device") ?? random();
      localStorage.setItem("door device", known);
      return known;
    } catch {
      return (this.own ??= random());
    }
  }

  submit(event) {
    const form = event.target.closest("[data-door-form]");
    if (!form) return;
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(form)].filter(([name, value]) => value !== "" && !OWN.has(name)));
    if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
    if (Object.keys(fields).length === 0) return;
    form.reset();
    this.act(fields);
  }

  act(fields) {
    if (fields.code) {
      fields.code = codeOf(fields.code);
      if (this.kept.some((act) => act.code === fields.code) || (!navigator.onLine && this.read.has(fields.code))) {
        this.say(this.box.dataset.doorAgain, "late");
        return;
      }
    }
    if (fields.undo) this.read.clear();
    this.kept = [...this.kept, { ...fields, nonce: random(), at: new Date().toISOString(), late: !navigator.onLine }];
    if (fields.person) this.mark(fields.person, hour());
    if (fields.undo) this.mark(fields.undo, "");
    this.send();
  }

  async send() {
    const acts = this.kept.slice(0, this.isSingly ? 1 : AT_ONCE);
    if (this.isSending || acts.length === 0) return;
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      const answer = await fetch(this.to, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
        body: JSON.stringify({ device: this.device, sent_at: new Date().toISOString(), acts: acts.map(({ late, at, ...act }) => (late ? { ...act, at } : act)) }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.redirected || [403, 404].includes(answer.status)) this.say(this.box.dataset.doorOver, "late");
      else if (answer.ok) this.hear(await answer.json(), acts);
      else if (answer.status === 422) this.refuse(await answer.json(), acts);
      else throw new Error(answer.status);
    } catch {
      this.kept = this.kept.map((act) => ({ ...act, late: true }));
      this.say(this.box.dataset.doorNoted, "plain");
    } finally {
      this.isSending = false;
      this.wait();
    }
    if (this.kept.length > 0) this.timer = setTimeout(() => this.send(), this.isHeard ? 0 : AGAIN);
    this.isHeard = false;
  }

  hear({ answers, counts }, acts) {
    const wasLate = new Set(acts.filter((act) => act.late).map((act) => act.nonce));
    const answered = new Set(answers.map((one) => one.nonce));
    this.kept = this.kept.filter((act) => !answered.has(act.nonce));
    this.isHeard = true;
    for (const one of answers) {
      if (one.person) this.mark(one.person, one.here);
      const { code } = acts.find((act) => act.nonce === one.nonce) ?? {};
      if (code && one.outcome !== "refused") this.read.add(code);
      // Whoever is inside by now is shown until somebody has looked.
      if (wasLate.has(one.nonce) && one.outcome !== "accepted") this.remember(one.words);
    }
    const last = answers.at(-1);
    this.say(last.words, last.tone);
    document.querySelector("[data-door-words]")?.replaceChildren(counts.words);
    document.querySelector("[data-door-others]")?.replaceChildren(counts.others_words);
  }

  // One that cannot be read does not keep the others: they go one by one, and it goes alone.
  refuse({ problem }, acts) {
    this.isHeard = true;
    if (acts.length === 1) {
      this.kept = this.kept.slice(1);
      this.say(problem, "late");
    }
    this.isSingly = acts.length > 1;
  }

  say(words, tone) {
    const said = this.part("said");
    said.hidden = false;
    said.firstElementChild.className = `door-answer door-answer-${tone}`;
    said.firstElementChild.textContent = words;
  }

  remember(words) {
    const list = this.part("late");
    const row = document.createElement("li");
    row.textContent = words;
    list.append(row);
    list.hidden = false;
  }

  wait() {
    const line = this.part("waiting");
    const number = this.kept.filter((act) => act.late).length;
    line.hidden = number === 0;
    line.textContent = this.box.dataset.doorWaits.replace("{num}", number);
  }

  mark(person, at) {
    const row = this.box.querySelector(`[data-door-row="${CSS.escape(person)}"]`);
    if (!row) return;
    row.querySelector("[name=person]").hidden = Boolean(at);
    row.querySelector("[name=undo]").parentElement.hidden = !at;
    if (at) row.querySelector("[data-door-hour]").textContent = at;
  }

  find(text) {
    for (const row of this.box.querySelectorAll("[data-door-row]")) {
      row.hidden = !bare(row.querySelector(".door-name").textContent).includes(text);
    }
  }

  camera() {
    const place = this.part("camera");
    if (!place || !globalThis.BarcodeDetector || !navigator.mediaDevices) return;
    const [look, stop, video] = ["look", "stop", "video"].map((name) => this.part(name));
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const show = (on) => {
      look.hidden = on;
      stop.hidden = video.hidden = !on;
    };
    place.hidden = false;
    look.addEventListener("click", async () => {
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        this.say(this.box.dataset.doorCameraOff, "late");
        return;
      }
      show(true);
      await video.play();
      let last = "";
      while (video.srcObject) {
        const [found] = await detector.detect(video).catch(() => []);
        if (found && found.rawValue !== last) {
          last = found.rawValue;
          navigator.vibrate?.(80);
          this.act({ code: last });
        }
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    });
    stop.addEventListener("click", () => {
      for (const track of video.srcObject?.getTracks() ?? []) track.stop();
      video.srcObject = null;
      show(false);
    });
  }
}

for (const box of document.querySelectorAll("[data-door]")) new Door(box);
