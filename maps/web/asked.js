// Asked: what the reader has narrowed the land down to; whoever shows land or numbers listens.
"use strict";
(function (landgis) {
  const LISTS = ["district", "park", "stage", "standing", "outcome", "land_use"];
  const NUMBERS = ["min_full_years", "min_area_mu", "max_area_mu", "year_from", "year_to"];
  const MU = 2000 / 3;
  const [FIRST_YEAR, LAST_YEAR] = [1987, 2046];
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

  /** The filter as parameters of an address, and back: of what an address says only what `known` has. */
  const parameters = () => Object.entries(filter).map(([name, value]) => [name, String(value)]);
  const read = (asked, known) => set({
    ...Object.fromEntries(LISTS.map((name) => [name, (asked.get(name) || "").split(",").filter((one) => known[name].includes(one))])),
    ...Object.fromEntries(NUMBERS.map((name) => [name, asked.get(name) ? Number(asked.get(name)) : null])),
  });

  const atLeast = (name) => (filter[name] === undefined ? undefined : Math.max(0, filter[name]));
  const squares = (mu) => (mu === undefined ? undefined : mu * MU);

  /** Every year from one to another; of an end that is open, or of no year at all, what holds none. */
  function years() {
    const { year_from: from, year_to: to } = filter;
    if (from === undefined && to === undefined) return undefined;
    const [first, last] = [Math.max(Math.ceil(from ?? FIRST_YEAR), FIRST_YEAR), Math.min(Math.floor(to ?? LAST_YEAR), LAST_YEAR)];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i).join(",") || "0";
  }

  /** The filter as the server reads it, of tiles, statistics and lists. */
  function served() {
    const lists = Object.fromEntries(LISTS.filter((name) => filter[name]).map((name) => [name, filter[name].join(",")]));
    const full = atLeast("min_full_years");
    const more = { min_full_years: full === undefined ? undefined : Math.ceil(full), min_area_m2: squares(atLeast("min_area_mu")), max_area_m2: squares(atLeast("max_area_mu")), supply_year: years() };
    return { ...lists, ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)) };
  }

  landgis.asked = { set, clear, empty, test, parameters, read, served, of: (name) => filter[name], listen: (listener) => listeners.push(listener) };
})((window.landgis = window.landgis || {}));
