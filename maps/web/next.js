// Next: idle parcels by the step that follows: what may be done now, and what the calendar brings.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el } = landgis.dom;
  const { lots, asked, answers, source } = landgis;
  const OUTCOMES = ["reclaim", "fee", "agreement", "review", "none"];
  const SOON = { soon_90: 90, soon_365: 365 };
  const MONEY = { fee: "fee_fen", reclaim: "price_fen" };
  const SHOWN = 20;

  const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 864e5);
  const yuan = (rows, column) => rows.reduce((sum, row) => sum + (row[column] || 0), 0);

  function parcel(row, choose) {
    const key = `supplies:${row.supply_id}`;
    const following = row.next_on ? t(row.next_outcome ? "next.then" : "next.ends", { day: row.next_on, outcome: row.next_outcome ? t(`outcome.${row.next_outcome}`) : "" }) : "";
    return el("li", { "data-key": key }, el("button", { type: "button", on: { click: () => choose(key, true) } },
      el("span", { class: "top" }, el("b", {}, row.project_name || row.supply_id), el("span", {}, `${number(lots.amount(row.area_m2 || 0).mu, 2)} ${t("unit.mu")}`)),
      el("span", { class: "quiet" }, [row.district, row.basis ? t(`basis.${row.basis}`) : "", following].filter(Boolean).join(" · "))));
  }

  function group(name, title, step, choose) {
    if (!step?.count) return null;
    const { mu } = lots.amount(step.area_m2);
    const money = MONEY[name] ? ` · ${t(`next.${name}`)} ${wan(step[MONEY[name]])}` : "";
    return el("details", { class: "group", "data-group": name, open: name === "reclaim" },
      el("summary", {}, el("b", {}, title), el("span", {}, `${number(step.count)} ${t("unit.parcels")} · ${number(mu, 2)} ${t("unit.mu")}${money}`)),
      el("ol", { class: "parcels" }, step.rows.slice(0, SHOWN).map((row) => parcel(row, choose))),
      step.count > SHOWN ? el("p", { class: "quiet" }, t("next.more", { n: number(step.count), m: SHOWN })) : null);
  }

  /** The sums of some rows, as the server gives them of a large city. */
  const sums = (rows) => ({ count: rows.length, area_m2: yuan(rows, "area_m2"), fee_fen: yuan(rows, "fee_fen"), price_fen: yuan(rows, "price_fen"), rows });

  /** Every step by its name; null while the server is asked. */
  function steps(on, redraw) {
    if (lots.far()) {
      const said = answers.ask(source.address("next", asked.served()), redraw);
      return said && Object.fromEntries(said.steps.map((step) => [step.name, step]));
    }
    const rows = lots.all().idle;
    const now = OUTCOMES.map((name) => [name, sums(rows.filter((row) => (row.outcome || "none") === name))]);
    const soon = Object.entries(SOON).map(([name, within]) => [name, sums(rows.filter((row) => row.next_on && days(on, row.next_on) <= within).sort((a, b) => a.next_on.localeCompare(b.next_on)))]);
    return Object.fromEntries([...now, ...soon]);
  }

  /** Idle parcels that pass the filter, by what may follow now and what comes within a year. */
  function next(data, choose, redraw) {
    const found = steps(data.on, redraw);
    const head = [el("h2", {}, t("next.title")), el("p", { class: "quiet" }, t("next.note"))];
    if (!found) return [...head, el("p", { class: "quiet" }, t("page.loading"))];
    const now = OUTCOMES.map((name) => group(name, name === "none" ? t("next.nothing") : t(`outcome.${name}`), found[name], choose));
    const soon = Object.keys(SOON).map((name) => group(name, t(`next.${name}`), found[name], choose));
    const none = (groups) => (groups.some(Boolean) ? groups : el("p", { class: "quiet" }, t("next.empty")));
    return [...head, none(now), el("h2", {}, t("next.calendar")), none(soon)];
  }

  landgis.next = next;
})((window.landgis = window.landgis || {}));
