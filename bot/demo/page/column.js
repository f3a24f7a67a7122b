// One chat as on a phone: a person's own with the bot, or a group that a person looks into.

import { $, call, coalesced, initials, make, press, toneOf, touch, world } from "./base.js";
import { entries, keyboard, pinnedLine, reconcile, spotlight } from "./bubbles.js";
import { ask, field, lineOf, openMenu, paragraph } from "./dialogs.js";
import { activate, chooseGuest, drawPeople, isUnread, nameOf, place } from "./people.js";
import { roam, rove } from "./keys.js";
import { Suggestions } from "./suggest.js";
import { invitation, safe } from "./text.js";
import { addPerson, kinds, pasteLink, sendFiles } from "./deeds.js";

const PATIENCE = 12_000; // how long a tapped button waits for its answer

export class Column {
  constructor(index) {
    Object.assign(this, { index, id: null, actor: null, view: null, editing: null, sticky: true });
    this.root = $("#column").content.cloneNode(true).firstElementChild;
    [this.log, this.input] = [$(".log", this.root), $("textarea", this.root)];
    this.refresh = coalesced(() => this.load());
    this.tab = press("", "", () => activate(index));
    $(".tabs").append(this.tab);
    $(".columns").append(this.root);
    this.suggestions = new Suggestions(this);
    this.wire();
  }

  get group() { return world.groups.find((one) => one.id === this.id); }
  get person() { return world.people.find((one) => one.id === this.actor); }
  get newest() { return this.view?.messages.findLast((one) => !one.out)?.id ?? 0; }
  get isVisible() { return !document.hidden && this.root.offsetParent !== null; }

