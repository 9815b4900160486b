// Months: the land of any month: a slider that plays, over a picture of the stock of all of them.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, svg, refill } = landgis.dom;
  const COLUMNS = { approved_not_acquired: "not_acquired_m2", acquired_not_supplied: "not_supplied_m2", supplied_not_used: "not_used_m2" };
  const YEARS = 15;
  const BEAT_MS = 700;
  const [WIDE, HIGH] = [400, 34];

  /** Areas of the stages stacked, month by month. */
  function picture(months) {
    const x = (i) => (i / Math.max(1, months.length - 1)) * WIDE;
    const total = (month, stages) => stages.reduce((sum, stage) => sum + month[COLUMNS[stage]], 0);
    const stages = Object.keys(COLUMNS);
    const most = Math.max(1, ...months.map((month) => total(month, stages)));
    const edge = (upTo) => months.map((month, i) => `${x(i)},${HIGH - (total(month, stages.slice(0, upTo)) / most) * HIGH}`);
    const band = (stage, i) => svg("polygon", { fill: landgis.looks.of(stage).fillColor, points: [...edge(i + 1), ...edge(i).reverse()].join(" ") });
    return svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" }, stages.map(band));
  }

  function figures(month) {
    return Object.entries(COLUMNS).map(([stage, column]) => el("span", { "data-stage": stage }, el("i", { style: { background: landgis.looks.of(stage).fillColor } }), `${t(`stage.${stage}`)} `, el("b", {}, number(month[column] / 1e4, 2)), ` ${t("unit.hectares")}`));
  }

  /** The land of one month over that of the day; the layer before stays until the new is there. */
  function shower(map, groups) {
    const stacked = ["approved_not_acquired", "acquired_not_supplied", "supplied_not_used", "used", "released", "idle"];
    let [layer, hidden] = [null, []];
    return {
      show(on) {
        if (!layer) {
          hidden = stacked.filter((name) => map.hasLayer(groups[name]));
          for (const name of hidden) groups[name].remove();
        }
        const before = layer;
        layer = landgis.tiles.layer(on, { pane: "stock" }).addTo(map);
        layer.once("load", () => before?.remove());
      },
      end() {
        layer?.remove();
        layer = null;
        for (const name of hidden) groups[name].addTo(map);
      },
    };
  }

  /** The bar with its slider; nothing where there is no server. */
  function months(map, data, groups) {
    const place = document.getElementById("months");
    const shown = shower(map, groups);
    const state = { rows: null, at: 0, timer: null };
    const stop = () => { clearInterval(state.timer); state.timer = null; };

    function draw() {
      if (!state.rows) return;
      const on = state.rows[state.at].on;
      const play = el("button", { type: "button", id: "months-play", "aria-pressed": String(Boolean(state.timer)), "aria-label": t(state.timer ? "months.pause" : "months.play"), on: { click: toggle } }, state.timer ? "❚❚" : "▶");
      const move = (event) => { stop(); go(Number(event.target.value)); };
      const slider = el("input", { type: "range", id: "months-slider", min: 0, max: state.rows.length - 1, value: state.at, "aria-label": t("months.title"), "aria-valuetext": on, on: { input: move } });
      const open = new URLSearchParams(location.search);
      open.set("on", on);
      refill(place, () => [el("div", { class: "line" }, play, el("div", { class: "band" }, picture(state.rows), slider), el("b", { id: "months-on" }, on),
        el("a", { class: "plain", href: `?${open}${location.hash}` }, t("months.open")), el("button", { type: "button", class: "plain", id: "months-close", "aria-label": t("months.close"), on: { click: close } }, "✕")),
        el("p", {}, figures(state.rows[state.at]))]);
    }

    function go(to) {
      state.at = to;
      shown.show(state.rows[to].on);
      draw();
    }

    function toggle() {
      if (state.timer) { stop(); return draw(); }
      if (state.at === state.rows.length - 1) state.at = 0;
      state.timer = setInterval(() => { if (state.at < state.rows.length - 1) go(state.at + 1); else { stop(); draw(); } }, BEAT_MS);
      return draw();
    }

    function close() {
      stop();
      shown.end();
      place.hidden = true;
      document.getElementById("tool-months").focus();
    }

    /** Asks for the months and shows the last; whoever has closed the bar meanwhile is left alone. */
    async function begin() {
      try {
        state.rows ??= await past(data);
        if (!place.hidden) go(state.rows.length - 1);
      } catch (why) {
        if (place.hidden) return;
        close();
        landgis.alarm(why, open);
      }
    }

    function open() {
      if (!place.hidden) return close();
      place.hidden = false;
      if (!state.rows) place.replaceChildren(el("p", { class: "quiet" }, t("page.loading")));
      return begin();
    }

    place.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
    landgis.words.listen(draw);
    L.DomEvent.disableClickPropagation(place).disableScrollPropagation(place);
    return open;
  }

  const asked = async (name, parameters) => (await landgis.source.fetched(landgis.source.address(name, parameters, "api"))).items;

  /** The sums of every month before the day of the page, and of that day. */
  async function past(data) {
    const since = `${Number(data.on.slice(0, 4)) - YEARS}-${data.on.slice(5, 7)}-01`;
    const rows = await asked("history", { step: "month", since });
    if (rows.at(-1).on === data.on) return rows;
    return [...rows, { ...(await asked("ledger", { by: "cohort" })).at(-1), on: data.on }];
  }

  landgis.months = months;
})((window.landgis = window.landgis || {}));
