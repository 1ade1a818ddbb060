// Asks the program for news, keeps the recent past, and shows it.

import { connectActions, showActions } from "./actions.js";
import { board, watchFleet } from "./fleet.js";
import { drawHistory, drawSpectrum } from "./plots.js";
import { clearWords, showAbout, showEvents, showLink, showVerdict, showLegend } from "./words.js";

const PERIOD = 250; // ms between questions
const PATIENCE = 2000; // ms between questions to a program that does not answer
const FRAMES = 15000; // kept here; the program keeps as many
const EVENTS = 400;
const EVENT_KINDS = ["event", "evidence", "followup", "note", "acknowledged"];

const view = { frames: [], events: [], latest: {}, session: "", next: 0, offset: 0 };
let stale = true; // something has come that is not drawn yet

function take(news) {
  if (news.reset) Object.assign(view, { frames: [], events: [], latest: {} });
  view.session = news.session;
  view.next = news.next;
  for (const record of news.records) {
    if (record.kind === "frame") view.frames.push(record);
    else if (EVENT_KINDS.includes(record.kind)) view.events.push(record);
    else if (record.kind === "status") view.latest.status = { ...view.latest.status, ...record };
    else view.latest[record.kind] = record;
  }
  // In one cut now and then: cutting at every frame would copy the array each time.
  if (view.frames.length > FRAMES * 1.1) view.frames = view.frames.slice(-FRAMES);
  if (view.events.length > EVENTS) view.events = view.events.slice(-EVENTS);
  stale = stale || news.reset || news.records.length > 0;
}

async function ask() {
  try {
    const question = new URLSearchParams({ ...board(), session: view.session, after: view.next });
    const answer = await fetch(`news?${question}`, { signal: AbortSignal.timeout(5000) });
    const news = await answer.json();
    if (question.get("board") === (board().board ?? null)) take(news);
    if (stale || view.gone) words();
    view.gone = false;
  } catch {
    if (!view.gone) showActions({ ...view, latest: {} });
    if (!view.gone) showLink({ state: "gone", words: "The program has ended, or does not answer." });
    view.gone = true;
  }
  setTimeout(ask, view.gone ? PATIENCE : PERIOD);
}

function words() {
  if (view.latest.link) showLink(view.latest.link);
  if (view.latest.about) showAbout(view.latest.about);
  showVerdict(view);
  showActions(view);
  showEvents(view.events, view.latest.about?.can_follow);
}

function draw() {
  const start = performance.now();
  if (stale && !document.hidden) {
    stale = false;
    drawHistory(view, Number(document.getElementById("span").value));
    drawSpectrum(view);
  }
  const pause = Math.max(PERIOD, 4 * (performance.now() - start)); // a fifth of the time at most
  setTimeout(() => requestAnimationFrame(draw), pause);
}

function redraw() {
  showLegend();
  stale = true;
}

document.getElementById("span").addEventListener("change", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
// Plotly notices another size of the window, but not that the words beside a plot need more lines.
const sizes = new ResizeObserver((changes) => {
  for (const { target } of changes) if (target.data) Plotly.Plots.resize(target);
});
for (const plot of document.querySelectorAll(".plot")) sizes.observe(plot);
if (location.search.includes("token=")) {
  history.replaceState(null, "", location.pathname); // the cookie has it; not the browser's history
}
connectActions(view);
watchFleet(() => {
  // The answer starts anew, with a reset.
  Object.assign(view, { session: "", next: 0, frames: [], events: [], latest: {} });
  clearWords();
  stale = true;
  document.getElementById("export").href = `export.csv?${new URLSearchParams(board())}`;
});
showLegend();
ask();
requestAnimationFrame(draw);