  wire() {
    const on = (selector, kind, act) => $(selector, this.root).addEventListener(kind, act);
    on(".pick", "change", (event) => place(Number(event.target.value), this.index));
    on(".as select", "change", (event) => this.become(Number(event.target.value)));
    on(".pinned", "click", () => spotlight(this.log, this.pinnedId));
    on(".start", "click", () => this.act("open_link", { payload: this.person.start_link ?? "" }));
    on(".unblock", "click", () => this.act("unblock"));
    on(".pill", "click", () => this.toEnd());
    on(".more", "click", (event) => openMenu(event.currentTarget, this.menu()));
    on(".slash", "click", (event) => this.showCommands(event.currentTarget));
    on(".clip", "click", (event) => openMenu(event.currentTarget, kinds(this)));
    on(".editing button", "click", () => this.edit(null));
    on("input[type=file]", "change", (event) => sendFiles(this, event.target));
    on(".composer", "submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("keydown", (event) => this.typed(event));
    this.log.addEventListener("click", (event) => this.clicked(event));
    this.log.addEventListener("keydown", (event) => roam(this.log, event));
    this.log.addEventListener("focusin", (event) => event.target !== this.log && rove(this.log, event.target));
    this.log.addEventListener("scroll", () => this.scrolled());
    this.log.addEventListener("load", () => this.stick(), true);
    new ResizeObserver(() => { this.stick(); this.markSeen(); }).observe(this.log); // also when its tab is chosen
  }

  /** Show another chat here. */
  show(id) {
    if (this.id) world.drafts.set(this.id, this.editing ? "" : this.input.value);
    this.edit(null);
    Object.assign(this, { id, actor: id, view: null, sticky: true });
    if (this.group) this.actor = this.memberToBe();
    this.input.value = world.drafts.get(id) ?? "";
    this.suggestions.close();
    this.log.replaceChildren();
    this.log.ariaLive = "off";
    this.toast("");
    this.drawHeader();
    this.refresh();
  }

  /** Who looks into the group at first: who did so before, else staff. */
  memberToBe() {
    const members = this.group.members, before = Number(sessionStorage.getItem("as"));
    const staff = world.people.find((one) => members.includes(one.id) && !one.label.startsWith("Kontak"));
    return members.includes(before) ? before : staff?.id ?? members[0];
  }

  /** Look into the group as somebody else, and write as them. */
  become(person) {
    this.actor = person;
    sessionStorage.setItem("as", person);
    this.edit(null);
    this.drawHeader();
    this.refresh();
  }

  async load() {
    if (!this.id) return; // between two seasons: the next one is shown soon
    const { id, actor } = this, view = await call(`chats/${id}${this.group ? `?as=${actor}` : ""}`);
    if (id === this.id && actor === this.actor) this.draw(view);
  }

  draw(view) {
    const isFirst = !this.view, newest = this.newest, group = this.group;
    const hadFocus = this.root.contains(document.activeElement);
    this.view = view;
    const begun = view.started || Boolean(group), blocked = view.blocked && !group;
    $(".landing", this.root).hidden = begun;
    $(".composer", this.root).hidden = !begun || blocked;
    $(".unblock", this.root).hidden = !begun || !blocked;
    this.log.hidden = !begun;
    reconcile(this.log, entries(this, view.messages), isFirst);
    rove(this.log);
    this.drawPinned(group && pinnedLine(view));
    const replies = group ? null : view.reply_keyboard;
    this.input.placeholder = replies?.input_field_placeholder ?? "Tulis pesan…";
    $(".replies", this.root).replaceChildren(...(replies ? [keyboard(replies.keyboard, (button) => this.reply(button))] : []));
    if (this.newest > newest) this.drawHeader();
    if (this.newest > newest && !isFirst) $(".pill", this.root).hidden = this.sticky;
    this.stick();
    if (hadFocus && !this.root.contains(document.activeElement?.offsetParent ?? null)) (touch.matches ? this.log : this.input).focus();
    if (isFirst) setTimeout(() => { this.log.ariaLive = "polite"; }, 100);
    this.markSeen();
  }

  drawPinned(found) {
    const bar = $(".pinned", this.root);
    bar.hidden = !found;
    this.pinnedId = found?.id;
    $("span", bar).textContent = found?.text ?? "";
  }

  drawHeader() {
    const { person, group, root } = this, face = $(".face", root), short = nameOf(this.id).replace(/^Kontak /, "");
    face.textContent = initials(short);
    face.dataset.tone = group ? 3 : toneOf(short);
    root.classList.toggle("group", Boolean(group));
    $(".landing h2", root).textContent = world.bot;
    $(".as", root).hidden = !group;
    const label = group ? `Grup ${group.title}` : `Percakapan ${person.label}`;
    root.ariaLabel = this.log.ariaLabel = $(".called", root).textContent = label;
    Object.assign(this.tab, { textContent: group ? "Grup" : short, title: nameOf(this.id) });
    if (group) return this.drawMembers(group);
    $(".sub", root).textContent = person.name === person.label ? `berbincang dengan ${world.bot}` : person.name;
    $(".hint", root).textContent = person.start_link ? `Undangan untuk ${person.label} sudah siap.` : "Percakapan ini dibuka tanpa undangan.";
  }

  drawMembers(group) {
    const members = world.people.filter((one) => group.members.includes(one.id));
    $(".sub", this.root).textContent = `${members.length} anggota dan ${world.bot}`;
    const options = members.map((one) => new Option(`${one.name} (${one.label})`, one.id, false, one.id === this.actor));
    $(".as select", this.root).replaceChildren(...options);
  }

  /** Chats to choose from; a dot before those with news. */
  drawPicker() {
    const option = (one) => new Option(`${isUnread(one) ? "● " : ""}${one.title ?? one.label}`, one.id, false, one.id === this.id);
    const sets = { Orang: world.people, Grup: world.groups };
    const mark = JSON.stringify([world.people, world.groups].flat().map((one) => [one.id, one.title ?? one.label, isUnread(one), one.id === this.id]));
    if (mark !== this.pickMark) { // an open list stays open
      const lists = Object.entries(sets).filter(([, found]) => found.length);
      $(".pick", this.root).replaceChildren(...lists.map(([label, found]) => make("optgroup", { label }, ...found.map(option))));
    }
    this.pickMark = mark;
    const own = this.group ?? this.person;
    this.tab.classList.toggle("unread", isUnread(own));
    this.tab.ariaLabel = `${this.group ? "Grup " : ""}${nameOf(this.id)}${isUnread(own) ? ", ada pesan baru" : ""}`;
  }

  /** The bot is typing: said for as long as Telegram does. */
  typing() {
    $(".sub", this.root).textContent = `${world.bot} sedang mengetik…`;
    clearTimeout(this.typingEnds);
    this.typingEnds = setTimeout(() => this.drawHeader(), 5000);
  }

  toast(text) {
    $(".toast", this.root).textContent = text;
    clearTimeout(this.toastEnds);
    if (text) this.toastEnds = setTimeout(() => this.toast(""), 3000 + 40 * text.length);
  }

  /** A tap was answered. */
  answered({ text, alert, show_alert: shown, message_id: id }) {
    for (const key of this.log.querySelectorAll(`[data-key="m${id}"] [aria-busy]`)) key.removeAttribute("aria-busy");
    if (text && (alert || shown)) ask(world.bot, [paragraph(text)], "OK", "");
    else if (text) this.toast(text);
  }

  /** What is on the screen counts as seen. */
  markSeen() {
    const newest = this.group ? this.view?.messages.at(-1)?.id ?? 0 : this.newest;
    if (!this.isVisible || !this.view || (world.seen.get(this.id) ?? 0) >= newest) return;
    world.seen.set(this.id, newest);
    drawPeople();
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (clientHeight) this.sticky = scrollHeight - scrollTop - clientHeight < 48;
    if (this.sticky) $(".pill", this.root).hidden = true;
  }

  stick() { if (this.sticky) this.log.scrollTop = this.log.scrollHeight; }
  toEnd() { this.sticky = true; this.stick(); this.log.focus(); }

  /** Where a deed happens: the group, or (unsaid) the person's own chat. */
  get where() { return this.group ? { chat: this.id } : {}; }

  async act(verb, body = {}) {
    try {
      if (verb !== "tap") this.sticky = true;
      return await call(`persons/${this.actor}/${verb}`, { ...body, ...this.where });
    } catch (error) {
      this.toast(`Belum berhasil: ${error.message}`);
    } finally {
      this.refresh();
    }
  }

  say(text, verb = "send", more = {}) { return this.act(verb, text ? { text, ...more } : more); }
  commands() { return call(`commands/${this.actor}${this.group ? `?chat=${this.id}` : ""}`); }

  submit() {
    const text = this.input.value.trim(), message_id = this.editing;
    if (!text) return;
    this.edit(null);
    this.input.value = "";
    this.suggestions.close();
    this.act(message_id ? "edit" : "send", { text, message_id });
  }

  typed(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.submit(); }
    else if (event.key === "Escape") this.edit(null);
    else if (event.key === "ArrowUp" && !this.input.value) $(".message:nth-last-child(1 of .own) .pencil", this.log)?.click();
  }

