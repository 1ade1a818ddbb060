// What the page says in words. Everything a device sends is set as text, never as HTML.

import { board } from "./fleet.js";
import { STATES, numberOf, palette } from "./states.js";

const at = (id) => document.getElementById(id);

function element(tag, text, properties = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  return Object.assign(made, properties);
}

function set(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text; // else screen readers say it again
}

export function showLink(link) {
  at("link").dataset.link = link.state;
  set("link", link.words);
  at("verdict").classList.toggle("stale", link.state !== "live" && link.state !== "ended");
}

export function showAbout(about) {
  set("score-note", `0 to 1, alarm from ${about.raise?.toFixed(2)}`);
  const facts = [
    about.board && `board ${about.board}`, about.sensor && `sensor ${about.sensor}`,
    `${about.rate_hz} Hz`,
  ];
  const made = [about.engine && `engine ${about.engine}`, `model ${about.model}`,
    about.firmware && `firmware ${about.firmware}`];
  set("made", made.filter(Boolean).join(" · "));
  set("about", facts.filter(Boolean).join(" · "));
  set("judge", about.judged_here
    ? "Judged on this computer with the firmware's own integers, from the samples that the board "
      + "streams. The baseline was learned since it last connected to the "
      + "board, which itself does not judge meanwhile."
    : "Judged by the board; this page reads along.");
}

/** Nothing of one board may stay while another one's details are asked for. */
export function clearWords() {
  for (const id of ["score", "deviation", "vibration", "velocity", "lost"]) set(id, "–");
  for (const id of ["about", "made", "meaning", "answer", "zone", "score-note"]) set(id, "");
  set("state", "no data yet");
  at("verdict").dataset.state = "none";
  delete at("velocity-box").dataset.zone;
  at("velocity-box").hidden = true;
  at("learning").hidden = true;
  at("spectrum").hidden = true;
  set("spectrum-note", "");
  document.title = "Thrum";
}

export function showVerdict(view) {
  const frame = view.frames.at(-1);
  const learning = view.latest.learning ?? view.latest.status;
  if (view.latest.status) set("lost", `${view.latest.status.lost ?? 0}`);
  else if (frame) set("lost", "0");
  if (!frame) return;
  const state = STATES[frame.state];
  at("verdict").dataset.state = state.name;
  set("state", `${state.mark} ${state.word}`);
  set("meaning", meaning(state, view));
  set("score", state.name === "learning" ? "–" : frame.score.toFixed(2));
  set("deviation", state.name === "learning" ? "–" : `${frame.z.toFixed(2)} σ`);
  set("vibration", `${frame.rms} mg`);
  showVelocity(frame, view.latest.about);
  const title = `${state.word} – Thrum`;
  if (document.title !== title) document.title = title;
  showProgress(state, learning, view.latest.status);
}

const PHASES = {
  learned: (done, all) => `${done} of ${all} windows learned`,
  provisional: (done, all) => `Provisional: judged already, still learning, ${done} of ${all} averages`,
  "on trial": (done, all) => `On trial: ${done} of ${all} averages; what is anomalous may widen the baseline`,
};

/** How far the baseline is: learned, then provisional, then on trial, and how far that has gone. */
function showProgress(state, learning, status) {
  const phase = learning?.phase ?? "learned";
  const open = phase === "learned" ? state.name === "learning" : learning.learned < learning.of;
  at("learning").hidden = !learning?.of || !open;
  if (learning?.of) {
    set("learned", PHASES[phase](learning.learned, learning.of));
    at("progress").value = learning.learned / learning.of;
  }
  const eased = status?.eased ?? 0;
  at("eased").hidden = eased === 0;
  set("eased", `The trial has widened a band ${eased} times by 1/15.`);
}

/** Velocity as standards judge it, and the zone where the machine's group is configured. */
function showVelocity(frame, about) {
  const known = frame.velocity !== undefined;
  at("velocity-box").hidden = !known;
  if (!known) return;
  set("velocity", `${frame.velocity.toFixed(2)} mm/s`);
  const zones = about?.zones;
  if (zones && frame.zone) {
    at("velocity-box").dataset.zone = frame.zone;
    at("zone").title = `${zones.source}, ${zones.machine}`;
    set("zone", `RMS, zone ${frame.zone}: ${zones.meaning[frame.zone]}`);
  } else set("zone", "RMS");
}

