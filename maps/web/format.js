// Numbers, money and dates as people read them. Nothing is computed here but the unit shown.
"use strict";
(function (landgis) {
  const { t, either, lang } = landgis.words;
  const { el } = landgis.dom;

  const formats = new Map();

  /** How numbers with so many digits after the point are written; made once, for making it is dear. */
  function format(digits) {
    if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative" }));
    return formats.get(digits);
  }

  /** A number with its thousands apart; what rounds to nothing has no sign. */
  const number = (value, digits = 0) => format(digits).format(value);

  /** The same with its sign, of a difference. */
  function signed(value, digits) {
    const said = number(Math.abs(value), digits);
    return /[1-9]/.test(said) ? `${value < 0 ? "−" : "+"}${said}` : said;
  }

  /** `12.34 公顷 (185.10 亩)`, with the square metres as a title. */
  function area(value) {
    return el("span", { class: "amount", title: `${number(value.m2, 2)} ${t("unit.m2")}`, "data-m2": value.m2 },
      `${number(value.hectares, 2)} ${t("unit.hectares")}`,
      el("small", {}, ` ${number(value.mu, 2)} ${t("unit.mu")}`));
  }

  /** Ten thousands of yuan for a Chinese reader, millions for an English one. */
  const wan = (fen) => `${number(fen / (lang() === "zh" ? 1e6 : 1e8), 2)} ${t("unit.wan")}`;

  /** `1,234,567.00 元` and the same in 万元; `fen` is an integer. */
  function money(fen) {
    return el("span", { class: "amount", "data-fen": fen }, `${number(fen / 100, 2)} ${t("unit.yuan")}`,
      el("small", {}, ` ${wan(fen)}`));
  }

  const day = (iso) => el("time", { datetime: iso }, iso);

  const SHOW = {
    text: (value) => either(value),
    day,
    area,
    money,
    number: (value) => number(value),
    days: (value) => t("unit.days", { n: number(value) }),
    term_years: (value) => t("unit.term_years", { n: number(value) }),
    years: (value) => t("unit.years", { n: number(value) }),
    flag: (value) => t(value ? "unit.yes" : "unit.no"),
    term: (value) => t(value),
    terms: (value) => value.map((key) => t(key)).join(t("list.comma")),
  };

  /** A value of the kind that the core says it is. */
  const show = (kind, value) => SHOW[kind](value);

  landgis.format = { number, signed, area, money, wan, day, show };
})((window.landgis = window.landgis || {}));
