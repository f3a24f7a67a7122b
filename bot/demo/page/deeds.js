// What a person does from the menus of a chat: files, newcomers, links.

import { $, call, world } from "./base.js";
import { ask, field, lineOf } from "./dialogs.js";
import { welcome } from "./people.js";
import { invitation } from "./text.js";

export function kinds(column) {
  const pick = (kind, accept) => () => {
    const input = $("input[type=file]", column.root);
    Object.assign(input, { accept, value: "" }).dataset.kind = kind;
    input.click();
  };
  return [
    ["Foto", "Gambar yang tampil di percakapan", pick("photo", "image/*")],
    ["Dokumen", "Berkas apa pun", pick("document", "")],
    ["Pesan suara", "Dari berkas suara", pick("voice", "audio/*")],
  ];
}

export async function sendFiles(column, input) {
  const form = new FormData();
  form.append("kind", input.dataset.kind);
  if (column.group) form.append("chat", column.id);
  for (const file of input.files) form.append("file", file);
  column.toast("Mengirim berkas…");
  column.sticky = true;
  await call(`upload/${column.actor}`, form).then(() => column.toast(""), (error) => column.toast(`Berkas tidak terkirim: ${error.message}`));
  column.refresh();
  column.input.focus();
}

export async function addPerson(column) {
  const link = lineOf("link", `t.me/${world.username}?start=…`, false);
  const said = await ask("Tambah orang", [field("Nama", lineOf("name", "Siti Aminah")), field("Tautan undangan (boleh kosong)", link)], "Tambah");
  if (said) await welcome(said.get("name"), invitation(said.get("link")), column.index);
}

export async function pasteLink(column) {
  const sample = `t.me/${world.username}?start=…`;
  const said = await ask("Buka tautan undangan", [field(`Tautan, dibuka sebagai ${column.person.label}`, lineOf("link", sample))], "Buka");
  const payload = said && invitation(said.get("link"));
  if (payload !== null) call(`persons/${column.actor}/open_link`, { payload }).catch((error) => column.toast(`Belum berhasil: ${error.message}`));
  else if (said) column.toast(`Itu bukan tautan ke ${world.bot}. Contoh: ${sample}`);
}
