"use strict";
// The demo's chats: each column is one person's phone. All data comes from /sim of this server.

const ZONE = "Asia/Jakarta"; // the city's clock, as the bot's own texts use it
const CLOCK = new Intl.DateTimeFormat("id-ID", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const DAY = new Intl.DateTimeFormat("id-ID", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: ZONE });
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };
const PATIENCE = 12_000; // how long a tapped button waits for its answer
const touch = matchMedia("(hover: none)");
const $ = (selector, root = document) => root.querySelector(selector);
const world = { people: [], columns: [], active: 0, seen: new Map(), drafts: new Map(), bot: "", username: "" };

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** GET /sim/path, or POST where there is a body. */
async function call(path, body) {
  const sent = body instanceof FormData ? body : JSON.stringify(body);
  const response = await fetch(`/sim/${path}`, body && { method: "POST", body: sent });
  const found = await response.json();
  if (!response.ok) throw new Error(found.error);
  return found;
}

/** `act`, one run at a time; asked for meanwhile, it runs once more. */
function coalesced(act) {
  let running = null, again = false;
  async function loop() {
    try {
      do { again = false; await act(); } while (again);
    } catch (error) {
      offline(true);
      console.warn(error);
    }
    running = null;
  }
  return () => { again = true; return (running ??= loop()); };
}

const offline = (yes) => { $(".offline").textContent = yes ? " · sambungan terputus, mencoba lagi…" : ""; };

// Text from entities: never markup, only text nodes

/** Append text[from, to) with its entities, nested; one that crosses another's end is cut there. */
function write(parent, text, entities, from = 0, to = text.length) {
  const rest = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  let at = from;
  while (rest.length) {
    const one = rest.shift();
    const start = Math.max(one.offset, at), end = Math.min(one.offset + one.length, to);
    if (end <= start) continue;
    plain(parent, text.slice(at, start));
    const node = dress(one, text.slice(start, end));
    const inside = rest.filter((other) => other.offset < end);
    const over = inside.filter((other) => other.offset + other.length > end)
      .map((other) => ({ ...other, offset: end, length: other.offset + other.length - end }));
    rest.splice(0, inside.length, ...over);
    write($(".words", node) ?? node, text, node.matches("a, .command, code, pre") ? [] : inside, start, end);
    parent.append(node);
    at = end;
  }
  plain(parent, text.slice(at, to));
}

function plain(parent, text) {
  const block = parent.lastElementChild === parent.lastChild && parent.lastElementChild?.matches("pre, blockquote");
  parent.append(block ? text.replace(/^\n/, "") : text); // a block already ends its line
}

function dress(entity, words) {
  if (entity.type === "bot_command") return make("button", { type: "button", className: "command" });
  if (entity.type === "url" || entity.type === "text_link") return link(entity.url ?? words);
  if (entity.type === "spoiler") return make("button", { type: "button", className: "spoiler", title: "Tampilkan" });
  if (entity.type === "expandable_blockquote") return expandable(words);
  return make(TAGS[entity.type] ?? "span");
}

const safe = (address) => (/^(https?|mailto|tel):/i.test(address) ? address : `https://${address}`);
const link = (address) => make("a", { href: safe(address), target: "_blank", rel: "noopener noreferrer" });

function expandable(words) {
  if (words.length < 160 && words.split("\n").length < 4) return make("blockquote");
  const unfold = make("button", { type: "button", className: "unfold", textContent: "Selengkapnya" });
  return make("blockquote", { className: "folded" }, make("div", { className: "words" }), unfold);
}

/** The payload of a link to our bot, or null. */
function invitation(address) {
  const [, username, payload] = /^(?:https?:\/\/)?(?:t|telegram)\.me\/(\w+)(?:\?start=([\w-]*))?/i.exec(address.trim()) ?? [];
  return username?.toLowerCase() === world.username.toLowerCase() ? payload ?? "" : null;
}

// Messages

