// The states of the telemetry line, by number, and what they mean to a person.

export const STATES = [
  { name: "learning", word: "Learning", mark: "◔", meaning: "Learning what this machine sounds like." },
  { name: "ok", word: "OK", mark: "✓", meaning: "The machine sounds as it was learned." },
  { name: "alarm", word: "ALARM", mark: "▲", meaning: "The machine no longer sounds as it was learned." },
  { name: "fault", word: "FAULT", mark: "✕", meaning: "The sensor cannot be trusted: nothing is judged." },
  { name: "idle", word: "At rest", mark: "■", meaning: "The machine stands still: nothing is judged." },
];

export const numberOf = (name) => STATES.findIndex((state) => state.name === name);

/** The colours of the page, which differ between light and dark. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour("ink"), muted: colour("muted"), grid: colour("grid"), raised: colour("raised"),
    states: STATES.map((state) => colour(state.name)),
  };
}
