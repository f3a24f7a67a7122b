// Text from entities: never markup, only text nodes; and links to our bot.

import { $, make, world } from "./base.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

/** Append text[from, to) with its entities, nested; one that crosses another's end is cut there. */
export function write(parent, text, entities, from = 0, to = text.length) {
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

export const safe = (address) => (/^(https?|mailto|tel):/i.test(address) ? address : `https://${address}`);
const link = (address) => make("a", { href: safe(address), target: "_blank", rel: "noopener noreferrer" });

function expandable(words) {
  if (words.length < 160 && words.split("\n").length < 4) return make("blockquote");
  const unfold = make("button", { type: "button", className: "unfold", textContent: "Selengkapnya" });
  return make("blockquote", { className: "folded" }, make("div", { className: "words" }), unfold);
}

/** The payload of a link to our bot, or null. */
export function invitation(address) {
  const [, username, payload] = /^(?:https?:\/\/)?(?:t|telegram)\.me\/(\w+)(?:\?start=([\w-]*))?/i.exec(address.trim()) ?? [];
  return username?.toLowerCase() === world.username.toLowerCase() ? payload ?? "" : null;
}
