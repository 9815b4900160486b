// Filters: the strip above the map; each part opens its choices, the end says what is left.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el, swatch, refill } = landgis.dom;
  const { asked, lots } = landgis;
  const YEARS = [1, 2, 3, 5];

  /** What can be chosen in each list: values in their order, a word for each, and its rows. */
  function lists(data) {
    const own = (part) => ({ word: (value) => t(`${part}.${value}`), values: (row) => row[part] });
    const named = { word: (value) => value };
    return {
      district: { ...named, order: data.options.district, values: (row) => row.district },
      park: { ...named, order: data.options.park, values: (row) => row.parks },
      stage: { ...own("stage"), order: data.legend.stages.map((row) => row.stage), values: (row) => row.stages, mark: (value) => swatch(landgis.looks.of(value)) },
      standing: { ...own("standing"), order: data.options.standing },
      outcome: { ...own("outcome"), order: data.options.outcome },
      land_use: { ...named, order: data.options.land_use, values: (row) => row.land_use },
    };
  }

  function boxes(part, list) {
    const counts = lots.counts(part, list.values);
    const chosen = new Set(asked.of(part) || []);
    const change = (value, on) => { if (on) chosen.add(value); else chosen.delete(value); asked.set({ [part]: list.order.filter((one) => chosen.has(one)) }); };
    const line = (value) => el("label", {}, el("input", { type: "checkbox", value, checked: chosen.has(value), on: { change: (event) => change(value, event.target.checked) } }),
      list.mark ? list.mark(value) : null, el("span", {}, list.word(value)), counts && el("small", {}, number(counts.get(value) || 0)));
    return list.order.length ? list.order.map(line) : el("p", { class: "quiet" }, t("filter.nothing"));
  }

  function years() {
    const chosen = asked.of("min_full_years") ?? null;
    const line = (value, word) => el("label", {}, el("input", { type: "radio", name: "min_full_years", value: value ?? "", checked: chosen === value, on: { change: () => asked.set({ min_full_years: value }) } }), el("span", {}, word));
    return [line(null, t("filter.any")), YEARS.map((n) => line(n, t("filter.at_least_years", { n })))];
  }

  function range(low, high, word) {
    const field = (name, label) => el("label", { class: "range" }, el("span", {}, t(label)),
      el("input", { type: "number", id: `filter-${name}`, min: 0, step: "any", value: asked.of(name) ?? "", on: { change: (event) => asked.set({ [name]: event.target.value === "" ? null : Number(event.target.value) }) } }), word);
    return [field(low, "filter.from"), field(high, "filter.to")];
  }

  function said(part, list) {
    const chosen = asked.of(part);
    if (!chosen) return t("filter.any");
    return chosen.length === 1 ? list.word(chosen[0]) : t("filter.some", { n: chosen.length });
  }

  function between(low, high, unit) {
    const [from, to] = [asked.of(low), asked.of(high)];
    if (from === undefined && to === undefined) return t("filter.any");
    return `${from === undefined ? "" : from}–${to === undefined ? "" : to}${unit}`;
  }

  function parts(data) {
    const known = lists(data);
    const list = (name) => ({ name, on: () => Boolean(asked.of(name)), said: () => said(name, known[name]), body: () => boxes(name, known[name]) });
    const ends = (name, low, high, unit) => ({ name, on: () => asked.of(low) !== undefined || asked.of(high) !== undefined, said: () => between(low, high, unit()), body: () => range(low, high, unit()) });
    const least = () => (asked.of("min_full_years") === undefined ? t("filter.any") : t("filter.at_least_years", { n: asked.of("min_full_years") }));
    return [list("district"), list("park"), list("stage"), list("standing"), list("outcome"),
      { name: "min_full_years", on: () => asked.of("min_full_years") !== undefined, said: least, body: years },
      ends("area_mu", "min_area_mu", "max_area_mu", () => ` ${t("unit.mu")}`), ends("year", "year_from", "year_to", () => ""), list("land_use")];
  }

  /** One part: a button that tells what is chosen and opens the choices below itself. */
  function control(part, state) {
    const open = state.open === part.name;
    const id = `choices-${part.name}`;
    const press = () => { state.open = open ? null : part.name; state.draw(); };
    return el("div", { class: `filter${part.on() ? " on" : ""}`, "data-part": part.name },
      el("button", { type: "button", id: `filter-${part.name}`, "aria-expanded": String(open), "aria-controls": id, on: { click: press } },
        el("span", {}, t(`filter.${part.name}`)), el("b", {}, part.said())),
      open ? el("div", { class: "choices", id, role: "group", "aria-label": t(`filter.${part.name}`) }, part.body()) : null);
  }

  function result() {
    const found = lots.found();
    if (!found) return el("p", { class: "result", role: "status" }, t("page.loading"));
    const { count, area } = found;
    return el("p", { class: "result", role: "status" }, el("b", {}, number(count)), ` ${t("unit.parcels")} `, el("b", {}, number(area.mu, 2)), ` ${t("unit.mu")}`);
  }

  /** Draws the strip and keeps it in step with the filter and the language. */
  function filters(data) {
    const place = document.getElementById("filters");
    if (!lots.known() && !lots.far()) { place.hidden = true; return; }
    const every = parts(data);
    const state = { open: null };
    state.draw = () => {
      const clear = el("button", { type: "button", class: "clear", id: "filter-clear", disabled: asked.empty(), on: { click: () => { state.open = null; asked.clear(); } } }, t("filter.clear"));
      refill(place, () => [every.map((part) => control(part, state)), clear, result()]);
    };
    const close = () => { if (state.open) { state.open = null; state.draw(); } };
    document.addEventListener("pointerdown", (event) => { if (!place.contains(event.target)) close(); });
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !state.open) return;
      const part = state.open;
      event.stopPropagation();
      close();
      document.getElementById(`filter-${part}`).focus();
    });
    landgis.words.listen(state.draw);
    lots.listen(state.draw);
    state.draw();
  }

  landgis.filters = filters;
})((window.landgis = window.landgis || {}));
