// Next: idle parcels by the step that follows: what may be done now, and what the calendar brings.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el } = landgis.dom;
  const { lots } = landgis;
  const OUTCOMES = ["reclaim", "fee", "agreement", "review", ""];
  const SOON = [[90, "soon_90"], [365, "soon_365"]];
  const SHOWN = 20;

  const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 864e5);
  const yuan = (rows, column) => rows.reduce((sum, row) => sum + (row[column] || 0), 0);

  function parcel(row, choose) {
    const following = row.next_on ? t(row.next_outcome ? "next.then" : "next.ends", { day: row.next_on, outcome: row.next_outcome ? t(`outcome.${row.next_outcome}`) : "" }) : "";
    return el("li", { "data-key": row.key }, el("button", { type: "button", on: { click: () => choose(row.key, true) } },
      el("span", { class: "top" }, el("b", {}, row.name || row.supply_id), el("span", {}, `${number(row.mu || 0, 2)} ${t("unit.mu")}`)),
      el("span", { class: "quiet" }, [row.district, row.basis ? t(`basis.${row.basis}`) : "", following].filter(Boolean).join(" · "))));
  }

  function group(name, title, rows, choose, money) {
    if (!rows.length) return null;
    return el("details", { class: "group", "data-group": name, open: rows.length <= SHOWN && name !== "reclaim" ? false : name === "reclaim" },
      el("summary", {}, el("b", {}, title), el("span", {}, `${number(rows.length)} ${t("unit.parcels")} · ${number(lots.sum(rows).area.mu, 2)} ${t("unit.mu")}${money}`)),
      el("ol", { class: "parcels" }, rows.slice(0, SHOWN).map((row) => parcel(row, choose))),
      rows.length > SHOWN ? el("p", { class: "quiet" }, t("next.more", { n: number(rows.length), m: SHOWN })) : null);
  }

  function now(rows, choose) {
    return OUTCOMES.map((outcome) => {
      const some = rows.filter((row) => (row.outcome || "") === outcome);
      const column = { fee: "fee_fen", reclaim: "price_fen" }[outcome];
      return group(outcome || "none", outcome ? t(`outcome.${outcome}`) : t("next.nothing"), some, choose, column ? ` · ${t(`next.${outcome}`)} ${wan(yuan(some, column))}` : "");
    });
  }

  function soon(rows, on, choose) {
    return SOON.map(([within, name]) => {
      const some = rows.filter((row) => row.next_on && days(on, row.next_on) <= within).sort((a, b) => a.next_on.localeCompare(b.next_on));
      return group(name, t(`next.${name}`), some, choose, "");
    });
  }

  /** Idle parcels that pass the filter, by what may follow now and what comes within a year. */
  function next(data, choose) {
    const rows = lots.all().idle;
    return [el("h2", {}, t("next.title")), el("p", { class: "quiet" }, t("next.note")), now(rows, choose), el("h2", {}, t("next.calendar")), soon(rows, data.on, choose)];
  }

  landgis.next = next;
})((window.landgis = window.landgis || {}));
