// Rehearsals: what was played is saved as a file, and played again from one.

import { make, tell } from "./base.js";
import { ask, openMenu, paragraph } from "./dialogs.js";
import { startAfresh } from "./people.js";
import { order, stage } from "./stage.js";

export function openRehearsals(event) {
  const steps = stage.found?.recording ?? 0;
  openMenu(event.currentTarget, [
    ["Simpan latihan", `Unduh ${steps} langkah yang sudah dimainkan`, save],
    ["Putar ulang…", "Pilih berkas latihan; data contoh mulai dari awal", choose],
  ]);
}

async function save() {
  const response = await fetch("/sim/stage/rehearsal").catch(() => null);
  const reason = response?.ok ? "" : (await response?.json().catch(() => ({})))?.error ?? "server demo tidak terjangkau.";
  if (reason) return tell(`Belum berhasil: ${reason}`);
  const named = /filename="?([^";]+)/.exec(response.headers.get("content-disposition") ?? "");
  const href = URL.createObjectURL(await response.blob());
  make("a", { href, download: named?.[1] ?? "latihan.yaml" }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
  tell("Latihan disimpan sebagai berkas.");
}

function choose() {
  const input = make("input", { type: "file", accept: ".yaml,.yml" });
  input.onchange = () => replay(input.files[0]);
  input.click();
}

async function replay(file) {
  tell(`Memutar ulang ${file.name}…`);
  const yaml = await file.text(), found = await order("rehearsal", { name: file.name, yaml });
  if (!found) return;
  if (found.steps) await startAfresh();
  const told = found.ok ? `${found.steps} langkah diputar ulang; semua balasan bot sama seperti yang direkam.` : found.problem;
  tell("");
  ask(found.ok ? "Putar ulang berhasil" : "Putar ulang berhenti", [paragraph(told)], "OK", "");
}
