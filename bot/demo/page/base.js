// The smallest tools: nodes, icons, requests, and what the page knows.

export const world = { people: [], groups: [], columns: [], active: 0, seen: new Map(), news: new Map(), drafts: new Map(), bot: "", username: "" };
export const touch = matchMedia("(hover: none)");
export const $ = (selector, root = document) => root.querySelector(selector);

export function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

export const press = (className, textContent, onclick, more = {}) => make("button", { type: "button", className, textContent, onclick, ...more });

export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** GET /sim/path, or POST where there is a body; what went wrong is thrown as a sentence. */
export async function call(path, body) {
  const form = body instanceof FormData, headers = form ? {} : { "Content-Type": "application/json" };
  const sent = { method: "POST", body: form ? body : JSON.stringify(body), headers };
  const response = await fetch(`/sim/${path}`, body && sent).catch(() => {
    throw new Error("server demo tidak terjangkau.");
  });
  const found = await response.json().catch(() => ({}));
  if (response.ok) return found;
  const reason = found.error?.replace(/^\w+: /, "") ?? `server menjawab ${response.status}.`;
  throw Object.assign(new Error(reason), { status: response.status });
}

/** `act`, one run at a time; asked for meanwhile, it runs once more. */
export function coalesced(act) {
  let running = null, again = false;
  async function loop() {
    do { // also where it failed: what was asked for meanwhile is still wanted
      again = false;
      try {
        await act();
        offline(false, act);
      } catch (error) {
        offline(true, act);
        console.warn(error);
      }
    } while (again);
    running = null;
  }
  return () => { again = true; return (running ??= loop()); };
}

const missing = new Set();

/** Say that the server is not reached, for as long as anything still misses it. */
export function offline(yes, why = "news") {
  missing[yes ? "add" : "delete"](why);
  $(".offline").textContent = missing.size ? " · sambungan terputus, mencoba lagi…" : "";
}

/** A sentence over the whole page, read out and gone after a while. */
export function tell(text) {
  const line = $(".told");
  line.textContent = text;
  clearTimeout(line.ends);
  line.ends = setTimeout(() => { line.textContent = ""; }, 2500 + 45 * text.length);
}

/** One of five colours for a name, always the same. */
export const toneOf = (name) => [...String(name)].reduce((sum, one) => (sum * 31 + one.codePointAt(0)) % 9973, 7) % 5;
export const initials = (name) => name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();

/** What this browser remembers; a browser that keeps nothing still plays. */
export function remembered(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key);
    localStorage.setItem(key, value);
  } catch { /* storage is switched off */ }
  return value ?? null;
}