  /** Begin to change an own message; null goes back to new ones. */
  edit(message) {
    if (!message && !this.editing) return;
    this.editing = message?.id;
    this.input.value = message?.text ?? "";
    $(".editing", this.root).hidden = !message;
    if (message) this.input.focus();
  }

  /** To where one writes, or begins. */
  toWriting() { ($(".start", this.root).checkVisibility() ? $(".start", this.root) : this.input).focus(); }

  /** Put words into the composer, as if they had been typed. */
  suggest(text) {
    this.input.value = text;
    this.input.focus();
    this.suggestions.look();
  }

  async press(message, button, key) {
    if (button.url) return this.follow(button.url);
    if (button.copy_text) return this.copy(button.copy_text.text);
    const inline = button.switch_inline_query_current_chat ?? button.switch_inline_query;
    if (inline !== undefined) return this.suggest(`@${world.username} ${inline}`);
    if (!button.callback_data) return this.toast("Tombol ini hanya bekerja di Telegram.");
    if (key.hasAttribute("aria-busy")) return;
    key.setAttribute("aria-busy", "true");
    setTimeout(() => this.givenUp(key), PATIENCE);
    if (!await this.act("tap", { message_id: message.id, data: button.callback_data })) key.removeAttribute("aria-busy");
  }

  copy(text) {
    navigator.clipboard.writeText(text).then(() => this.toast("Tersalin."), () => this.toast(`Peramban tidak mengizinkan. Salin sendiri: ${text}`));
  }

