// Card: everything known of one feature, in the panel: facts, clocks, findings, law, issues.
"use strict";
(function (landgis) {
  const { t, either } = landgis.words;
  const { money, day, show } = landgis.format;
  const { el } = landgis.dom;

  const block = (word, ...children) => el("section", {}, el("h3", {}, t(word)), children);

  function facts(word, rows) {
    if (!rows.length) return null;
    return block(word, el("dl", { class: "facts" }, rows.map(([name, kind, value]) =>
      el("div", { "data-field": name }, el("dt", {}, t(`field.${name}`)), el("dd", {}, show(kind, value))))));
  }

  /** The features that a conflict is between, each a way to its own card. */
  function sides(card, act) {
    if (!card.sides.length) return null;
    const way = (key) => el("li", {}, el("button", { type: "button", class: "plain", on: { click: () => act.choose(key, true) } }, `${t(`layer.${key.split(":")[0]}`)} ${key.slice(key.indexOf(":") + 1)}`));
    return block("card.sides", el("ul", { class: "ways" }, card.sides.map(way)));
  }

  /** The papers of a feature, the earliest first; what has a card is a way to it. */
  function papers(card, act) {
    if (!card.papers.length) return null;
    const way = (paper) => (paper.key && paper.key !== card.key ? el("button", { type: "button", class: "link", on: { click: () => act.choose(paper.key, true) } }, paper.no) : paper.no);
    const line = (paper) => el("li", { "data-kind": paper.kind }, el("span", { class: "quiet" }, paper.on || "–"), el("em", { class: "tag none" }, t(paper.kind)), el("span", {}, way(paper), paper.no && paper.name ? " " : "", either(paper.name)));
    return block("card.papers", el("ol", { class: "papers-of" }, card.papers.map(line)));
  }

  function article(label) {
    const quote = landgis.source.article(label);
    return el("blockquote", {}, el("p", {}, either(quote.text)),
      el("cite", {}, either(quote.citation), quote.verified ? null : el("em", { class: "tag none" }, t("card.unverified"))));
  }

  function finding(found) {
    return el("article", { class: `finding ${found.outcome}`, "data-outcome": found.outcome },
      el("h4", {}, el("em", { class: `tag ${found.outcome}` }, t(`outcome.${found.outcome}`)),
        found.basis ? el("span", { class: "basis" }, t(`basis.${found.basis}`)) : null,
        found.from_on ? el("span", { class: "quiet" }, t("card.from_on", { day: found.from_on })) : null),
      el("p", { class: "reason" }, either(found.reason)),
      found.fee_fen === null ? null : el("p", { class: "fee" }, `${t("card.fee")} `, money(found.fee_fen)),
      found.discretionary ? el("p", { class: "quiet" }, t("card.discretionary")) : null,
      found.blocked_by.length ? el("p", { class: "blocked" }, t("card.blocked") + t("list.colon") + found.blocked_by.map(either).join(t("list.semicolon"))) : null,
      found.article ? article(found.article) : null);
  }

  function findings(card) {
    if (card.kind !== "supplies") return null;
    const next = card.next ? el("p", { class: "next" }, el("b", {}, t("card.next")), " ",
      card.next.outcome ? t("card.next_text", { day: card.next.on, outcome: t(`outcome.${card.next.outcome}`) }) : t("card.next_none", { day: card.next.on })) : null;
    const law = card.articles.length ? el("details", {}, el("summary", {}, t("card.articles", { n: card.articles.length })), card.articles.map(article)) : null;
    return block("card.findings", card.findings.length ? card.findings.map(finding) : el("p", { class: "quiet" }, t("card.no_findings")), law, next);
  }

  function spells(word, rows, text) {
    if (!rows.length) return null;
    return block(word, el("ul", { class: "spells" }, rows.map((row) => el("li", {}, el("b", {}, day(row.from_on), row.until_on === undefined ? null : [" – ", row.until_on ? day(row.until_on) : t("card.open_end")]), " ", text(row)))));
  }

  const delay = (row) => [t(`cause.${row.cause}`), row.status ? el("em", { class: `tag ${row.status}` }, t(`delay.${row.status}`)) : null, row.moot ? el("em", { class: "tag none" }, t("card.moot")) : null, row.evidence ? el("span", { class: "quiet" }, ` ${row.evidence}`) : null].filter(Boolean);

  const amendment = (row) => [...["start_on", "completion_on"].filter((name) => row[name]).map((name) => t(`card.${name}`, { day: row[name] })), row.ground].filter(Boolean).join(t("list.comma"));

  function issues(rows) {
    if (!rows.length) return null;
    return block("card.issues", el("ul", { class: "issues" }, rows.map((issue) => el("li", {}, el("em", { class: `tag ${issue.severity}` }, t(`severity.${issue.severity}`)), " ", either(issue.message), el("span", { class: "quiet" }, ` ${either(issue.fix)}`)))));
  }

  /** How the record came to say this: every revision that changed the feature, when asked for. */
  function history(card) {
    if (!landgis.source.served() || card.kind === "conflicts") return null;
    const place = el("ol", { class: "spells past" }, el("li", { class: "quiet" }, t("page.loading")));
    const value = (kind, said) => (said === null ? "–" : show(kind, said));
    const cell = ([name, kind, before, after]) => el("div", { "data-field": name }, t(`field.${name}`), t("list.colon"), value(kind, before), " → ", value(kind, after));
    const line = (one) => el("li", {}, el("b", {}, t("past.revision", { n: one.rev, day: one.at.slice(0, 10) })), t(`past.${one.change}`),
      el("span", { class: "quiet" }, ` ${[one.source, one.author, one.reason].filter(Boolean).join(" · ")}`), one.cells.map(cell));
    const open = async (event) => {
      if (!event.target.open || place.dataset.read) return;
      place.dataset.read = "yes";
      try {
        place.replaceChildren(...(await landgis.source.fetched(landgis.source.address("past", { key: card.key }))).items.map(line));
      } catch (why) {
        delete place.dataset.read;
        place.replaceChildren(el("li", { class: "alarm" }, t("card.failed", { why: landgis.source.why(why) })));
      }
    };
    return el("section", {}, el("details", { id: "past", on: { toggle: open } }, el("summary", {}, t("past.title")), place));
  }

  /** The card into the basket, and the parcel as a file. */
  function takeaway(card) {
    if (card.kind === "conflicts") return null;
    const pick = el("label", {}, el("input", { type: "checkbox", id: "card-pick", checked: landgis.basket.has(card.key), on: { change: (event) => landgis.basket.toggle(card.key, event.target.checked) } }), t("card.pick"));
    return el("p", { class: "takeaway" }, pick, landgis.basket.links([card.key]));
  }

  const wayBack = (act) => el("button", { type: "button", class: "plain back", on: { click: act.back } }, `← ${t("card.back")}`);

  function head(card, act) {
    return el("header", {}, wayBack(act),
      card.bounds ? el("button", { type: "button", class: "plain", on: { click: () => act.zoom(card.bounds) } }, t("card.zoom")) : null,
      el("p", { class: "kind" }, t(`card.${card.kind}`), " ", card.kind === "conflicts" ? null : el("code", {}, card.id)),
      el("h2", { id: "card-title", tabindex: "-1" }, card.title || (card.kind === "conflicts" ? t(card.badges[0]) : t("card.unnamed"))),
      el("p", { class: "badges" }, card.kind === "conflicts" ? null : card.badges.map((key) => el("em", { class: `tag ${key.split(".")[1]}` }, t(key)))),
      card.bounds ? null : el("p", { class: "quiet" }, t("card.no_outline")), takeaway(card));
  }

  function body(card, act) {
    return [head(card, act), card.clock ? block("card.clock", landgis.timeline(card.clock)) : null, findings(card),
      facts("card.assessed", card.assessed), sides(card, act), facts("card.ledger", card.ledger), facts("card.facts", card.facts), facts("card.dates", card.dates), papers(card, act),
      spells("card.delays", card.delays, delay), spells("card.amendments", card.amendments, amendment),
      spells("card.holders", card.holders, (row) => row.text), issues(card.issues), history(card)].filter(Boolean);
  }

  function failed({ key, why }, act) {
    return [el("header", {}, wayBack(act), el("h2", { id: "card-title", tabindex: "-1" }, key.slice(key.indexOf(":") + 1))), el("p", { class: "alarm", role: "alert" }, t("card.failed", { why: landgis.source.why(why) })),
      el("button", { type: "button", class: "plain", id: "card-again", on: { click: () => act.choose(key) } }, t("page.again"))];
  }

  /** Opens and closes cards in the panel. `act` marks and zooms on the map. */
  function cards(act) {
    const place = document.getElementById("card");
    const rest = [document.getElementById("overview"), document.getElementById("themes")];
    /** What is open: its key, and its card or why there is none; both are missing while it is asked for. */
    let open = null;
    let returnTo = null;
    function swap(showCard) {
      place.hidden = !showCard;
      for (const node of rest) node.hidden = showCard;
      document.getElementById("panel").scrollTop = 0;
    }
    function back() {
      open = null;
      act.mark(null);
      landgis.permalink.note("card", null);
      swap(false);
      if (returnTo && returnTo.isConnected) returnTo.focus();
    }
    function draw() {
      if (open?.card) place.replaceChildren(...body(open.card, { ...act, back, choose }));
      if (open?.why) place.replaceChildren(...failed(open, { back, choose }));
    }
    async function choose(key, zoom) {
      if (!open) returnTo = document.activeElement;
      const mine = { key };
      open = mine;
      act.mark(key);
      await landgis.source.card(key).then((card) => { mine.card = card; }, (why) => { mine.why = why; });
      if (open !== mine) return; // another was chosen meanwhile, or none
      const { card } = mine;
      if (card?.outline) act.mark(key, card.outline);
      draw();
      swap(true);
      landgis.permalink.note("card", key);
      if (zoom && card?.bounds) act.zoom(card.bounds);
      place.querySelector("#card-title")?.focus({ preventScroll: true });
    }
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && open) back(); });
    landgis.words.listen(draw);
    return choose;
  }

  landgis.cards = cards;
})((window.landgis = window.landgis || {}));
