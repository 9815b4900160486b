// Asked: what the reader has narrowed the land down to; whoever shows land or numbers listens.
"use strict";
(function (landgis) {
  const LISTS = ["district", "park", "stage", "standing", "outcome", "land_use"];
  const NUMBERS = ["min_full_years", "min_area_mu", "max_area_mu", "year_from", "year_to"];
  const listeners = [];
  let filter = {};

  const empty = () => Object.keys(filter).length === 0;

  /** Sets some parts of the filter; an empty list or null lifts a part. */
  function set(parts) {
    const next = { ...filter, ...parts };
    filter = Object.fromEntries(Object.entries(next).filter(([name, value]) =>
      LISTS.includes(name) ? value && value.length : NUMBERS.includes(name) && Number.isFinite(value)));
    for (const listener of listeners) listener(filter);
  }

  /** Lifts the whole filter. */
  const clear = () => set(Object.fromEntries([...LISTS, ...NUMBERS].map((name) => [name, null])));

  const TESTS = {
    district: (row, wanted) => wanted.includes(row.district),
    park: (row, wanted) => row.parks.some((name) => wanted.includes(name)),
    stage: (row, wanted) => row.stages.some((name) => wanted.includes(name)),
    standing: (row, wanted) => wanted.includes(row.standing),
    outcome: (row, wanted) => wanted.includes(row.outcome),
    land_use: (row, wanted) => wanted.includes(row.land_use),
    min_full_years: (row, least) => row.full_years >= least,
    min_area_mu: (row, least) => row.mu >= least,
    max_area_mu: (row, most) => row.mu <= most,
    year_from: (row, first) => row.year >= first,
    year_to: (row, last) => row.year !== null && row.year <= last,
  };

  /** A function that says whether a row passes the filter, apart from the part `except`. */
  function test(except) {
    const parts = Object.entries(filter).filter(([name]) => name !== except);
    return (row) => parts.every(([name, wanted]) => TESTS[name](row, wanted));
  }

  /** The filter as parameters of an address, and back. */
  const parameters = () => Object.entries(filter).map(([name, value]) => [name, String(value)]);
  const read = (asked) => set({
    ...Object.fromEntries(LISTS.map((name) => [name, (asked.get(name) || "").split(",").filter(Boolean)])),
    ...Object.fromEntries(NUMBERS.map((name) => [name, asked.get(name) ? Number(asked.get(name)) : null])),
  });

  landgis.asked = { set, clear, empty, test, parameters, read, of: (name) => filter[name], listen: (listener) => listeners.push(listener) };
})((window.landgis = window.landgis || {}));
