// Figures: small charts of what is in view, drawn as SVG with their numbers beside the bars.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el, svg } = landgis.dom;
  const { lots } = landgis;
  const AGES = [["0-1", 0, 1], ["1-2", 1, 2], ["2-5", 2, 5], ["5-10", 5, 10], ["10-", 10, Infinity]];
  const [WIDE, LEFT, RIGHT, LINE] = [332, 92, 82, 22];

  const fill = (name) => landgis.looks.of(name).fillColor;
  const shade = (name) => ({ fill: fill(name), stroke: landgis.looks.of(name).color === "#ffffff" ? fill(name) : landgis.looks.of(name).color });

  /** One bar of parts `{name, value, look}` with its label on the left and its number on the right. */
  function bar(row, i, most) {
    const scale = most ? (WIDE - LEFT - RIGHT) / most : 0;
    let x = LEFT;
    const rects = row.parts.filter((part) => part.value > 0).map((part) => {
      const width = Math.max(1, part.value * scale);
      const rect = svg("rect", { x, y: i * LINE + 3, width, height: LINE - 8, "data-name": part.name, "data-value": part.value, ...part.look }, svg("title", {}, `${part.word} ${row.show(part.value)}`));
      x += width;
      return rect;
    });
    const total = row.parts.reduce((sum, part) => sum + part.value, 0);
    return svg("g", { "data-row": row.name, "data-value": total }, svg("text", { class: "name", x: LEFT - 6, y: i * LINE + 15, "text-anchor": "end" }, row.word.length > 8 ? `${row.word.slice(0, 7)}…` : row.word, svg("title", {}, row.word)),
      rects, svg("text", { class: "value", x: x + 5, y: i * LINE + 15 }, row.show(total)));
  }

  function chart(name, rows) {
    const most = Math.max(0, ...rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0)));
    const said = rows.map((row) => `${row.word} ${row.show(row.parts.reduce((sum, part) => sum + part.value, 0))}`).join(t("list.semicolon"));
    return el("figure", { "data-chart": name }, el("figcaption", {}, t(`figures.${name}`)),
      rows.length ? svg("svg", { viewBox: `0 0 ${WIDE} ${rows.length * LINE + 2}`, role: "img", "aria-label": `${t(`figures.${name}`)}${t("list.colon")}${said}` }, rows.map((row, i) => bar(row, i, most))) : el("p", { class: "quiet" }, t("figures.none")));
  }

  const hectares = (m2) => `${number(m2 / 1e4, 2)} ${t("unit.hectares")}`;
  const area = (rows) => rows.reduce((sum, row) => sum + (row.area_m2 || 0), 0);
  const parts = (rows, stages) => stages.map((stage) => ({ name: stage, word: t(`stage.${stage}`), value: area(rows.filter((row) => row.stage === stage)), look: shade(stage) }));

  function stageChart(data, rows) {
    return chart("stage", data.legend.stages.map(({ stage }) => ({ name: stage, word: t(`stage.${stage}`), show: hectares, parts: parts(rows.lots, [stage]) })));
  }

  function ageChart(stages, stock) {
    return chart("age", AGES.map(([name, from, to]) => ({ name, word: t(`figures.age_${name.replace("-", "_")}`), show: hectares, parts: parts(stock.filter((row) => row.age_years >= from && row.age_years < to), stages) })));
  }

  function districtChart(stages, stock) {
    const names = [...new Set(stock.map((row) => row.district))];
    const rows = names.map((name) => ({ name, word: name || t("figures.nowhere"), show: hectares, parts: parts(stock.filter((row) => row.district === name), stages) }));
    return chart("district", rows.sort((a, b) => area(stock.filter((row) => row.district === b.name)) - area(stock.filter((row) => row.district === a.name))));
  }

  /** Yuan by what is established: the fee of every finding, and the price of land to be taken back. */
  function yuanChart(idle) {
    const money = (rows, column) => rows.reduce((sum, row) => sum + (row[column] || 0), 0);
    const bases = [["proven", { fill: "#882255", stroke: "#882255" }], ["conditional", { fill: "url(#hatch-idle)", stroke: "#882255" }]];
    const row = (name, some, column) => bases.map(([basis, look]) => ({ name: `${name}.${basis}`, word: `${t(`figures.${name}`)}·${t(`figures.${basis}`)}`, show: wan,
      parts: [{ name: basis, word: t(`basis.${basis}`), value: money(some.filter((one) => one.basis === basis), column), look }] }));
    return chart("yuan", [...row("fee", idle, "fee_fen"), ...row("reclaim", idle.filter((one) => one.outcome === "reclaim"), "price_fen")]);
  }

  /** The charts of what passes the filter and is in view. */
  function figures(data) {
    if (!lots.known()) return [];
    const rows = lots.view();
    const stages = data.legend.stages.filter((row) => row.is_stock).map((row) => row.stage);
    const stock = rows.lots.filter(lots.isStock);
    return [el("p", { class: "quiet" }, t("figures.note")), stageChart(data, rows), ageChart(stages, stock), districtChart(stages, stock), yuanChart(rows.idle)];
  }

  landgis.figures = figures;
})((window.landgis = window.landgis || {}));
