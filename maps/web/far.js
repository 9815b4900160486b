// Far: the numbers and parcels of a large city, asked of the server; what is overtaken is dropped.
"use strict";
(function (landgis) {
  const { asked, answers, source } = landgis;
  const PAUSE_MS = 200;
  const MU = 2000 / 3;
  let [map, tell, pause, on, box] = [null, null, null, false, ""];

  const amount = (m2) => ({ m2, hectares: m2 / 1e4, mu: m2 / MU });
  const sum = (row) => row && { count: row.count, area: amount(row.area_m2) };
  const around = () => map.getBounds().toBBoxString();

  /** Begins to answer for the map; `told` is called when an answer is there or another is due. */
  function start(onMap, told) {
    [map, tell, on] = [onMap, told, true];
    asked.listen(() => tell());
    map.on("moveend", () => { clearTimeout(pause); pause = setTimeout(() => { box = around(); tell(); }, PAUSE_MS); });
  }

  /** The view is as the address wants it: from now on it is asked about. */
  function begin() {
    clearTimeout(pause);
    box = around();
    tell();
  }

  /** The statistics of a scope, `all` or `view`; null while they are on their way. */
  const statistics = (scope) => (scope === "view" && !box ? null : answers.ask(source.address("statistics", { ...asked.served(), ...(scope === "view" ? { bbox: box } : {}) }, "api"), tell));

  /** Count and area of every stage, of the stock and of idle land. */
  function figures(scope) {
    const found = statistics(scope);
    if (!found) return null;
    const own = found.stages.filter((one) => one.is_stock);
    const total = (name) => own.reduce((whole, one) => whole + one[name], 0);
    return { stage: (name) => sum(found.stages.find((one) => one.stage === name)), stock: sum({ count: total("count"), area_m2: total("area_m2") }), idle: sum(found.supplies), conflicts: scope === "view" ? null : undefined };
  }

  /** What charts show of the view. */
  function summary() {
    const found = statistics("view");
    return found && { ...found, stages: Object.fromEntries(found.stages.map((one) => [one.stage, one.area_m2])) };
  }

  /** The address of a list of parcels that pass the filter: `more` narrows, sorts or pages it. */
  const parcels = (more) => source.address("parcels", { ...asked.served(), ...more });

  landgis.far = { start, begin, figures, summary, parcels, box: () => box, on: () => on };
})((window.landgis = window.landgis || {}));