function meaning(state, view) {
  const change = view.events.findLast((record) => record.kind === "event");
  const text = state.name === "fault" && change?.state === "fault" ? change.text : "";
  return text ? `${text[0].toUpperCase()}${text.slice(1)}: nothing is judged.` : state.meaning;
}

let shown = "";

/** Alarms and faults, newest first, each with its end and what the evidence says. */
export function showEvents(records, canFollow) {
  const key = `${board().board ?? ""} ${records.length} ${records.at(-1)?.n}`;
  if (key === shown) return;
  shown = key;
  const items = [];
  for (const record of records) {
    const last = items.at(-1);
    if (record.kind === "evidence") {
      if (last) last.evidence = record;
    } else if (record.kind === "followup") {
      const alarm = items.find(({ event }) => event.n === record.of);
      if (alarm) alarm.followup = record.words;
    } else if (record.kind === "acknowledged") {
      const alarm = items.find(({ event }) => event.n === record.of);
      if (alarm) alarm.seen = record.t;
    } else if (record.kind === "event") {
      if (last && !last.end) last.end = record.t;
      if (record.state === "alarm" || record.state === "fault") items.push({ event: record });
    }
  }
  at("quiet").hidden = items.length > 0;
  at("events").replaceChildren(...items.reverse().map((one) => item(one, canFollow)));
}

function item({ event, evidence, end, followup, seen }, canFollow) {
  const made = element("li", "");
  const state = STATES[numberOf(event.state)];
  made.dataset.state = event.state;
  const when = new Date(event.t);
  made.append(
    element("strong", `${state.mark} ${state.word}`),
    " ",
    element("time", clock(event.t), { dateTime: when.toISOString() }),
  );
  if (event.bands.length) {
    const bands = element("ul", "", { ariaLabel: "Bands that moved" });
    bands.append(...event.moved.split(", ").map((words) => element("li", words)));
    made.append(bands);
  }
  if (event.text) made.append(element("small", event.text));
  if (evidence) made.append(element("small", explain(evidence)));
  if (followup) made.append(...followup.split("\n").map((line) => element("small", line)));
  else if (canFollow && event.state === "alarm") made.append(follower(event.n));
  if (seen) made.append(element("small", `Acknowledged ${clock(seen)}`));
  made.append(element("small", end ? `Lasted ${duration(end - event.t)}` : "Still on"));
  return made;
}

function follower(number) {
  const button = element("button", "Record and diagnose", { type: "button" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await fetch(`follow?${new URLSearchParams({ ...board(), n: number })}`, { method: "POST" });
    if (!answer.ok) button.textContent = await answer.text();
  });
  return button;
}

function explain(evidence) {
  const times = evidence.baseline > 0
    ? `${(evidence.rms / evidence.baseline).toPrecision(2)} times the learned vibration, ` : "";
  return `${times}${evidence.rms} mg, learned ${evidence.baseline} mg; plain deviations `
    + (evidence.agree ? "agree" : "alone would not have raised it")
    + ` (${(evidence.z / Math.max(evidence.bound, 0.01)).toPrecision(2)} times their bound)`
    + `; had lasted ${evidence.windows} windows, ${evidence.seconds} s, when raised`;
}

/** Date and time as ISO 8601 writes them, in the time zone of this browser, on a 24-hour clock. */
function clock(t) {
  const two = (number) => String(number).padStart(2, "0");
  const d = new Date(t);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} `
    + `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

export function showLegend() {
  const colours = palette().states;
  at("legend").replaceChildren(...STATES.map((state, number) => {
    const made = element("li", "");
    const swatch = element("i", "");
    swatch.style.background = colours[number];
    made.append(swatch, `${state.mark} ${state.word}`);
    return made;
  }));
}
