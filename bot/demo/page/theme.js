// Light, dark, or as the system has it.

import { $, remembered } from "./base.js";

const NAMES = { auto: "Tampilan: mengikuti perangkat", light: "Tampilan: terang", dark: "Tampilan: gelap" };
const system = matchMedia("(prefers-color-scheme: dark)");

export function setUpTheme() {
  wear(remembered("theme") ?? "auto");
  $(".theme").onclick = () => {
    const isDark = (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const wanted = isDark ? "light" : "dark";
    wear((wanted === "dark") === system.matches ? "auto" : wanted); // back in step with the system
  };
}

function wear(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  remembered("theme", theme);
  $(".theme").ariaLabel = $(".theme").title = NAMES[theme] ?? NAMES.auto;
}
