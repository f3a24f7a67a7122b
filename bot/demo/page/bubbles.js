// How messages are drawn: days, bubbles, files, albums, buttons, ticks.

import { $, icon, make, press, toneOf, world } from "./base.js";
import { dayName, hour } from "./clock.js";
import { write } from "./text.js";

/** What the log shows, in order: days, messages, albums; `mark` tells whether one has changed. */
export function entries(column, messages) {
  const found = [];
  const answered = messages.findLast((one) => one.from === world.bot && !service(one))?.id ?? 0;
  let day = "", last = {}, before = null;
  for (const message of messages) {
    const today = dayName(message.date), group = message.media_group_id;
    if (today !== day) found.push({ key: `d${message.date}`, mark: today, build: () => make("h3", { className: "day", textContent: today }) });
    if (today === day && group && group === last.group) last.parts.push(message);
    else if (service(message)) found.push(last = { key: `m${message.id}`, mark: service(message), build: () => make("p", { className: "day", textContent: service(message) }) });
    else {
      const named = column.group && !message.out && (today !== day || before !== message.from);
      found.push(last = { key: `m${message.id}`, group, named, read: message.out && message.id < answered, parts: [message], build: (entry) => bubble(column, entry) });
    }
    before = service(message) ? null : message.from;
    day = today;
  }
  for (const one of found) one.mark ??= JSON.stringify([one.parts, one.named, one.read]);
  return found;
}

/** What a group notes of itself, as a sentence; null for what somebody says. */
function service({ from, new_chat_members: came, left_chat_member: gone, pinned_message: pinned }) {
  if (came) return `${came.map((one) => one.first_name).join(", ")} masuk ke grup`;
  if (gone) return `${gone.first_name} keluar dari grup`;
  return pinned ? `${from} menyematkan sebuah pesan` : null;
}

function bubble(column, { parts, named, read }) {
  const message = parts[0], own = message.out;
  const words = parts.find((one) => one.text ?? one.caption) ?? message;
  const text = (words.text ?? words.caption)?.replace(/^\/start .*/, "/start"); // as Telegram shows an opened invitation
  const body = make("div", { className: "bubble" });
  if (named) body.append(nameLine(message));
  else body.append(make("span", { className: "sr", textContent: own ? "Anda: " : `${message.from}: ` }));
  if (message.via_bot) body.append(make("span", { className: "via", textContent: `via @${world.username}` }));
  const media = parts.flatMap(attachment);
  if (media.length) body.append(make("div", { className: media.length > 1 ? "media album" : "media" }, ...media));
  const box = make("div", { className: "text" }), reply = message.reply_to_message;
  if (reply) box.append(make("blockquote", { className: "reply", textContent: reply.text ?? reply.caption ?? "Berkas" }));
  if (text || !media.length) write(box, text ?? "Pesan ini hanya tampil di Telegram.", words.entities ?? words.caption_entities ?? []);
  body.append(...(box.firstChild ? [box] : []), footing(parts, read));
  const node = make("article", { className: own ? "message own" : "message", ariaLabel: `${own ? "Anda" : message.from}, ${hour(message.date * 1000)}` }, body);
  if (own && message.text && !message.via_bot && !text.startsWith("/start")) addEditing(column, node, message);
  if (message.keyboard.length) node.append(keyboard(message.keyboard, (button, key) => column.press(message, button, key)));
  return node;
}

function nameLine(message) {
  const line = make("strong", { className: "by", textContent: message.from });
  line.dataset.tone = message.from === world.bot ? "bot" : toneOf(message.from);
  return line;
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

/** When, whether changed, and for own messages a tick: one for sent, two once the bot has spoken after it. */
function footing(parts, read) {
  const { out, date, edit_date: edited, _reactions: reactions = [] } = parts.at(-1);
  const when = hour((edited || date) * 1000);
  const marks = [...reactions.map((one) => one.emoji ?? ""), edited ? "diedit" : "", when];
  const line = make("span", { className: "meta", textContent: marks.filter(Boolean).join(" ") });
  if (!out) return line;
  const ticks = make("span", { className: read ? "ticks read" : "ticks", title: read ? "Sudah ditanggapi bot" : "Terkirim" }, icon(read ? "ticks" : "tick"));
  line.append(ticks);
  return line;
}

function addEditing(column, node, message) {
  const pencil = make("button", { type: "button", className: "icon pencil", ariaLabel: "Ubah pesan ini" }, icon("edit"));
  node.ondblclick = pencil.onclick = () => column.edit(message);
  node.prepend(pencil);
}

/** Rows of buttons, under a bubble or under the composer. */
export function keyboard(rows, pressed) {
  const drawn = rows.map((row) => make("div", { className: "row" }, ...row.map((button) => {
    const key = press(`key ${button.style ?? ""}`, button.text ?? button, () => pressed(button, key));
    if (button.url) key.append(icon("out"));
    return key;
  })));
  return make("div", { className: "keys" }, ...drawn);
}

/** The pinned message's first line, or null. */
export function pinnedLine(view) {
  const ids = [view.pinned ?? []].flat(), message = view.messages.findLast((one) => ids.includes(one.id));
  return message && { id: message.id, text: (message.text ?? message.caption ?? "Berkas").split("\n").find(Boolean) };
}

/** Bring the children of `parent` in line with the entries; what has not changed stays untouched. */
export function reconcile(parent, wanted, isFirst) {
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

/** Scroll to a message and let it flash once. */
export function spotlight(log, id) {
  const node = $(`[data-key="m${id}"]`, log);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("spotlit");
  setTimeout(() => node?.classList.remove("spotlit"), 1600);
  return Boolean(node);
}