/** What the log shows, in order: days, messages, albums; `mark` tells whether one has changed. */
function entries(column, messages) {
  const found = [];
  let day = "", last = {};
  for (const message of messages) {
    const today = dayName(message.date), group = message.media_group_id;
    if (today !== day) found.push({ key: `d${today}`, mark: today, build: () => make("p", { className: "day", textContent: today }) });
    if (today === day && group && group === last.group) last.parts.push(message);
    else found.push(last = { key: `m${message.id}`, group, parts: [message], build: (entry) => bubble(column, entry.parts) });
    day = today;
  }
  for (const one of found) one.mark ??= JSON.stringify(one.parts);
  return found;
}

function dayName(date) {
  const name = DAY.format(date * 1000), ago = [0, 1].find((days) => name === DAY.format(Date.now() - days * 86_400_000));
  return ["Hari ini", "Kemarin"][ago] ?? name;
}

function bubble(column, parts) {
  const message = parts[0], own = message.out;
  const words = parts.find((one) => one.text ?? one.caption) ?? message;
  const text = (words.text ?? words.caption)?.replace(/^\/start .*/, "/start"); // as Telegram shows an opened invitation
  const body = make("div", { className: "bubble" }, make("span", { className: "sr", textContent: own ? "Anda: " : `${message.from}: ` }));
  const media = parts.flatMap(attachment);
  if (media.length) body.append(make("div", { className: media.length > 1 ? "media album" : "media" }, ...media));
  const box = make("div", { className: "text" }), reply = message.reply_to_message;
  if (reply) box.append(make("blockquote", { className: "reply", textContent: reply.text ?? reply.caption ?? "Berkas" }));
  if (text || !media.length) write(box, text ?? "Pesan ini hanya tampil di Telegram.", words.entities ?? words.caption_entities ?? []);
  body.append(...(box.firstChild ? [box] : []), footing(parts));
  const node = make("article", { className: own ? "message own" : "message" }, body);
  if (own && message.text && !text.startsWith("/start")) addEditing(column, node, message);
  if (message.keyboard.length) node.append(keyboard(message.keyboard, (button, key) => column.press(message, button, key)));
  return node;
}

function attachment(message) {
  const { photo, voice, contact, location } = message, file = message.document ?? voice;
  if (contact) return [`${contact.first_name} · ${contact.phone_number}`];
  if (location) return [`Lokasi: ${location.latitude}, ${location.longitude}`];
  if (photo) return [make("button", { type: "button", className: "photo", ariaLabel: "Perbesar foto" }, make("img", { src: fileAddress(photo.at(-1)), alt: "Foto" }))];
  if (!file) return [];
  const name = file.file_name ?? (voice ? "Pesan suara" : "Berkas");
  const size = make("small", { textContent: fileSize(file.file_size) });
  return [make("a", { className: "file", href: fileAddress(file), download: name }, icon("file"), make("span", {}, name, size))];
}

const rounded = (value) => value.toLocaleString("id-ID", { maximumFractionDigits: 1 });
const fileSize = (bytes) => (bytes < 1e6 ? `${rounded(bytes / 1e3)} KB` : `${rounded(bytes / 1e6)} MB`);
const fileAddress = (file) => `/sim/files/${encodeURIComponent(file.file_id)}`;

function footing(parts) {
  const { date, edit_date: edited, _reactions: reactions = [] } = parts.at(-1);
  const when = CLOCK.format((edited || date) * 1000);
  const marks = [...reactions.map((one) => one.emoji ?? ""), edited ? "diedit" : "", when];
  return make("span", { className: "meta", textContent: marks.filter(Boolean).join(" ") });
}

function addEditing(column, node, message) {
  const pencil = make("button", { type: "button", className: "icon pencil", ariaLabel: "Ubah pesan ini" }, icon("edit"));
  node.ondblclick = pencil.onclick = () => column.edit(message);
  node.prepend(pencil);
}

/** Rows of buttons, under a bubble or under the composer. */
function keyboard(rows, press) {
  const drawn = rows.map((row) => make("div", { className: "row" }, ...row.map((button) => {
    const key = make("button", { type: "button", className: `key ${button.style ?? ""}`, textContent: button.text ?? button });
    key.onclick = () => press(button, key);
    return key;
  })));
  return make("div", { className: "keys" }, ...drawn);
}

