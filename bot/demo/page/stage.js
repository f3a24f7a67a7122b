// The stage above the chats: the demo's clock, the signal, the bot's life, the season.

import { $, call, coalesced, press, tell } from "./base.js";
import { fullDay, hour, now, setClock, shortDay, someDay, zoneName } from "./clock.js";
import { ask, paragraph } from "./dialogs.js";
import { startAfresh } from "./people.js";

const DAY = 86_400;
const JUMPS = { reminder: "Ke pengingat berikutnya", deadline: "Ke batas akhir", digest: "Ke ringkasan" };
const SIGNALS = {
  drop: ["Hilang", "Sebagian pesan bot tidak sampai pada percobaan pertama"],
  delay: ["Lambat", "Setiap pesan tertahan beberapa detik"],
  double: ["Ganda", "Pesan yang sama diantarkan dua kali kepada bot"],
};
const LIVES = { running: "Bot berjalan", starting: "Bot sedang mulai…", stopped: "Bot mati" };
export const stage = { found: null };
let busy = false;

export function setUpStage() {
  $(".fold").onclick = () => unfold($(".fold").ariaExpanded !== "true");
  $(".season").onchange = (event) => chooseSeason(event.target);
  $(".life").onclick = () => order("bot", { do: stage.found.bot === "stopped" ? "start" : "kill" });
  $(".crash").onclick = () => order("bot", { do: "crash" }, "Bot akan mati saat menjawab pesan berikutnya, lalu menyala lagi sendiri.");
  for (const [code, [name, hint]] of Object.entries(SIGNALS)) {
    const flip = () => order("signal", { [code]: !stage.found.signal[code] });
    $(".signals").append(press("chip", name, flip, { title: hint, ariaPressed: "false", name: code }));
  }
  unfold(matchMedia("(min-width: 900px)").matches);
  setInterval(tick, 1000);
}

/** Show or fold the stage away; its clock stays in the line above. */
export function unfold(isOpen) {
  $(".fold").ariaExpanded = String(isOpen);
  $(".stage").hidden = !stage.found || !isOpen;
}

/** What the server says of the stage; a server without one shows none. */
export const loadStage = coalesced(async () => {
  const found = await call("stage").catch((error) => { if (error.status !== 404) throw error; });
  if (!found) return;
  const isNew = !stage.found, day = fullDay(now());
  stage.found = found;
  setClock(found.time, found.zone);
  document.body.classList.add("staged");
  if (isNew) unfold($(".fold").ariaExpanded === "true");
  draw();
  if (day !== fullDay(now())) dispatchEvent(new CustomEvent("newday"));
  if (isNew) dispatchEvent(new CustomEvent("staged"));
});

/** One order at a time; meanwhile everything waits, and what went wrong is said. */
export async function order(what, body, told = "") {
  if (busy) return null;
  busy = true;
  draw();
  try {
    const done = await call(`stage/${what}`, body);
    if (told) tell(told);
    return done;
  } catch (error) {
    tell(`Belum berhasil: ${error.message}`);
    return null;
  } finally {
    busy = false;
    await loadStage();
    draw();
  }
}

/** The moments that time can leap to; where each leads is in its hint. */
function drawJumps({ next }) {
  const jumps = next.map(({ code, title, at }) => press("chip", JUMPS[code] ?? title, () => jump({ to: code }), {
    title: `${title}: ${moment(at * 1000)}`, disabled: busy,
  }));
  const box = $(".jumps"), mark = JSON.stringify([next, busy]);
  if (box.mark === mark) return;
  const at = [...box.children].indexOf(document.activeElement);
  box.replaceChildren(...jumps, press("chip", "+ 1 hari", () => jump({ forward: DAY }), { disabled: busy }));
  box.mark = mark;
  if (at >= 0) box.children[Math.min(at, box.children.length - 1)].focus();
}

async function jump(body) {
  if (await order("clock", body)) tell(`Sekarang ${moment(now())}. Pengingat yang jatuh tempo sedang dikirim.`);
}

function draw() {
  const { found } = stage;
  if (!found) return;
  $(".stage").ariaBusy = String(busy);
  tick();
  drawJumps(found);
  for (const chip of $(".signals").querySelectorAll(".chip")) Object.assign(chip, { ariaPressed: String(found.signal[chip.name]), disabled: busy });
  const isOff = found.bot === "stopped";
  for (const lamp of document.querySelectorAll(".lamp")) lamp.dataset.bot = found.bot;
  $(".lives").textContent = $(".top .lamp").title = LIVES[found.bot];
  Object.assign($(".life"), { textContent: isOff ? "Nyalakan" : "Matikan bot", disabled: busy || found.bot === "starting" });
  Object.assign($(".crash"), { disabled: busy || found.bot !== "running", ariaPressed: String(Boolean(found.crash)) });
  if (found.notice) for (const line of document.querySelectorAll(".sample")) line.textContent = found.notice;
  const season = $(".season"), mark = JSON.stringify(found.states);
  if (season.mark !== mark) season.replaceChildren(...found.states.map((one) => new Option(one.title, one.code)));
  Object.assign(season, { mark, value: found.state, disabled: busy, title: found.states.find((one) => one.code === found.state)?.hint ?? "" });
}

const moment = (ms) => `${fullDay(ms)} pukul ${hour(ms)} ${zoneName()}`;

function tick() {
  if (!stage.found) return;
  const at = now();
  $(".now .date").textContent = someDay(at);
  $(".now .hour").textContent = `${hour(at)} ${zoneName()}`;
  $(".fold .short").textContent = `${shortDay(at)} · ${hour(at)}`;
}

/** Another season replaces everything that was played: only after a yes. */
async function chooseSeason(select) {
  const { states, state } = stage.found, wanted = states.find((one) => one.code === select.value);
  select.value = state;
  const said = await ask(`Mulai dari “${wanted.title}”?`, [paragraph(wanted.hint), paragraph("Percakapan yang sedang dimainkan akan diganti dengan data contoh yang baru.")], "Ganti");
  if (!said) return;
  tell("Menyiapkan data contoh…");
  if (await order("state", { code: wanted.code })) {
    await startAfresh();
    tell(`Siap dimainkan: ${wanted.title}.`);
  }
}
