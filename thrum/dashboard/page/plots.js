// The two plots, drawn by Plotly.

import { STATES, palette } from "./states.js";

const POINTS = 800; // a curve on the screen; more windows are thinned to their highest values
const USUAL = 3; // sigma; spectrum.py computes the shaded band with it
// Where the curves lie in the plot, from its foot, with and without a velocity.
const FOUR = [[0.7, 0.94], [0.47, 0.64], [0.235, 0.405], [0, 0.17]];
const THREE = [[0.6, 0.93], [0.3, 0.53], [0, 0.23]];
const COARSE = matchMedia("(pointer: coarse)").matches; // a finger that drags scrolls the page
const CONFIG = {
  responsive: true, displaylogo: false, displayModeBar: COARSE ? false : "hover",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
};

function layout(colours, more) {
  return {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colours.muted },
    hoverlabel: { bgcolor: colours.raised, font: { color: colours.ink } },
    margin: { l: 52, r: 12, t: 8, b: 40 }, showlegend: false, dragmode: COARSE ? false : "zoom",
    uirevision: "kept", // what is zoomed into stays so while new windows come
    hovermode: "x unified", ...more,
  };
}

const axis = (colours, more) => ({
  gridcolor: colours.grid, linecolor: colours.grid, zeroline: false, fixedrange: true, ...more,
});

/** Windows of the span in minutes (0: all), no more than POINTS. */
function thinned(frames, minutes) {
  const from = minutes && frames.length ? frames.at(-1).t - 60000 * minutes : 0;
  let first = frames.length;
  while (first > 0 && frames[first - 1].t >= from) first -= 1;
  const chosen = frames.slice(first);
  const step = Math.ceil(chosen.length / POINTS);
  if (step < 2) return chosen;
  const made = [];
  for (let i = 0; i < chosen.length; i += step) {
    const group = chosen.slice(i, i + step);
    const highest = (name) => Math.max(...group.map((frame) => frame[name]));
    const { t, state } = group.at(-1);
    made.push({ t, state, score: highest("score"), z: highest("z"), rms: highest("rms"), velocity: highest("velocity") });
  }
  return made;
}

/** A coloured strip of states: one cell per window. */
function strip(frames, times, colours) {
  const scale = colours.states.flatMap((colour, i) => [
    [i / STATES.length, colour], [(i + 1) / STATES.length, colour],
  ]);
  return {
    type: "heatmap", x: times, y: [0], z: [frames.map((frame) => frame.state)],
    zmin: -0.5, zmax: STATES.length - 0.5, colorscale: scale, showscale: false, yaxis: "y4",
    text: [frames.map((frame) => STATES[frame.state].word)],
    hovertemplate: "%{text}<extra>state</extra>",
  };
}

function curve(times, values, yaxis, colour, name, unit, format) {
  return {
    type: "scatter", mode: "lines", x: times, y: values, yaxis, name,
    line: { color: colour, width: 2 },
    hovertemplate: `%{y:${format}}${unit}<extra>${name}</extra>`,
  };
}

function bound(colours, y, yref, colour, dash, words, yanchor = "bottom") {
  return {
    line: { type: "line", xref: "paper", x0: 0, x1: 1, yref, y0: y, y1: y,
      line: { color: colour, width: 1.5, dash } },
    label: { xref: "paper", x: 0, xanchor: "left", yref, y, yanchor, showarrow: false,
      text: words, font: { size: 11, color: colour }, bgcolor: `${colours.raised}cc` },
  };
}

export function drawHistory(view, minutes) {
  const colours = palette();
  const frames = thinned(view.frames, minutes);
  document.getElementById("history").hidden = frames.length === 0;
  document.getElementById("history-note").hidden = frames.length > 0;
  if (frames.length === 0) return; // axes without data would show years and negative scores
  const times = frames.map((frame) => new Date(frame.t));
  const judged = (name) => frames.map((f) => (f.state === 1 || f.state === 2 ? f[name] : null));
  const about = view.latest.about;
  const bounds = about ? [
    bound(colours, about.raise, "y", colours.states[2], "dash", `alarm from ${about.raise.toFixed(2)}`),
    bound(colours, about.clear, "y", colours.muted, "dot", `ends below ${about.clear.toFixed(2)}`, "top"),
    bound(colours, about.bound, "y2", colours.muted, "dash", `noticeable from ${about.bound.toFixed(1)} σ`),
  ] : [];
  const fast = frames.some((frame) => frame.velocity !== undefined);
  const zones = about?.zones;
  if (fast && zones) {
    // The limits next to the present value: all three would lie on one another.
    const above = zones.limits.findIndex((limit) => limit >= (frames.at(-1).velocity ?? 0));
    const near = above < 0 ? [2] : [above, above - 1].filter((i) => i >= 0);
    near.forEach((i, place) => bounds.push(bound(colours, zones.limits[i], "y5", colours.muted, "dot",
      `zone ${"BCD"[i]} above ${zones.limits[i]} mm/s`, place ? "top" : "bottom")));
  }
  const data = [
    curve(times, judged("score"), "y", colours.states[1], "score", "", ".2f"),
    curve(times, judged("z"), "y2", colours.states[4], "deviation", " σ", ".2f"),
    curve(times, frames.map((f) => f.rms), "y3", colours.ink, "vibration", " mg", ".0f"),
    strip(frames, times, colours),
  ];
  if (fast) data.push(curve(times, frames.map((f) => f.velocity), "y5", colours.states[5], "velocity", " mm/s", ".2f"));
  const row = (place) => (fast ? FOUR : THREE)[place];
  Plotly.react("history", data, layout(colours, {
    uirevision: minutes,
    shapes: bounds.map((b) => b.line), annotations: bounds.map((b) => b.label),
    xaxis: axis(colours, { type: "date", fixedrange: false, hoverformat: "%Y-%m-%d %H:%M:%S", anchor: fast ? "y5" : "y3", showspikes: false, tickangle: 0,
      nticks: Math.round(document.getElementById("history").clientWidth / 95),
      tickformat: times.at(-1) - times[0] < 7200000 ? "%H:%M:%S" : "%m-%d %H:%M" }),
    yaxis4: axis(colours, { domain: [0.96, 1], visible: false }),
    yaxis: axis(colours, { domain: row(0), range: [0, 1.02], title: { text: "score, 0–1" } }),
    yaxis2: axis(colours, { domain: row(1), rangemode: "tozero", nticks: 4, title: { text: "σ off" } }),
    yaxis3: axis(colours, { domain: row(2), rangemode: "tozero", nticks: 4, title: { text: "mg RMS" } }),
    ...(fast && { yaxis5: axis(colours, { domain: row(3), rangemode: "tozero", nticks: 4, title: { text: "mm/s RMS" } }) }),
  }), CONFIG);
}

