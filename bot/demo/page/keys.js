// A long chat is one stop for Tab, and one more for its buttons: the arrows go from button to button.

const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
const stops = (log) => [...log.querySelectorAll("button, a")];

/** Let Tab stop at one thing only: `wanted`, what it was before, or the first button of the newest message. */
export function rove(log, wanted = null) {
  const all = stops(log);
  const kept = wanted ?? all.find((one) => one.tabIndex === 0 && one === log.kept);
  log.kept = kept && (wanted || kept === document.activeElement) ? kept : log.querySelector(".message:last-of-type .key") ?? all.at(-1);
  for (const one of all) one.tabIndex = one === log.kept ? 0 : -1;
}

/** The arrows, Home and End, once one of the buttons has the focus. */
export function roam(log, event) {
  if (event.target === log || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = stops(log).filter((one) => one.checkVisibility()), at = all.indexOf(document.activeElement);
  const to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at + (STEPS[event.key] ?? NaN);
  if (at < 0 || !all[to]) return;
  event.preventDefault();
  all[to].focus();
}
