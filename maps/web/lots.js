// Lots: the rows of land by stage and of idle supplies, by the filter and by the view, and their sums.
"use strict";
(function (landgis) {
  const { far } = landgis;
  const MU = 2000 / 3;
  const AGES = [["0-1", 0, 1], ["1-2", 1, 2], ["2-5", 2, 5], ["5-10", 5, 10], ["10-", 10, Infinity]];
  const listeners = [];
  let [lots, idle, stock, clashes, map, day] = [[], [], [], [], null, ""];
  let kept = {};

  const amount = (m2) => ({ m2, hectares: m2 / 1e4, mu: m2 / MU });
  const shared = (row, path) => ({ path, mu: row.area_m2 === null ? null : row.area_m2 / MU, parks: (row.park || "").split(";").filter(Boolean),
    year: row.supplied_on ? Number(row.supplied_on.slice(0, 4)) : null });
  const full = (since) => (since ? day.slice(0, 4) - since.slice(0, 4) - (day.slice(5) < since.slice(5) ? 1 : 0) : null);

  /** A row as the server or the page gives it, with what is read from it. */
  const read = (row, path) => ({ ...row, ...shared(row, path), age_years: full(row.since_on), stages: [row.stage] });

  /** The outlines of the groups by what `name` their features have. */
  function outlines(groups, names, by) {
    const paths = new Map();
    for (const name of names)
      for (const path of groups[name].getLayers()) paths.set(path.feature.properties[by], path);
    return paths;
  }

  /** Makes the rows of what the page carries and ties them to their outlines on the map. */
  function load(on, data, groups) {
    [map, day] = [on, data.on];
    stock = data.legend.stages.filter((row) => row.is_stock).map((row) => row.stage);
    if (data.large) return far.start(map, tell);
    const drawn = outlines(groups, data.legend.stages.map((row) => row.stage), "id");
    const table = data.merged ? null : data.lots;
    lots = table ? table.key.map((_, i) => read(Object.fromEntries(Object.keys(table).map((name) => [name, table[name][i]])), drawn.get(i + 1))) : [];
    const stages = new Map();
    for (const row of lots) stages.set(row.key, [...(stages.get(row.key) || []), row.stage]);
    const own = outlines(groups, ["idle"], "key");
    idle = data.idle.map((row) => {
      const key = `supplies:${row.supply_id}`;
      return { ...row, ...shared(row, own.get(key)), key, name: row.project_name, stages: stages.get(key) || ["supplied_not_used"] };
    });
    const area = ({ key }) => data.cards[key]?.facts.find(([name]) => name === "area_m2")[2].m2 || 0;
    clashes = data.merged ? [] : groups.conflicts.getLayers().map((path) => ({ path, area_m2: area(path.feature.properties) }));
    landgis.asked.listen(changed);
    map.on("moveend", () => { kept = { ...kept, view: null }; tell(); });
  }

  const tell = () => { for (const listener of listeners) listener(); };

  function changed() {
    kept = {};
    const { lots: passed, idle: idlers } = all();
    landgis.chart.show(lots, new Set(passed));
    landgis.chart.show(idle, new Set(idlers));
    return tell();
  }

  /** What passes the filter, wherever it is. */
  function all() {
    if (!kept.all) {
      const passes = landgis.asked.test();
      kept.all = { lots: lots.filter(passes), idle: idle.filter(passes) };
    }
    return kept.all;
  }

  /** What passes the filter and can be seen. */
  function view() {
    if (!kept.view) {
      const bounds = map.getBounds();
      const seen = (row) => row.path && landgis.extent.meets(row.path, bounds);
      kept.view = { lots: all().lots.filter(seen), idle: all().idle.filter(seen) };
    }
    return kept.view;
  }

  const sum = (rows) => ({ count: rows.length, area: amount(rows.reduce((total, row) => total + (row.area_m2 || 0), 0)) });

  /** Count and area of every stage, of the stock and of idle land among some rows. */
  function sums(rows) {
    const stages = new Map();
    for (const row of rows.lots) stages.set(row.stage, [...(stages.get(row.stage) || []), row]);
    return { stage: (name) => sum(stages.get(name) || []), stock: sum(rows.lots.filter((row) => stock.includes(row.stage))), idle: sum(rows.idle) };
  }

  /** The same of a scope, `all` or `view`; null where the server has not answered yet. */
  function figures(scope) {
    if (far.on()) return far.figures(scope);
    return scope === "all" ? sums(all()) : { ...sums(view()), conflicts: sum(clashes.filter(({ path }) => landgis.extent.meets(path, map.getBounds()))) };
  }

  /** What charts show of the view, as the statistics of the server say it; null while it is asked. */
  function summary() {
    if (far.on()) return far.summary();
    const rows = view();
    const own = rows.lots.filter((row) => stock.includes(row.stage));
    const areas = (some) => { const found = {}; for (const row of some) found[row.stage] = (found[row.stage] || 0) + (row.area_m2 || 0); return found; };
    const yuan = (some, column) => Object.fromEntries(["proven", "conditional"].map((basis) => [basis, { yuan: some.filter((row) => row.basis === basis).reduce((whole, row) => whole + (row[column] || 0), 0) / 100 }]));
    const districts = [...new Set(own.map((row) => row.district))].map((district) => ({ district, stages: areas(own.filter((row) => row.district === district)) }));
    const ages = AGES.map(([age, from, to]) => ({ age, stages: areas(own.filter((row) => row.age_years >= from && row.age_years < to)) }));
    return { stages: areas(rows.lots), ages, districts, fee: yuan(rows.idle, "fee_fen"), reclaim: yuan(rows.idle.filter((row) => row.outcome === "reclaim"), "price_fen") };
  }

  /** Count and area of what the filter finds: of the stock, unless stages are chosen; null while the server is asked. */
  function found() {
    const now = figures("all");
    const chosen = landgis.asked.of("stage");
    if (!now || !chosen) return now && now.stock;
    const parts = chosen.map(now.stage);
    const whole = (of) => parts.reduce((total, part) => total + of(part), 0);
    return { count: whole((part) => part.count), area: amount(whole((part) => part.area.m2)) };
  }

  /** How much `found` would count with each value of a part of the filter, all other parts kept. */
  function counts(part, values) {
    if (far.on()) return null;
    const passes = landgis.asked.test(part);
    const everyStage = part === "stage" || landgis.asked.of("stage");
    const tally = new Map();
    for (const row of lots)
      if ((everyStage || stock.includes(row.stage)) && passes(row)) for (const value of [values(row)].flat()) if (value) tally.set(value, (tally.get(value) || 0) + 1);
    return tally;
  }

  landgis.lots = { load, read, all, view, sum, figures, summary, found, counts, amount, tell, box: () => map.getBounds().toBBoxString(), stages: () => stock, isStock: (row) => stock.includes(row.stage), known: () => lots.length > 0, far: far.on, listen: (listener) => listeners.push(listener) };
})((window.landgis = window.landgis || {}));