function note(words) {
  const place = document.getElementById("spectrum-note");
  if (place.textContent !== words) place.textContent = words;
}

let top = -2; // of the axis in powers of ten of a mg: it grows and stays, so that bars do not jump

export function drawSpectrum(view) {
  const { spectrum, about } = view.latest;
  if (spectrum) drawBands(spectrum, about);
  else if (about && !about.judged_here) drawMoved(view, about);
}

/** The averages that were judged (the latest window before), band by band, over what is usual. */
function drawBands(spectrum, about) {
  document.getElementById("spectrum").hidden = false;
  const colours = palette();
  const { width, mg, z } = spectrum;
  note(z
    ? `Vibration per band, average of ${about.mean_windows} windows: now (bars), learned (line), ±3 σ `
      + "(shaded). A triangle marks a band beyond."
    : "Vibration per band, now. What is usual is shown once it is learned.");
  const centres = mg.map((_, band) => (band + 0.5) * width);
  const edges = [...centres.map((centre) => centre - width / 2), width * mg.length];
  const moved = z ? z.map((value) => value > USUAL) : mg.map(() => false);
  const data = [{
    type: "bar", x: centres, y: mg, width: width * 0.8, name: "now",
    marker: { color: moved.map((out) => colours.states[out ? 2 : 1]), opacity: 0.85 },
    customdata: mg.map((_, band) => (z ? `, learned ${spectrum.usual[band]} mg, ${z[band]} σ` : "")),
    hovertemplate: "%{y:.3~g} mg%{customdata}<extra></extra>",
  }];
  if (z) data.unshift(...usual(spectrum, edges, colours));
  if (z) data.push(marks(spectrum, centres, moved, colours));
  const all = [...mg, ...(z ? [...spectrum.usual, ...spectrum.high] : [])];
  top = Math.max(top, Math.ceil(Math.log10(Math.max(...all, 1e-3)) * 2 + 0.3) / 2);
  Plotly.react("spectrum", data, layout(colours, {
    xaxis: axis(colours, { title: { text: "frequency, Hz" }, fixedrange: false, range: [0, width * mg.length] }),
    yaxis: axis(colours, { type: "log", title: { text: "acceleration per band, mg RMS" }, range: [top - 4, top],
      dtick: 1, exponentformat: "none" }),
  }), CONFIG);
}

function usual({ usual: mean, low, high }, x, colours) {
  const step = (values) => [...values, values.at(-1)]; // up to the last band's upper edge
  const plain = { type: "scatter", mode: "lines", x, line: { width: 0, shape: "hv" }, hoverinfo: "skip" };
  return [
    { ...plain, y: step(low) },
    { ...plain, y: step(high), fill: "tonexty", fillcolor: `${colours.muted}44` },
    { ...plain, y: step(mean), line: { width: 1.5, color: colours.ink, shape: "hv" } },
  ];
}

function marks({ mg, z, high }, x, moved, colours) {
  return {
    type: "scatter", mode: "markers", x, y: mg.map((v, i) => (moved[i] ? Math.max(v, high[i]) * 1.5 : null)),
    marker: { symbol: "triangle-down", size: 9, color: colours.states[2] }, hoverinfo: "skip",
  };
}

/** Without samples: the bands that the last alarm named. */
function drawMoved(view, about) {
  const colours = palette();
  const alarm = view.events.findLast((record) => record.bands?.length);
  const why = about.why_no_spectrum
    || "The board sends its judgement, not its samples. Start with --spectrum to see the spectrum.";
  note(`${why} ${alarm ? "Below: the bands that the last alarm named."
    : "An alarm will show here which bands moved."}`);
  document.getElementById("spectrum").hidden = !alarm;
  if (!alarm) return;
  const { bands } = alarm;
  Plotly.react("spectrum", [{
    type: "bar", x: bands.map(([low, high]) => (low + high) / 2),
    y: bands.map(([, , z]) => z), width: bands.map(([low, high]) => high - low),
    marker: { color: colours.states[2] },
    hovertemplate: "%{y:+.2f} σ<extra></extra>",
  }], layout(colours, {
    xaxis: axis(colours, { title: { text: "frequency, Hz" }, range: [0, about.rate_hz / 2] }),
    yaxis: axis(colours, { title: { text: "off the learned level, σ" }, zeroline: true, zerolinecolor: colours.muted }),
  }), CONFIG);
}
