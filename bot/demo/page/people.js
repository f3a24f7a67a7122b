// Who is there, which chats are shown where, and what is unread.

import { $, call, coalesced, make, world } from "./base.js";
import { ask, field, lineOf } from "./dialogs.js";

const NARROWEST = 300; // a chat needs so many pixels
let newColumn; // makes the column of that place

export function setUpPeople(makeColumn) { newColumn = makeColumn; }

export const isUnread = (one) => Boolean(one) && (one.said ?? 0) > (world.seen.get(one.id) ?? 0);
export function drawPeople() {
  for (const one of world.columns) one.drawPicker();
  const shown = world.columns.map((one) => one.id), news = [...world.people, ...world.groups].filter((one) => isUnread(one) && !shown.includes(one.id));
  const names = news.slice(0, 2).map((one) => one.title ?? one.label).join(", "), more = news.length > 2 ? ` dan ${news.length - 2} lagi` : "";
  Object.assign($(".elsewhere"), { hidden: !news.length, textContent: `Pesan baru di tempat lain: ${names}${more}`, onclick: () => place(news[0].id, world.active) });
}
const anyone = (id) => world.people.find((one) => one.id === id) ?? world.groups.find((one) => one.id === id);
export const nameOf = (id) => anyone(id)?.title ?? anyone(id)?.label ?? "";

/** Add a person, whose landing then waits with their invitation. */
export async function welcome(name, payload, index) {
  const { id } = await call("persons", { name, label: name, start_link: payload || null });
  await loadPeople();
  place(id, index);
}

/** A link to our bot was followed: who opens it? */
export async function chooseGuest(payload, index) {
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

/** Show a chat: where it is already, it changes places with the column's own. */
export function place(id, index) {
  const here = world.columns[index], there = world.columns.find((one) => one.id === id);
  if (there && there !== here) there.show(here.id);
  if (there !== here) here.show(id);
  sessionStorage.setItem("columns", JSON.stringify(world.columns.map((one) => one.id)));
  drawPeople();
  activate(index);
  return here;
}

/** Where not all columns fit, the active one and its neighbours are shown. */
export function activate(index) {
  world.active = index;
  const all = world.columns.length, fit = Math.max(1, Math.min(all, Math.floor($(".columns").clientWidth / NARROWEST)));
  const first = Math.max(0, Math.min(index - Math.floor((fit - 1) / 2), all - fit));
  document.body.classList.toggle("single", fit === 1);
  $(".tabs").hidden = fit >= all;
  for (const one of world.columns) {
    const isShown = one.index >= first && one.index < first + fit;
    one.root.classList.toggle("active", one.index === index);
    one.root.hidden = !isShown;
    one.tab.ariaPressed = String(isShown);
  }
  dispatchEvent(new CustomEvent("shown"));
}

/** The chats on the screen now. */
export const shownChats = () => world.columns.filter((one) => !one.root.hidden).map((one) => one.id);

export const loadPeople = coalesced(async () => {
  const [people, groups] = await Promise.all([call("persons"), call("groups").catch(() => [])]).catch((error) => {
    if (error.status && !world.people.length) return [[], []]; // the server is there, and still sets the scene
    setTimeout(loadPeople, 1500);
    throw error;
  });
  $(".preparing").hidden = people.length > 0;
  if (!people.length) return void setTimeout(loadPeople, 1000);
  Object.assign(world, { people, groups });
  ({ bot: world.bot, username: world.username } = people[0] ?? world);
  for (const { id, said } of [...people, ...groups]) if (!(world.seen.get(id) <= said)) world.seen.set(id, said); // new here, or begun anew
  furnish();
  drawPeople();
});

/** Another season has been set up: forget what was seen and written of the old one. */
export async function startAfresh() {
  for (const one of [world.seen, world.drafts]) one.clear();
  sessionStorage.clear();
  for (const one of world.columns) one.id = null;
  await loadPeople();
}

/** Up to three people and the first group, each in a column. */
function furnish() {
  const { people, groups, columns } = world;
  const wanted = Math.min(3, people.length) + (groups.length ? 1 : 0);
  const kept = columns.length ? columns.map((one) => one.id) : JSON.parse(sessionStorage.getItem("columns") ?? "[]");
  const free = people.map((one) => one.id).filter((id) => !kept.includes(id));
  while (columns.length < wanted) columns.push(newColumn(columns.length));
  for (const one of columns) {
    const group = one.index === 3 && groups.find((two) => !kept.includes(two.id));
    const id = anyone(kept[one.index]) ? kept[one.index] : group ? group.id : free.shift();
    if (id !== one.id) one.show(id);
  }
  activate(Math.min(world.active, columns.length - 1));
}
