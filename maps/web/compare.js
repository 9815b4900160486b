// Compare: a second map of another date beside the first, moved with it, and what differs.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, signed } = landgis.format;
  const { el, swatch } = landgis.dom;

  const yearBefore = (on) => `${Number(on.slice(0, 4)) - 1}${on.slice(4) === "-02-29" ? "-02-28" : on.slice(4)}`;

  /** The stages of the ledger of a date, in square metres. */
  async function areas(data, on) {
    const answer = await landgis.source.fetched(landgis.source.address("ledger", { by: "cohort", on }, "api"));
    const total = answer.items.at(-1);
    const columns = { approved_not_acquired: "not_acquired_m2", acquired_not_supplied: "not_supplied_m2", supplied_not_used: "not_used_m2", used: "used_m2", released: "released_m2" };
    return Object.fromEntries(Object.entries(columns).map(([stage, column]) => [stage, total[column]]));
  }

  function table(data, other, on) {
    const line = ({ stage, area }) => {
      const [then, now] = [other[stage] / 1e4, area.m2 / 1e4];
      return el("tr", { "data-stage": stage }, el("th", { scope: "row" }, swatch(landgis.looks.of(stage)), t(`stage.${stage}`)), [then, now].map((value) => el("td", { class: "num" }, number(value, 2))),
        el("td", { class: "num" }, signed(now - then, 2)));
    };
    return el("table", {}, el("caption", {}, t("compare.caption")), el("thead", {}, el("tr", {}, el("td", {}), [on, data.on, t("compare.change")].map((word) => el("th", { scope: "col", class: "num" }, word)))), el("tbody", {}, data.legend.stages.map(line)));
  }

  /** Moves two maps together, whichever is moved. */
  function tie(one, two) {
    let moving = false;
    const follow = (from, to) => () => {
      if (moving) return;
      moving = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      moving = false;
    };
    const [first, second] = [follow(one, two), follow(two, one)];
    one.on("move", first);
    two.on("move", second);
    return () => one.off("move", first);
  }

  /** The button that opens and closes the second map. */
  function compare(map, data, legend) {
    const place = document.getElementById("beside");
    const state = { map: null, untie: null, on: yearBefore(data.on) };

    async function draw() {
      const asked = state.on;
      state.layer?.remove();
      state.layer = landgis.tiles.layer(asked, { pane: "land" }).addTo(state.map);
      const told = place.querySelector(".difference");
      told.replaceChildren(el("p", { class: "quiet" }, t("page.loading")));
      const still = () => state.map && asked === state.on;
      try {
        const other = await areas(data, asked);
        if (still()) told.replaceChildren(table(data, other, asked));
      } catch (why) {
        if (still()) landgis.alarm(why, again);
      }
    }

    const again = () => { if (state.map) draw(); };

    function close() {
      state.untie();
      state.map.remove();
      state.map = null;
      place.replaceChildren();
      place.hidden = true;
      legend.fold(state.folded);
    }

    function open() {
      if (state.map) return close();
      const node = el("div", { class: "second", role: "region", "aria-label": t("compare.second") });
      const change = (event) => { if (event.target.value) { state.on = event.target.value; draw(); } };
      place.hidden = false;
      state.folded = legend.folded;
      legend.fold(true);
      place.replaceChildren(node, el("div", { class: "difference" }),
        el("label", { class: "then" }, t("compare.then"), el("input", { type: "date", id: "compare-on", value: state.on, max: data.on, required: true, on: { change } })));
      state.map = L.map(node, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 3, maxZoom: 20 });
      state.map.createPane("land").style.zIndex = 450;
      L.geoJSON(data.layers.districts, { style: landgis.looks.of("districts"), interactive: false }).addTo(state.map);
      state.map.setView(map.getCenter(), map.getZoom(), { animate: false });
      state.untie = tie(map, state.map);
      return draw();
    }

    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      close();
      document.getElementById("tool-compare").focus();
    });
    landgis.words.listen(again);
    return open;
  }

  landgis.compare = compare;
})((window.landgis = window.landgis || {}));
