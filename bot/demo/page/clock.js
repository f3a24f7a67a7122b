// Days and hours the Indonesian way, on the demo's clock.

const ZONES = { "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };
const formats = {};
let zone = "Asia/Jakarta", ahead = 0;

/** Follow the server: its time now (seconds) and the city's zone. */
export function setClock(seconds, place) {
  ahead = seconds * 1000 - Date.now();
  if (place && place !== zone) for (const key of Object.keys(formats)) delete formats[key];
  zone = place ?? zone;
}

export const now = () => Date.now() + ahead;
export const zoneName = () => ZONES[zone] ?? "";

function formatted(kind, options, milliseconds) {
  formats[kind] ??= new Intl.DateTimeFormat("id-ID", { ...options, timeZone: zone });
  return formats[kind].format(milliseconds);
}

export const hour = (ms) => formatted("hour", { hour: "2-digit", minute: "2-digit" }, ms);
export const fullDay = (ms) => formatted("day", { weekday: "long", day: "numeric", month: "long", year: "numeric" }, ms);
export const someDay = (ms) => formatted("some", { weekday: "long", day: "numeric", month: "short", year: "numeric" }, ms);
export const shortDay = (ms) => formatted("short", { weekday: "short", day: "numeric", month: "short" }, ms);

/** "Hari ini", "Kemarin", or the whole date. */
export function dayName(seconds) {
  const name = fullDay(seconds * 1000), ago = [0, 1].find((days) => name === fullDay(now() - days * 86_400_000));
  return ["Hari ini", "Kemarin"][ago] ?? name;
}
