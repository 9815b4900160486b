// Timeline: both clocks of one supply as a small picture, with the dates as a table below it.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { el, svg } = landgis.dom;
  const [WIDTH, LEFT, RIGHT, HIGH] = [356, 8, 348, 13];
  const KINDS = ["wait", "year1", "year2", "over"];
  const SIGNS = { supplied: "◆", started: "●", suspended: "■", completed: "★", returned: "✕" };

  const at = (iso) => Date.parse(iso) / 864e5;

  /** A function from a date to a horizontal position, over everything that must be seen. */
  function scale(clock) {
    const seen = [clock.on, ...clock.events.map((event) => event.on), ...clock.tracks.flatMap((track) => track.marks.map((mark) => mark.on))].map(at);
    const [low, high] = [Math.min(...seen), Math.max(...seen)];
    const pad = Math.max(60, (high - low) * 0.04);
    const place = (value) => LEFT + ((value - low + pad) / (high - low + 2 * pad)) * (RIGHT - LEFT);
    return { x: (iso) => place(at(iso)), low: low - pad, high: high + pad };
  }

  /** One clock: waiting, first idle year, second, then on to the date; faint after the date. */
  function track(clock, row, y, { x }) {
    const ends = row.marks.map((mark) => mark.on);
    const last = clock.on > ends.at(-1) ? clock.on : ends.at(-1);
    const until = (day) => (clock.stop && clock.stop < day ? clock.stop : day);
    const starts = [clock.start || ends[0], ...ends];
    const stops = [...ends, last].map(until);
    const bars = starts.map((from, i) => x(stops[i]) > x(from) ? svg("rect", { class: `bar-${i === ends.length ? "over" : KINDS[i]}`, x: x(from), y, width: x(stops[i]) - x(from), height: HIGH }) : null);
    const done = clock.stop ? svg("rect", { class: "bar-done", x: x(clock.stop), y, width: Math.max(0, x(clock.on) - x(clock.stop)), height: HIGH }) : null;
    const future = !clock.stop && last > clock.on ? svg("rect", { class: "future", x: x(clock.on), y: y - 1, width: x(last) - x(clock.on), height: HIGH + 2 }) : null;
    const marks = row.marks.map((mark) => svg("path", { class: "mark", d: `M${x(mark.on)} ${y - 3}v${HIGH + 6}` }));
    return [...bars.filter(Boolean), done, future, ...marks, svg("text", { class: "label", x: LEFT, y: y - 5 }, t(`clock.${row.name}`))];
  }

  function years(y, { x, low, high }) {
    const first = new Date(low * 864e5).getUTCFullYear() + 1;
    const last = new Date(high * 864e5).getUTCFullYear();
    const every = Math.max(1, Math.ceil((last - first) / 8));
    const ticks = [];
    for (let year = first; year <= last; year += every) {
      if (x(`${year}-01-01`) < LEFT + 12) continue;
      ticks.push(svg("path", { class: "axis", d: `M${x(`${year}-01-01`)} ${y}v4` }), svg("text", { class: "axis", x: x(`${year}-01-01`), y: y + 14, "text-anchor": "middle" }, String(year)));
    }
    return [svg("path", { class: "axis", d: `M${LEFT} ${y}H${RIGHT}` }), ...ticks];
  }

  function picture(clock) {
    const to = scale(clock);
    const rows = clock.tracks.map((row, i) => track(clock, row, 46 + i * 42, to));
    const base = 46 + clock.tracks.length * 42 - 14;
    const excused = clock.tracks.length > 1 ? clock.excused.map(({ from_on, until_on }) => svg("rect", { class: "excused", x: to.x(from_on), y: 88, width: Math.max(2, to.x(until_on) - to.x(from_on)), height: HIGH, fill: "url(#hatch-excused)" })) : [];
    const events = clock.events.map((event) => svg("text", { class: "event", x: to.x(event.on), y: 26, "text-anchor": "middle" }, SIGNS[event.kind]));
    const now = to.x(clock.on);
    const anchor = now > 300 ? "end" : "start";
    const on = [svg("path", { class: "now", d: `M${now} 6V${base}` }), svg("text", { class: "now", x: now + (anchor === "end" ? -4 : 4), y: 11, "text-anchor": anchor }, `${t("clock.on")} ${clock.on}`)];
    const [raw, effective] = [clock.tracks[0], clock.tracks.at(-1)].map((row) => row.marks[0].on);
    const label = t("clock.picture", { due: raw, effective, n: clock.excused_days, on: clock.on });
    return svg("svg", { class: "timeline", viewBox: `0 0 ${WIDTH} ${base + 20}`, role: "img", "aria-label": label }, rows.flat(), excused, years(base, to), on, events);
  }

  function table(clock) {
    const head = el("tr", {}, el("td", {}), clock.tracks[0].marks.map((mark, i) => el("th", { scope: "col" }, el("i", { class: `key ${KINDS[i]}` }), t(`clock.${mark.kind}`, { n: mark.n }))));
    const row = (one) => el("tr", {}, el("th", { scope: "row" }, t(`clock.${one.name}`)), one.marks.map((mark) => el("td", { class: mark.on < clock.on ? "past" : "" }, mark.on)));
    return el("table", { class: "marks" }, el("thead", {}, head), el("tbody", {}, clock.tracks.map(row)));
  }

  /** The picture and its table, or the sentence that says why there is none. */
  function timeline(clock) {
    if (!clock.tracks.length) return [el("p", { class: "quiet" }, t("clock.undated"))];
    const key = clock.events.map((event) => el("span", {}, el("b", {}, SIGNS[event.kind]), ` ${t(`clock.${event.kind}`)} ${event.on}`));
    const stopped = clock.stop ? el("span", {}, el("i", { class: "key done" }), t("clock.stopped", { day: clock.stop })) : null;
    const excused = clock.excused_days ? el("span", {}, el("i", { class: "key excused" }), t("clock.excused", { n: clock.excused_days })) : null;
    return [picture(clock), el("p", { class: "keys" }, key, stopped, excused), table(clock),
      clock.tracks.length === 1 && clock.tracks[0].name === "raw" && !clock.stop ? el("p", { class: "quiet" }, t("clock.nothing_excused")) : null].filter(Boolean);
  }

  landgis.timeline = timeline;
})((window.landgis = window.landgis || {}));
