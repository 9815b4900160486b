// Figures: small charts of what is in view, drawn as SVG with their numbers beside the bars.
"use strict";
(function (landgis) {
  const { t } = landgis.words;
  const { number, wan } = landgis.format;
  const { el, svg } = landgis.dom;
  const { lots } = landgis;
  const [WIDE, LINE] = [332, 22];
  /** Room for labels and for numbers, as long as the language makes them. */
  const sides = () => (landgis.words.lang() === "zh" ? [92, 90] : [124, 120]);
  const MOST = 21;

  const fill = (name) => landgis.looks.of(name).fillColor;
  const shade = (name) => ({ fill: fill(name), stroke: landgis.looks.of(name).color === "#ffffff" ? fill(name) : landgis.looks.of(name).color });

  /** A label that has room: a Chinese character takes twice what a letter does. */
  function short(word) {
    let room = MOST;
    const kept = [...word].filter((letter) => (room -= letter.charCodeAt(0) > 255 ? 2 : 1) >= 0).join("");
    return kept === word ? word : `${kept}…`;
  }

  /** One bar of parts `{name, value, look}` with its label on the left and its number on the right. */
  function bar(row, i, most) {
    const [left, right] = sides();
    const scale = most ? (WIDE - left - right) / most : 0;
    let x = left;
    const rects = row.parts.filter((part) => part.value > 0).map((part) => {
      const width = Math.max(1, part.value * scale);
      const rect = svg("rect", { x, y: i * LINE + 3, width, height: LINE - 8, "data-name": part.name, "data-value": part.value, ...part.look }, svg("title", {}, `${part.word} ${row.show(part.value)}`));
      x += width;
      return rect;
    });
    const total = row.parts.reduce((sum, part) => sum + part.value, 0);
    return svg("g", { "data-row": row.name, "data-value": total }, svg("text", { class: "name", x: left - 6, y: i * LINE + 15, "text-anchor": "end" }, short(row.word), svg("title", {}, row.word)),
      rects, svg("text", { class: "value", x: x + 5, y: i * LINE + 15 }, row.show(total)));
  }

  function chart(name, rows) {
    const most = Math.max(0, ...rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0)));
    const said = rows.map((row) => `${row.word} ${row.show(row.parts.reduce((sum, part) => sum + part.value, 0))}`).join(t("list.semicolon"));
    return el("figure", { "data-chart": name }, el("figcaption", {}, t(`figures.${name}`)),
      rows.length ? svg("svg", { viewBox: `0 0 ${WIDE} ${rows.length * LINE + 2}`, role: "img", "aria-label": `${t(`figures.${name}`)}${t("list.colon")}${said}` }, rows.map((row, i) => bar(row, i, most))) : el("p", { class: "quiet" }, t("figures.none")));
  }

  const hectares = (m2) => `${number(m2 / 1e4, 2)} ${t("unit.hectares")}`;
  const parts = (areas, stages) => stages.map((stage) => ({ name: stage, word: t(`stage.${stage}`), value: areas[stage] || 0, look: shade(stage) }));
  const total = (areas) => Object.values(areas).reduce((sum, value) => sum + value, 0);

  const stageChart = (every, seen) => chart("stage", every.map((stage) => ({ name: stage, word: t(`stage.${stage}`), show: hectares, parts: parts(seen.stages, [stage]) })));

  const ageChart = (stock, seen) => chart("age", seen.ages.map(({ age, stages }) => ({ name: age, word: t(`figures.age_${age.replace("-", "_")}`), show: hectares, parts: parts(stages, stock) })));

  function districtChart(stock, seen) {
    const rows = [...seen.districts].sort((a, b) => total(b.stages) - total(a.stages));
    return chart("district", rows.map(({ district, stages }) => ({ name: district, word: district || t("figures.nowhere"), show: hectares, parts: parts(stages, stock) })));
  }

  /** Yuan by what is established: the fee of every finding, and the price of land to be taken back. */
  function yuanChart(seen) {
    const bases = [["proven", { fill: "#882255", stroke: "#882255" }], ["conditional", { fill: "url(#hatch-idle)", stroke: "#882255" }]];
    const rows = (name) => bases.map(([basis, look]) => ({ name: `${name}.${basis}`, word: `${t(`figures.${name}`)}·${t(`figures.${basis}`)}`, show: wan,
      parts: [{ name: basis, word: t(`basis.${basis}`), value: Math.round((seen[name][basis].yuan || 0) * 100), look }] }));
    return chart("yuan", [...rows("fee"), ...rows("reclaim")]);
  }

  /** The charts of what passes the filter and is in view. */
  function figures(data) {
    if (!lots.known() && !lots.far()) return [];
    const seen = lots.summary();
    if (!seen) return [el("p", { class: "quiet" }, t("page.loading"))];
    const every = data.legend.stages.map((row) => row.stage);
    const stock = data.legend.stages.filter((row) => row.is_stock).map((row) => row.stage);
    return [el("p", { class: "quiet" }, t(lots.far() ? "figures.note_far" : "figures.note")), stageChart(every, seen), ageChart(stock, seen), districtChart(stock, seen), yuanChart(seen)];
  }

  landgis.figures = figures;
})((window.landgis = window.landgis || {}));