/** Bring the children of `parent` in line with the entries; what has not changed stays untouched. */
function reconcile(parent, wanted, isFirst) {
  const keys = new Set(wanted.map((one) => one.key));
  for (const node of [...parent.children]) if (!keys.has(node.dataset.key)) node.remove();
  let at = parent.firstElementChild;
  for (const one of wanted) {
    const isOld = at?.dataset.key === one.key;
    if (isOld && at.mark === one.mark) { at = at.nextElementSibling; continue; }
    const node = one.build(one);
    node.dataset.key = one.key;
    Object.assign(node, { mark: one.mark, onanimationend: () => node.classList.remove("fresh") });
    if (!isFirst && !isOld) node.classList.add("fresh");
    parent.insertBefore(node, at);
    if (isOld) { at.remove(); at = node.nextElementSibling; }
  }
}

// Dialogs and menus

/** A modal dialog; resolves to its FormData, or null where it was dismissed. */
function ask(title, content, ok = "OK", cancel = "Batal") {
  const accept = make("button", { value: "ok", className: "start", textContent: ok });
  const dismiss = make("button", { type: "button", className: "quiet", textContent: cancel, onclick: () => dialog.close() });
  const form = make("form", { method: "dialog" }, make("h2", { textContent: title }), ...content,
    make("div", { className: "choice" }, ...(cancel ? [dismiss] : []), accept));
  const dialog = make("dialog", { ariaLabel: title }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((done) => {
    dialog.onclose = () => { dialog.remove(); done(dialog.returnValue === "ok" ? new FormData(form) : null); };
  });
}

const field = (name, control) => make("label", {}, make("span", { textContent: name }), control);
const lineOf = (name, placeholder, required = true) => make("input", { name, placeholder, required, maxLength: 200, autocomplete: "off" });

/** A menu beside its button: arrows move, Escape and a click elsewhere close. */
function openMenu(anchor, items) {
  if (anchor.ariaExpanded === "true") return anchor.shut();
  const menu = make("div", { className: "menu", role: "menu" });
  const leave = (target) => menu.contains(target) || anchor.contains(target) || anchor.shut();
  const outside = (event) => leave(event.target);
  const close = () => { anchor.focus(); anchor.shut(); };
  anchor.shut = () => { anchor.ariaExpanded = "false"; removeEventListener("pointerdown", outside, true); menu.remove(); };
  for (const [label, hint, act] of items) {
    const onclick = () => { close(); act(); };
    menu.append(make("button", { type: "button", role: "menuitem", onclick }, label, make("small", { textContent: hint })));
  }
  menu.onkeydown = (event) => {
    const all = [...menu.children], step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return event.key === "Escape" && close();
    event.preventDefault();
    all.at((all.indexOf(document.activeElement) + step) % all.length).focus();
  };
  menu.addEventListener("focusout", (event) => event.relatedTarget && leave(event.relatedTarget));
  addEventListener("pointerdown", outside, true);
  anchor.ariaExpanded = "true";
  anchor.after(menu);
  menu.firstElementChild.focus();
}

/** One person's phone. */
class Column {
  constructor(index) {
    Object.assign(this, { index, id: null, view: null, editing: null, sticky: true });
    this.root = $("#column").content.cloneNode(true).firstElementChild;
    [this.log, this.input] = [$(".log", this.root), $("textarea", this.root)];
    this.refresh = coalesced(() => this.load());
    this.tab = make("button", { type: "button", onclick: () => activate(index) });
    $(".tabs").append(this.tab);
    $(".columns").append(this.root);
    this.wire();
  }

  get person() { return world.people.find((one) => one.id === this.id); }
  get newest() { return this.view?.messages.findLast((one) => !one.out)?.id ?? 0; }
  get isVisible() { return !document.hidden && this.root.offsetParent !== null; }

  wire() {
    const on = (selector, kind, act) => $(selector, this.root).addEventListener(kind, act);
    on(".pick", "change", (event) => place(Number(event.target.value), this.index));
    on(".start", "click", () => this.act("open_link", { payload: this.person.start_link ?? "" }));
    on(".unblock", "click", () => this.act("unblock"));
    on(".pill", "click", () => this.toEnd());
    on(".more", "click", (event) => openMenu(event.currentTarget, this.menu()));
    on(".slash", "click", (event) => this.showCommands(event.currentTarget));
    on(".clip", "click", (event) => openMenu(event.currentTarget, this.kinds()));
    on(".editing button", "click", () => this.edit(null));
    on("input[type=file]", "change", (event) => this.upload(event.target));
    on(".composer", "submit", (event) => { event.preventDefault(); this.submit(); });
    this.input.addEventListener("keydown", (event) => this.typed(event));
    this.log.addEventListener("click", (event) => this.clicked(event));
    this.log.addEventListener("scroll", () => this.scrolled());
    this.log.addEventListener("load", () => this.stick(), true);
    new ResizeObserver(() => { this.stick(); this.markSeen(); }).observe(this.log); // also when its tab is chosen
  }

  /** Make this the phone of another person. */
  show(id) {
    if (this.id) world.drafts.set(this.id, this.editing ? "" : this.input.value);
    this.edit(null);
    Object.assign(this, { id, view: null, sticky: true });
    this.input.value = world.drafts.get(id) ?? "";
    this.log.replaceChildren();
    this.log.ariaLive = "off";
    this.toast("");
    this.drawHeader();
    this.refresh();
  }

  async load() {
    const id = this.id, view = await call(`chats/${id}`);
    if (id === this.id) this.draw(view);
  }

  draw(view) {
    const isFirst = !this.view, newest = this.newest;
    const hadFocus = this.root.contains(document.activeElement);
    this.view = view;
    $(".landing", this.root).hidden = view.started;
    $(".composer", this.root).hidden = !view.started || view.blocked;
    $(".unblock", this.root).hidden = !view.started || !view.blocked;
    this.log.hidden = !view.started;
    reconcile(this.log, entries(this, view.messages), isFirst);
    const replies = view.reply_keyboard;
    this.input.placeholder = replies?.input_field_placeholder ?? "Tulis pesan…";
    $(".replies", this.root).replaceChildren(...(replies ? [keyboard(replies.keyboard, (button) => this.reply(button))] : []));
    if (this.newest > newest) this.drawHeader();
    if (this.newest > newest && !isFirst) $(".pill", this.root).hidden = this.sticky;
    this.stick();
    if (hadFocus && !this.root.contains(document.activeElement?.offsetParent ?? null)) (touch.matches ? this.log : this.input).focus();
    if (isFirst) setTimeout(() => { this.log.ariaLive = "polite"; }, 100);
    this.markSeen();
  }

  drawHeader() {
    const { label, name } = this.person, short = label.replace(/^Kontak /, ""), face = $(".face", this.root);
    face.textContent = short.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
    face.dataset.tone = this.id % 5;
    $(".sub", this.root).textContent = `${name === label ? "" : `${name}, `}berbincang dengan ${world.bot}`;
    $("h2", this.root).textContent = world.bot;
    $(".hint", this.root).textContent = this.person.start_link ? `Undangan untuk ${label} sudah siap.` : "Percakapan ini dibuka tanpa undangan.";
    this.root.ariaLabel = this.log.ariaLabel = `Percakapan ${label}`;
    Object.assign(this.tab, { textContent: short, title: label });
  }

  /** Names to choose from; a dot before those with news. */
  drawPicker() {
    const options = world.people.map((one) => make("option", {
      value: one.id, selected: one.id === this.id, textContent: `${isUnread(one) ? "● " : ""}${one.label}`,
    }));
    const mark = options.map((one) => one.textContent + one.value + one.selected).join();
    if (mark !== this.pickMark) $(".pick", this.root).replaceChildren(...options); // an open list stays open
    this.pickMark = mark;
    const shown = world.columns.map((one) => one.id);
    this.root.classList.toggle("elsewhere", world.people.some((one) => isUnread(one) && !shown.includes(one.id)));
    this.tab.classList.toggle("unread", isUnread(this.person));
    this.tab.ariaLabel = `${this.person.label}${isUnread(this.person) ? ", ada pesan baru" : ""}`;
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
  answered({ text, alert, message_id: id }) {
    for (const key of this.log.querySelectorAll(`[data-key="m${id}"] [aria-busy]`)) key.removeAttribute("aria-busy");
    if (text && alert) ask(world.bot, [make("p", { textContent: text })], "OK", "");
    else if (text) this.toast(text);
  }

  /** What is on the screen counts as seen. */
  markSeen() {
    if (!this.isVisible || !this.view || (world.seen.get(this.id) ?? 0) >= this.newest) return;
    world.seen.set(this.id, this.newest);
    drawPeople();
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (clientHeight) this.sticky = scrollHeight - scrollTop - clientHeight < 48;
    if (this.sticky) $(".pill", this.root).hidden = true;
  }

  stick() { if (this.sticky) this.log.scrollTop = this.log.scrollHeight; }
  toEnd() { this.sticky = true; this.stick(); this.log.focus(); }

  async act(verb, body = {}) {
    try {
      if (verb !== "tap") this.sticky = true;
      return await call(`persons/${this.id}/${verb}`, body);
    } catch (error) {
      this.toast(`Belum berhasil: ${error.message}`);
    } finally {
      this.refresh();
    }
  }

  submit() {
    const text = this.input.value.trim(), message_id = this.editing;
    if (!text) return;
    this.edit(null);
    this.input.value = "";
    this.act(message_id ? "edit" : "send", { text, message_id });
  }

  typed(event) {
    if (event.isComposing) return;
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

  async press(message, button, key) {
    if (button.url) return this.follow(button.url);
    if (button.copy_text) return navigator.clipboard.writeText(button.copy_text.text).then(() => this.toast("Tersalin."));
    if (!button.callback_data) return this.toast("Tombol ini hanya bekerja di Telegram.");
    if (key.hasAttribute("aria-busy")) return;
    key.setAttribute("aria-busy", "true");
    setTimeout(() => this.givenUp(key), PATIENCE);
    if (!await this.act("tap", { message_id: message.id, data: button.callback_data })) key.removeAttribute("aria-busy");
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
    else if (target.matches(".photo")) ask("Foto", [$("img", target).cloneNode()], "Tutup", "");
    else if (target.matches(".unfold")) target.textContent = target.parentNode.classList.toggle("folded") ? "Selengkapnya" : "Ringkas";
  }

  follow(address) {
    if (invitation(address) === null) open(safe(address), "_blank", "noopener,noreferrer");
    else chooseGuest(invitation(address), this.index);
  }

  menu() {
    const items = [
      ["Tambah orang…", "Tampil di kolom ini", () => this.addPerson()],
      ["Buka tautan undangan…", "Sebagai orang di kolom ini", () => this.pasteLink()],
    ];
    if (this.view?.blocked) items.push(["Buka blokir bot", "Bot dapat menulis lagi", () => this.act("unblock")]);
    else if (this.view?.started) items.push(["Blokir bot", "Bot tidak dapat lagi menulis kepada orang ini", () => this.act("block")]);
    return items;
  }

  async showCommands(anchor) {
    const found = await call(`commands/${this.id}`);
    const entry = (one) => [`/${one.command}`, one.description, () => { this.act("send", { text: `/${one.command}` }); this.input.focus(); }];
    if (found.length) openMenu(anchor, found.map(entry));
    else this.toast("Bot belum menyediakan daftar perintah.");
  }

  kinds() {
    const pick = (kind, accept) => () => {
      const input = $("input[type=file]", this.root);
      Object.assign(input, { accept, value: "" }).dataset.kind = kind;
      input.click();
    };
    return [
      ["Foto", "Gambar yang tampil di percakapan", pick("photo", "image/*")],
      ["Dokumen", "Berkas apa pun", pick("document", "")],
      ["Pesan suara", "Dari berkas suara", pick("voice", "audio/*")],
    ];
  }

  async upload(input) {
    const form = new FormData();
    form.append("kind", input.dataset.kind);
    for (const file of input.files) form.append("file", file);
    this.toast("Mengirim berkas…");
    this.sticky = true;
    await call(`upload/${this.id}`, form).then(() => this.toast(""), () => this.toast("Berkas tidak terkirim."));
    this.input.focus();
  }

  async addPerson() {
    const link = lineOf("link", `t.me/${world.username}?start=…`, false);
    const said = await ask("Tambah orang", [field("Nama", lineOf("name", "Siti Aminah")), field("Tautan undangan (boleh kosong)", link)], "Tambah");
    if (said) await welcome(said.get("name"), invitation(said.get("link")), this.index);
  }

  async pasteLink() {
    const sample = `t.me/${world.username}?start=…`;
    const said = await ask("Buka tautan undangan", [field(`Tautan, dibuka sebagai ${this.person.label}`, lineOf("link", sample))], "Buka");
    const payload = said && invitation(said.get("link"));
    if (payload !== null) this.act("open_link", { payload });
    else if (said) this.toast(`Itu bukan tautan ke ${world.bot}. Contoh: ${sample}`);
  }
}

// People and columns

const isUnread = (person) => person.said > (world.seen.get(person.id) ?? 0);

/** Add a person, whose landing then waits with their invitation. */
async function welcome(name, payload, index) {
  const { id } = await call("persons", { name, label: name, start_link: payload || null });
  await loadPeople();
  place(id, index);
}

/** A link to our bot was followed: who opens it? */
async function chooseGuest(payload, index) {
  const known = world.people.map((one) => new Option(one.label, one.id)), name = lineOf("name", "Siti Aminah");
  const who = make("select", { name: "who" }, new Option("Orang baru", ""), ...known);
  who.onchange = () => { name.parentNode.hidden = name.disabled = who.value !== ""; };
  const said = await ask("Buka undangan sebagai", [field("Siapa yang membukanya?", who), field("Nama", name)], "Buka");
  if (!said) return;
  const next = (index + 1) % world.columns.length; // the one who invited stays in view
  if (!said.get("who")) return welcome(said.get("name"), payload, next);
  const id = Number(said.get("who")), shown = world.columns.find((one) => one.id === id);
  place(id, shown?.index ?? next).act("open_link", { payload });
}

/** Show a person: where they are already, they change places with the column's person. */
function place(id, index) {
  const here = world.columns[index], there = world.columns.find((one) => one.id === id);
  if (there && there !== here) there.show(here.id);
  if (there !== here) here.show(id);
  sessionStorage.setItem("columns", JSON.stringify(world.columns.map((one) => one.id)));
  drawPeople();
  activate(index);
  return here;
}

/** At phone width one column is shown. */
function activate(index) {
  world.active = index;
  for (const one of world.columns) {
    one.root.classList.toggle("active", one.index === index);
    one.tab.ariaPressed = String(one.index === index);
  }
}

const drawPeople = () => world.columns.forEach((one) => one.drawPicker());

const loadPeople = coalesced(async () => {
  world.people = await call("persons");
  ({ bot: world.bot, username: world.username } = world.people[0] ?? world);
  for (const { id, said } of world.people) if (!(world.seen.get(id) <= said)) world.seen.set(id, said); // new here, or begun anew
  furnish();
  drawPeople();
});

/** Up to three columns, each with a person who exists. */
function furnish() {
  const exists = (id) => world.people.some((one) => one.id === id);
  const kept = world.columns.length ? world.columns.map((one) => one.id) : JSON.parse(sessionStorage.getItem("columns") ?? "[]");
  const free = world.people.map((one) => one.id).filter((id) => !kept.includes(id));
  while (world.columns.length < Math.min(3, world.people.length)) world.columns.push(new Column(world.columns.length));
  for (const one of world.columns) {
    const id = exists(kept[one.index]) ? kept[one.index] : free.shift();
    if (id !== one.id) one.show(id);
  }
  activate(Math.min(world.active, world.columns.length - 1));
}

// News from the server

function heard(event) {
  const column = world.columns.find((one) => one.id === (event.user_id ?? event.chat_id));
  if (event.kind === "notice") column?.answered(event);
  else if (event.kind === "action") column?.typing();
  else column?.refresh();
  if (event.kind === "message" || event.kind === "person") loadPeople();
}

/** Listen; after every (re)connection everything is read anew, so nothing is missed. */
function listen() {
  const source = new EventSource("/sim/events");
  source.onmessage = (message) => heard(JSON.parse(message.data));
  source.onopen = async () => {
    offline(false);
    await loadPeople();
    for (const one of world.columns) one.refresh();
  };
  source.onerror = () => {
    offline(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

document.addEventListener("visibilitychange", () => world.columns.forEach((one) => one.markSeen()));
listen();
