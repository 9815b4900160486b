// Lots: the rows of land by stage and of idle supplies, by the filter and by the view, and their sums.
"use strict";
(function (landgis) {
  const MU = 2000 / 3;
  const listeners = [];
  let [lots, idle, stock, map] = [[], [], [], null];
  let kept = {};

  const amount = (m2) => ({ m2, hectares: m2 / 1e4, mu: m2 / MU });
  const shared = (row, path) => ({ path, mu: row.area_m2 === null ? null : row.area_m2 / MU, parks: (row.park || "").split(";").filter(Boolean),
    year: row.supplied_on ? Number(row.supplied_on.slice(0, 4)) : null });

  /** The outlines of the groups by what `name` their features have. */
  function outlines(groups, names, by) {
    const paths = new Map();
    for (const name of names)
      for (const path of groups[name].getLayers()) paths.set(path.feature.properties[by], path);
    return paths;
  }

  /** Makes the rows of what the page carries and ties them to their outlines on the map. */
  function load(on, data, groups) {
    map = on;
    const full = (since) => (since ? data.on.slice(0, 4) - since.slice(0, 4) - (data.on.slice(5) < since.slice(5) ? 1 : 0) : null);
    stock = data.legend.stages.filter((row) => row.is_stock).map((row) => row.stage);
    const drawn = outlines(groups, data.legend.stages.map((row) => row.stage), "id");
    const table = data.merged ? null : data.lots;
    lots = table ? table.key.map((_, i) => {
      const row = Object.fromEntries(Object.keys(table).map((name) => [name, table[name][i]]));
      return { ...row, ...shared(row, drawn.get(i + 1)), age_years: full(row.since_on), stages: [row.stage] };
    }) : [];
    const stages = new Map();
    for (const row of lots) stages.set(row.key, [...(stages.get(row.key) || []), row.stage]);
    const own = outlines(groups, ["idle"], "key");
    idle = data.idle.map((row) => {
      const key = `supplies:${row.supply_id}`;
      return { ...row, ...shared(row, own.get(key)), key, name: row.project_name, stages: stages.get(key) || ["supplied_not_used"] };
    });
    landgis.asked.listen(changed);
    map.on("moveend", () => { kept = { ...kept, view: null }; tell(); });
  }

  const tell = () => { for (const listener of listeners) listener(); };

  function changed() {
    kept = {};
    const { lots: passed, idle: idlers } = all();
    landgis.chart.show(lots, new Set(passed));
    landgis.chart.show(idle, new Set(idlers));
    tell();
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

  /** How many rows each value of a part of the filter would leave, all other parts kept. */
  function counts(part, values) {
    const passes = landgis.asked.test(part);
    const found = new Map();
    for (const row of [...lots, ...idle.filter((one) => !one.path)])
      if (passes(row)) for (const value of [values(row)].flat()) if (value) found.set(value, (found.get(value) || 0) + 1);
    return found;
  }

  landgis.lots = { load, all, view, sum, sums, counts, amount, isStock: (row) => stock.includes(row.stage), known: () => lots.length > 0, listen: (listener) => listeners.push(listener) };
})((window.landgis = window.landgis || {}));
