// The demo's page: each column is a phone. All data comes from /sim of this server.

import { $, offline, world } from "./base.js";
import { Column } from "./column.js";
import { activate, loadPeople, setUpPeople } from "./people.js";
import { openRehearsals } from "./rehearsal.js";
import { loadStage, setUpStage } from "./stage.js";
import { setUpTheme } from "./theme.js";
import { setUpTour } from "./tour.js";
import { forgetTrace, loadTrace, setUpTrace } from "./trace.js";

/** News from the server. */
function heard(event) {
  if (event.kind === "stage") return loadStage();
  if (event.kind === "trace") return loadTrace();
  const columns = world.columns.filter((one) => one.id === event.chat_id);
  for (const one of columns) {
    if (event.kind === "notice") { if (one.actor === event.user_id) one.answered(event); }
    else if (event.kind === "action") one.typing();
    else one.refresh();
  }
  if (event.kind === "message" || event.kind === "person") loadPeople();
}

/** Listen; after every (re)connection everything is read anew, so nothing is missed. */
function listen() {
  const source = new EventSource("/sim/events");
  source.onmessage = (message) => heard(JSON.parse(message.data));
  source.onopen = async () => {
    offline(false);
    await Promise.all([loadPeople(), loadStage()]);
    for (const one of world.columns) one.refresh();
    forgetTrace();
  };
  source.onerror = () => {
    offline(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  };
}

setUpTheme();
setUpPeople((index) => new Column(index));
setUpStage();
setUpTrace();
setUpTour();
$(".leap").addEventListener("click", () => world.columns[world.active]?.toWriting());
$(".rehearse").addEventListener("click", openRehearsals);
addEventListener("newday", () => world.columns.forEach((one) => one.view && one.draw(one.view)));
document.addEventListener("visibilitychange", () => world.columns.forEach((one) => one.markSeen()));
new ResizeObserver(() => world.columns.length && activate(world.active)).observe($(".columns"));
listen();
