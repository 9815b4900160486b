// Clashes: contradictions between layers by kind, each row a way to its card and its place.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number } = landgis.format;
  const { el } = landgis.dom;
  const { lots } = landgis;
  const SHOWN = 40;

  const area = (card) => card.facts.find(([name]) => name === "area_m2")[2].m2;

  function clash(card, choose) {
    const sides = card.sides.map((key) => `${t(`layer.${key.split(":")[0]}`)} ${key.slice(key.indexOf(":") + 1)}`).join(" × ");
    return el("li", { "data-key": card.key }, el("button", { type: "button", on: { click: () => choose(card.key, true) } },
      el("span", { class: "top" }, el("b", {}, sides), el("span", {}, `${number(lots.amount(area(card)).mu, 2)} ${t("unit.mu")}`)),
      el("span", { class: "quiet" }, card.dates.map(([name, , day]) => `${t(`field.${name}`)} ${day}`).join(" · "))));
  }

  /** Every kind with its sums and its largest cards; of a large city as the server sums them up. */
  function kinds(data) {
    const cards = new Map();
    for (const card of Object.values(data.cards)) if (card.kind === "conflicts") cards.set(card.badges[0], [...(cards.get(card.badges[0]) || []), card]);
    const sums = data.clashes && new Map(data.clashes.kinds.map((kind) => [`conflict.${kind.conflict}`, kind]));
    return [...cards].map(([kind, some]) => ({ kind, rows: some.sort((a, b) => area(b) - area(a)), ...(sums?.get(kind) || { count: some.length, area: lots.amount(some.reduce((sum, card) => sum + area(card), 0)) }) }));
  }

  /** Every kind with its count and land, the largest first. */
  function clashes(data, choose) {
    const group = ({ kind, rows, count, area: { mu } }) => el("details", { class: "group", "data-group": kind.split(".")[1] },
      el("summary", {}, el("b", {}, t(kind)), el("span", {}, `${number(count)} ${t("clashes.cases")} · ${number(mu, 2)} ${t("unit.mu")}`)),
      el("ol", { class: "parcels" }, rows.slice(0, SHOWN).map((card) => clash(card, choose))), count > SHOWN ? el("p", { class: "quiet" }, t("next.more", { n: number(count), m: SHOWN })) : null);
    const head = [el("h2", {}, t("clashes.title")), el("p", { class: "quiet" }, t("clashes.note"))];
    if (data.large && !data.clashes) return [...head, el("p", { class: "quiet" }, t("page.loading"))];
    const found = kinds(data);
    return [...head, found.length ? found.map(group) : el("p", { class: "quiet" }, t("clashes.none"))];
  }

  landgis.clashes = clashes;
})((window.landgis = window.landgis || {}));
