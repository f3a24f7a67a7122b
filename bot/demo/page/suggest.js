// The list above the composer: commands after "/", and inline results after "@bot".

import { $, call, make, world } from "./base.js";

const SEARCHING = "Mencari…", PAUSE = 220, LOOK = 150, LOOKS = 40;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Suggestions {
  constructor(column) {
    Object.assign(this, { column, input: column.input, items: [], at: -1, turn: 0 });
    this.box = $(".suggest", column.root);
    this.list = $("[role=listbox]", this.box);
    this.note = $("[role=status]", this.box);
    this.list.id = `suggest${column.index}`;
    Object.assign(this.input, { ariaExpanded: "false", ariaAutoComplete: "list" });
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the composer keeps the focus
    this.list.addEventListener("click", (event) => this.take([...this.list.children].indexOf(event.target.closest("[role=option]"))));
  }

  get isOpen() { return !this.box.hidden; }

  /** Something was typed: what could be meant? */
  async look() {
    const text = this.input.value, turn = ++this.turn, name = `@${world.username}`;
    const asked = text.toLowerCase().startsWith(`${name.toLowerCase()} `);
    if (this.column.editing) return this.close();
    if (asked) return this.inline(text.slice(name.length).trim(), turn);
    if (text.startsWith("@") && name.toLowerCase().startsWith(text.toLowerCase())) return this.offerBot(name);
    if (/^\/\w*$/.test(text)) return this.offerCommands(text, turn);
    this.close();
  }

  offerBot(name) {
    const act = () => { this.input.value = `${name} `; this.look(); };
    this.show([{ title: name, description: "Cari kartu status, lalu kirim ke percakapan ini", act }]);
  }

  async offerCommands(text, turn) {
    const found = await this.column.commands().catch(() => []);
    if (turn !== this.turn) return;
    this.show(found.filter((one) => `/${one.command}`.startsWith(text.toLowerCase())).map((one) => ({
      title: `/${one.command}`, description: one.description, act: () => this.column.say(`/${one.command}`),
    })), false);
  }

  /** Ask the bot inline, as the phone does: after a pause in typing, and the last question counts. */
  async inline(query, turn) {
    this.show([], false, SEARCHING);
    await wait(PAUSE);
    if (turn !== this.turn) return;
    try {
      const { result: id } = await call(`persons/${this.column.actor}/inline`, { query });
      for (let looks = 0; looks < LOOKS && turn === this.turn; looks++) {
        const { results } = await call(`inline/${id}`);
        if (results && turn === this.turn) return this.offer(id, results);
        await wait(LOOK);
      }
      if (turn === this.turn) this.show([], false, "Bot belum menjawab. Silakan coba lagi sebentar.");
    } catch (error) {
      this.show([], false, `Belum berhasil: ${error.message}`);
    }
  }

  offer(id, results) {
    this.show(results.map((one) => ({
      title: one.title, description: one.description ?? one.message_text,
      act: () => this.column.say("", "choose_inline", { query_id: id, result_id: one.id }),
    })), true, results.length ? "" : "Tidak ada hasil. Ketik nama daerah, misalnya jakpus.");
  }

  show(items, choose = true, note = "") {
    this.items = items;
    this.note.textContent = note || (items.length ? `${items.length} pilihan` : "");
    this.note.classList.toggle("sr", !note);
    this.list.replaceChildren(...items.map((one, index) => make("div", { role: "option", id: `${this.list.id}-${index}` },
      make("strong", { textContent: one.title }), make("small", { textContent: one.description ?? "" }))));
    this.box.hidden = !items.length && !note;
    this.input.ariaExpanded = String(items.length > 0);
    this.move(choose && items.length ? 0 : -1);
  }

  close() {
    this.turn += 1;
    if (this.isOpen) this.show([]);
  }

  move(at) {
    this.at = at;
    for (const [index, one] of [...this.list.children].entries()) one.ariaSelected = String(index === at);
    const chosen = this.list.children[at];
    chosen?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", chosen?.id ?? "");
  }

  take(at) {
    const item = this.items[at];
    if (!item) return false;
    this.input.value = "";
    this.close();
    this.input.focus();
    item.act();
    return true;
  }

  /** A key of the composer; true where the list has used it. */
  key(event) {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], many = this.items.length;
    if (step && many) this.move((Math.max(this.at, step > 0 ? -1 : 0) + step + many) % many);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && !event.shiftKey && this.at >= 0) this.take(this.at);
    else if (event.key === "Enter" && this.note.textContent === SEARCHING) event.preventDefault(); // the results are about to come
    else if (event.key === "Tab" && this.at >= 0 && !event.shiftKey) this.close();
    else return false;
    if (event.key !== "Tab") event.preventDefault();
    return event.key !== "Tab";
  }
}
