// The buttons: learn again, sensitivity, acknowledge. The board's answer or refusal is shown.

import { board } from "./fleet.js";

const at = (id) => document.getElementById(id);

let busy = false;
let link = ""; // state of the connection

/** Ask the board through the program; shows the sentence that comes back. */
async function command(name, value = "") {
  busy = true;
  enable();
  tell("Asking the board …");
  try {
    const question = new URLSearchParams({ ...board(), name, value });
    const answer = await fetch(`command?${question}`, { method: "POST" });
    tell(await answer.text(), !answer.ok);
  } catch {
    tell("The program has ended, or does not answer.", true);
  }
  busy = false;
  enable();
}

function tell(words, failed = false) {
  at("answer").textContent = words;
  at("answer").classList.toggle("failed", failed);
}

function enable() {
  for (const id of ["learn", "sensitivity"]) at(id).disabled = busy || link !== "live";
  at("acknowledge").disabled = busy;
}

/** The alarm or fault that still lasts, if nobody has acknowledged it. */
function open(events) {
  const last = events.findLast((record) => record.kind === "event");
  const lasts = last && (last.state === "alarm" || last.state === "fault");
  const seen = lasts && events.some((r) => r.kind === "acknowledged" && r.of === last.n);
  return lasts && !seen ? last : null;
}

export function showActions(view) {
  link = view.latest.link?.state ?? "";
  at("acknowledge").hidden = open(view.events) === null;
  enable();
}

/** A button that opens a dialog; `act` runs if that is confirmed. */
function connectDialog(button, dialog, act, prepare = () => {}) {
  button.addEventListener("click", () => {
    prepare();
    dialog.showModal();
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter?.value === "yes") act();
  });
}

export function connectActions(view) {
  at("acknowledge").addEventListener("click", () => {
    const alarm = open(view.events);
    if (alarm) command("acknowledge", alarm.n);
  });
  connectDialog(at("learn"), at("ask-learn"), () => command("learn"));
  const threshold = at("threshold");
  const show = () => { at("threshold-shown").textContent = Number(threshold.value).toFixed(2); };
  threshold.addEventListener("input", show);
  const set = () => command("threshold", threshold.value);
  connectDialog(at("sensitivity"), at("ask-threshold"), set, () => {
    threshold.value = view.latest.about?.raise ?? 0.75;
    show();
  });
}
