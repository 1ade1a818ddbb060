// The states of the telemetry line, by number, and what they mean to a person.
// Their names come from thrum/states.py: server.py makes state_names.js of it.

import { NAMES } from "./state_names.js";

const SHOWN = {
  learning: { word: "Learning", mark: "◔", meaning: "Learning what this machine sounds like." },
  ok: { word: "OK", mark: "✓", meaning: "The machine sounds as it was learned." },
  alarm: { word: "ALARM", mark: "▲", meaning: "The machine no longer sounds as it was learned." },
  fault: { word: "FAULT", mark: "✕", meaning: "The sensor cannot be trusted: nothing is judged." },
  idle: { word: "At rest", mark: "■", meaning: "The machine stands still: nothing is judged." },
  gathering: { word: "Gathering", mark: "◑", meaning: "No verdict yet: windows are being averaged." },
};

export const STATES = NAMES.map((name) => ({ name, ...SHOWN[name] }));

export const numberOf = (name) => NAMES.indexOf(name);

/** The colours of the page, which differ between light and dark. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"), muted: colour("muted"), grid: colour("grid"), raised: colour("raised"),
    states: STATES.map((state) => colour(state.name)),
  };
}
