// Behind the scenes: what each update became, for those who learn how the bot works.

import { $, call, coalesced, make } from "./base.js";
import { hour } from "./clock.js";
import { nameOf, shownChats } from "./people.js";
import { stage } from "./stage.js";

const KEPT = 400, MINUTE = 60, SOON = 5;
const KINDS = { update: "Masuk", fault: "Gangguan" };
const known = { entries: [], last: 0 };
const isOpen = () => !$(".trace").hidden;

export function setUpTrace() {
  $(".behind").onclick = () => openTrace(!isOpen());
  $(".trace .close").onclick = () => { openTrace(false); $(".behind").focus(); };
  $(".trace").onkeydown = (event) => event.key === "Escape" && $(".trace .close").click();
  $(".trace input").onchange = draw;
  addEventListener("shown", () => { if (isOpen()) draw(); });
}

/** Unfold the list beside the chats, or fold it away; folded, it says nothing. */
export function openTrace(yes) {
  $(".trace").hidden = !yes;
  $(".behind").ariaExpanded = String(yes);
  $(".trail").ariaLive = yes ? "polite" : "off";
  if (yes) loadTrace();
}

export const loadTrace = coalesced(async () => {
  if (!stage.found || !isOpen()) return;
  const found = await call(`stage/trace?after=${known.last}`).catch(() => ({ entries: [] }));
  const fresh = found.entries.filter((one) => one.id > known.last);
  known.entries = [...known.entries, ...fresh].slice(-KEPT);
  known.last = known.entries.at(-1)?.id ?? known.last;
  draw();
});

/** Read anew from the first: the server may be another. */
export function forgetTrace() {
  Object.assign(known, { entries: [], last: 0 });
  loadTrace();
}

/** An update with what was written of it and said for it, also where the bot was down in between; the rest by itself. */
function grouped(entries) {
  const groups = [];
  let waiting = [], home = null;
  for (const one of entries) {
    const answers = (group) => group[0].kind === "update" && group[0].chat === one.chat && one.at - group[0].at < MINUTE && !waiting.includes(group);
    if (one.kind === "transaction") {
      if (waiting.length) home = waiting.pop();
      else if (!home || one.at - home.at(-1).at > SOON) groups.push(home = []); // nobody wrote: it was due
      home.push(one);
      waiting = [];
    } else if (one.kind === "message" && home) (groups.findLast(answers) ?? home).push(one);
    else {
      groups.push([one]);
      if (one.kind === "update") waiting.push(groups.at(-1));
      else home = groups.at(-1);
    }
  }
  return groups;
}

function draw() {
  const only = $(".trace input").checked, chats = shownChats();
  const isShown = ({ chat }) => chat === null || chats.includes(chat);
  const groups = grouped(known.entries).filter((group) => !only || isShown(group[0]));
  const trail = $(".trail"), isAtEnd = trail.scrollHeight - trail.scrollTop - trail.clientHeight < 60;
  const old = new Map([...trail.children].map((node) => [node.dataset.key, node]));
  const wanted = groups.map((group) => {
    const key = `${group[0].id}-${group.length}`;
    return old.get(key) ?? card(group, key);
  });
  for (const node of [...trail.children]) if (!wanted.includes(node)) node.remove();
  wanted.forEach((node, at) => { if (trail.children[at] !== node) trail.insertBefore(node, trail.children[at] ?? null); });
  $(".trace .empty").hidden = groups.length > 0;
  if (isAtEnd) trail.scrollTop = trail.scrollHeight;
}

function card(group, key) {
  const head = group[0], whose = head.chat === null || head.chat === undefined ? "" : nameOf(head.chat);
  const node = make("li", { className: "step" },
    make("p", { className: "when" }, make("time", { textContent: hour(head.at * 1000) }), make("span", { textContent: whose })),
    ...group.map(line));
  node.dataset.key = key;
  return node;
}

function line({ kind, title, details = [] }) {
  const words = [make("span", { className: "kind", textContent: KINDS[kind] ?? "" }), make("span", { textContent: title })];
  const node = details.length
    ? make("details", {}, make("summary", {}, ...words), make("ul", {}, ...details.map((textContent) => make("li", { textContent }))))
    : make("p", {}, ...words);
  node.classList.add("line");
  node.dataset.kind = kind;
  return node;
}