  givenUp(key) {
    if (key.isConnected && key.hasAttribute("aria-busy")) this.toast("Bot belum menjawab. Silakan coba lagi.");
    key.removeAttribute("aria-busy");
  }

  async reply(button) {
    if (!button.request_contact) return this.act("send", { text: button.text ?? button });
    const said = await ask("Bagikan nomor telepon", [field("Nomor", lineOf("phone", "+62 812 0000 0000"))], "Bagikan");
    if (said) this.act("contact", { phone: said.get("phone") });
  }

  clicked(event) {
    const target = event.target.closest("a:not(.file), .command, .unfold, .spoiler, .photo");
    if (!target) return;
    if (target.matches("a") && invitation(target.href) !== null) { event.preventDefault(); this.follow(target.href); }
    else if (target.matches(".command")) this.act("send", { text: target.textContent.split("@")[0] });
    else if (target.matches(".spoiler")) target.classList.add("shown");
    else if (target.matches(".photo")) this.enlarge($("img", target));
    else if (target.matches(".unfold")) target.textContent = target.parentNode.classList.toggle("folded") ? "Selengkapnya" : "Ringkas";
  }

  enlarge(image) {
    ask("Foto", [image.cloneNode(), make("a", { href: image.src, download: "foto", className: "quiet", textContent: "Unduh foto" })], "Tutup", "");
  }

  /** Open an address as Telegram does: invitations, sharing and adding to a group stay in the app. */
  async follow(address) {
    const given = new URL(safe(address), location.href).searchParams;
    if (/^https:\/\/t\.me\/share\/url\?/.test(address)) {
      const text = `${given.get("url")}\n${given.get("text") ?? ""}`.trim();
      const said = await ask("Bagikan lewat Telegram", [paragraph("Di ponsel, pilih percakapannya; yang terkirim:"), paragraph(text)], "Salin", "Tutup");
      if (said) this.copy(text);
    } else if (given.has("startgroup")) {
      ask("Tambahkan ke grup", [paragraph("Di ponsel, pilih grupnya; bot masuk dan papan dipasang. Di peragaan ini grupnya sudah ada: ketik /papan di sana.")], "Tutup", "");
    } else if (invitation(address) === null) open(safe(address), "_blank", "noopener,noreferrer");
    else chooseGuest(invitation(address), this.index);
  }

  menu() {
    const items = [
      ["Tambah orang…", "Tampil di kolom ini", () => addPerson(this)],
      ["Buka tautan undangan…", `Sebagai ${this.person.label}`, () => pasteLink(this)],
    ];
    if (this.group) return items;
    if (this.view?.blocked) items.push(["Buka blokir bot", "Bot dapat menulis lagi", () => this.act("unblock")]);
    else if (this.view?.started) items.push(["Blokir bot", "Bot tidak dapat lagi menulis kepada orang ini", () => this.act("block")]);
    return items;
  }

  async showCommands(anchor) {
    const found = await this.commands().catch(() => []);
    const entry = (one) => [`/${one.command}`, one.description, () => { this.say(`/${one.command}`); this.input.focus(); }];
    if (found.length) openMenu(anchor, found.map(entry));
    else this.toast("Bot belum menyediakan daftar perintah.");
  }
}
