// Several boards: one row for each, the worst first. The rest of the page shows the chosen one.

import { STATES, numberOf } from "./states.js";

const PERIOD = 1000; // ms
const AWAY = { word: "Not connected", mark: "–" };
const query = new URLSearchParams(location.search);

let chosen = query.get("board") ?? "";

/** The board whose details are shown, as a query; empty where there is but one. */
export function board() {
  return chosen ? { board: chosen } : {};
}

function cell(text, tag = "td") {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function row(one, choose) {
  const made = document.createElement("tr");
  made.dataset.state = one.state;
  const name = cell("", "th");
  name.scope = "row";
  const button = cell(one.name, "button");
  button.type = "button";
  button.setAttribute("aria-pressed", one.id === chosen);
  button.addEventListener("click", () => choose(one.id));
  name.append(button);
  const state = STATES[numberOf(one.state)] ?? AWAY;
  const known = one.state !== "away";
  const seen = one.acknowledged ? ", acknowledged" : "";
  made.append(
    name,
    cell(`${state.mark} ${state.word}${seen}`),
    cell(known ? one.score.toFixed(2) : "–"),
    cell(known && one.velocity != null ? `${one.velocity.toFixed(2)} mm/s` : "–"),
    cell(one.zone ?? "–"),
    cell(one.since ? new Date(one.since).toTimeString().slice(0, 8) : "–"),
  );
  made.title = one.words;
  return made;
}

let shown = "";

/** Ask now and then; `changed` is called when another board is chosen. */
export async function watchFleet(changed) {
  const choose = (id) => {
    if (id === chosen) return;
    chosen = id;
    shown = "";
    changed();
  };
  try {
    const answer = await fetch("fleet", { signal: AbortSignal.timeout(5000) });
    const rows = await answer.json();
    if (rows.length > 1 && !rows.some((one) => one.id === chosen)) choose(rows[0].id);
    const key = JSON.stringify([rows, chosen]);
    if (key !== shown) {
      shown = key;
      document.getElementById("fleet").hidden = rows.length < 2;
      const body = document.querySelector("#fleet tbody");
      const focused = [...body.querySelectorAll("button")].indexOf(document.activeElement);
      const name = document.activeElement?.textContent;
      body.replaceChildren(...rows.map((one) => row(one, choose)));
      if (focused >= 0) [...body.querySelectorAll("button")].find((b) => b.textContent === name)?.focus();
    }
  } catch { /* the page says so already */ }
  setTimeout(() => watchFleet(changed), PERIOD);
}
