// A tour of seven short steps; it waits beside what it speaks of while one tries it.

import { $, press, remembered, world } from "./base.js";
import { activate } from "./people.js";
import { stage, unfold } from "./stage.js";

const SEEN = "tour-seen";
const chat = (role) => world.columns.find((one) => !one.group && one.person?.label.startsWith(role)) ?? world.columns[0];
const STEPS = [
  { title: "Selamat datang", text: "Di sini Bapak/Ibu dapat mencoba pengisian penilaian Kabupaten/Kota Peduli HAM. Setiap kolom adalah layar ponsel seseorang: kontak perangkat daerah, Bagian Hukum, Kanwil, dan sebuah grup. Semua data hanya contoh.", at: () => null },
  { title: "Menjawab sebagai kontak", text: "Ketuk tombol di bawah pesan bot, lalu jawab seperti mengobrol: cukup ketik angkanya. Bot menghitung nilainya dan meminta persetujuan sebelum menyimpan.", at: () => chat("Kontak"), sample: "12 dari 14.250" },
  { title: "Melampirkan data dukung", text: "Sesudah jawaban tersimpan, kirim foto atau berkas lewat penjepit kertas ini. Berkas apa pun boleh dipakai untuk mencoba.", at: () => chat("Kontak"), part: ".clip" },
  { title: "Memeriksa dan mengembalikan", text: "Bagian Hukum dan Kanwil memeriksa dengan /verifikasi. Jawaban dapat dikembalikan beserta alasannya, dan kontak langsung menerima tombol untuk memperbaiki.", at: () => chat("Kanwil"), sample: "/verifikasi" },
  { title: "Status dalam satu baris", text: "Saat rapat, ketik nama bot dan daerahnya di percakapan mana pun. Kartu status muncul di atas kotak tulis dan siap dikirim.", at: () => world.columns.find((one) => one.group) ?? chat("Kanwil"), sample: () => `@${world.username} jakpus` },
  { title: "Memajukan waktu", text: forward, at: () => $(".stage"), part: ".jumps", staged: true },
  { title: "Tidak ada yang hilang", text: "Matikan bot saat ia sedang menjawab, tulis sesuatu, lalu nyalakan lagi. Jawaban yang sudah tersimpan tetap ada dan pesan yang menunggu dijawab. Selamat mencoba!", at: () => $(".stage"), part: ".bot", staged: true },
];
let at = -1;

/** What the clock's buttons can do now: in a season that is over nobody is reminded any more. */
function forward() {
  if (stage.found.next.some((one) => one.code === "reminder")) return "Majukan jam ke pengingat berikutnya: bot menulis sendiri kepada yang belum selesai, dan hanya kepada mereka.";
  const other = stage.found.states.find((one) => one.code === "mid");
  return `Jam dapat dimajukan, sehari demi sehari. Di sini tidak ada lagi yang perlu diingatkan${other ? `; pilih keadaan “${other.title}” untuk melihat bot mengingatkan sendiri.` : "."}`;
}

export function setUpTour() {
  const card = $(".tour");
  $(".help").onclick = () => (at < 0 ? go(0) : leave());
  card.onkeydown = (event) => {
    if (event.key === "Escape") leave();
    else if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "ArrowLeft") go(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };
  addEventListener("staged", () => { if (!remembered(SEEN)) go(0); });
  addEventListener("resize", () => at >= 0 && seat());
}

const steps = () => STEPS.filter((one) => stage.found || !one.staged);

function go(wanted) {
  const all = steps(), card = $(".tour");
  if (wanted >= all.length) return leave();
  at = wanted;
  const step = all[at], isLast = at === all.length - 1;
  $("h2", card).textContent = step.title;
  $(".told-text", card).textContent = typeof step.text === "function" ? step.text() : step.text;
  $(".count", card).textContent = `${at + 1} dari ${all.length}`;
  const sample = step.sample && press("chip", "Isikan contoh", () => fill(step));
  const back = at > 0 && press("quiet", "Kembali", () => go(at - 1));
  const next = press("start", isLast ? "Selesai" : "Lanjut", () => go(at + 1));
  $(".try", card).replaceChildren(...(sample ? [sample] : []));
  $(".choice", card).replaceChildren(...[!isLast && press("quiet skip", "Lewati", leave), back, next].filter(Boolean));
  card.hidden = false;
  if (step.staged || isSmall()) unfold(Boolean(step.staged));
  document.body.classList.add("touring");
  const place = step.at();
  if (place?.root) activate(place.index);
  seat();
  next.focus();
}

/** The node that the step speaks of. */
function target() {
  const step = steps()[at], place = step.at(), root = place?.root ?? place;
  const found = step.part && root ? $(step.part, root) : root;
  return found?.offsetParent ? found : root;
}

const isSmall = () => innerWidth < 900;

/** The card beside its target where there is room, else at the edge that covers least. */
function seat() {
  const card = $(".tour"), node = target(), all = document.querySelectorAll(".toured");
  for (const one of all) one.classList.remove("toured");
  node?.classList.add("toured");
  document.body.style.setProperty("--tour", `${card.offsetHeight + 12}px`); // on a phone the page ends above it
  if (isSmall()) {
    Object.assign(card.style, { left: "", top: "" });
    return node?.scrollIntoView({ block: "nearest" });
  }
  const box = node?.getBoundingClientRect() ?? new DOMRect(0, 0, innerWidth, innerHeight), { offsetWidth: wide, offsetHeight: high } = card;
  const right = box.right + 14 + wide < innerWidth, left = box.left - 14 - wide > 0;
  const isTop = box.bottom < innerHeight / 3;
  const x = isTop ? Math.min(box.left, innerWidth - wide - 20) : right ? box.right + 14 : left ? box.left - 14 - wide : (innerWidth - wide) / 2;
  const y = !node ? (innerHeight - high) / 2 : isTop ? box.bottom + 12 : Math.min(Math.max(box.top + 80, 90), innerHeight - high - 90);
  Object.assign(card.style, { left: `${Math.max(8, x)}px`, top: `${Math.min(y, innerHeight - high - 12)}px` });
}

function fill(step) {
  const column = step.at();
  if (!column.view?.started) return column.toast("Ketuk Mulai dahulu, lalu coba lagi.");
  column.suggest(typeof step.sample === "function" ? step.sample() : step.sample);
}

function leave() {
  if (at < 0) return;
  at = -1;
  remembered(SEEN, "yes");
  for (const one of document.querySelectorAll(".toured")) one.classList.remove("toured");
  const hadFocus = $(".tour").contains(document.activeElement);
  $(".tour").hidden = true;
  document.body.classList.remove("touring");
  if (hadFocus) $(".help").focus();
}
