// Dialogs and menus.

import { make } from "./base.js";

/** A modal dialog; resolves to its FormData, or null where it was dismissed. */
export function ask(title, content, ok = "OK", cancel = "Batal") {
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

export const paragraph = (textContent) => make("p", { textContent });
export const field = (name, control) => make("label", {}, make("span", { textContent: name }), control);
export const lineOf = (name, placeholder, required = true) => make("input", { name, placeholder, required, maxLength: 200, autocomplete: "off" });

/** A menu beside its button: arrows move, Escape and a click elsewhere close. */
export function openMenu(anchor, items) {
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
