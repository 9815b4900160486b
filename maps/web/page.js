// Page: which parcels the table lists, page by page: of what the page carries, or of the server.
"use strict";
(function (landgis) {
  const { asked, far, lots, answers, source } = landgis;
  const SIZE = 100;
  const NAMES = { mu: "area_m2" };

  /** Rows by a column, upwards or down; what is empty comes last either way. */
  function sorted(rows, { by, down }) {
    const empty = (value) => value === null || value === undefined || value === "";
    const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh"));
    return [...rows].sort((one, two) => {
      const [a, b] = [one[by], two[by]];
      if (empty(a) || empty(b)) return empty(a) - empty(b);
      return down ? compare(b, a) : compare(a, b);
    });
  }

  /** Stock in view, or the stages that the filter names. */
  function near(state) {
    const rows = lots.view().lots.filter((row) => asked.of("stage") || lots.isStock(row));
    return { ...lots.sum(rows), rows: state.open ? sorted(rows, state).slice(0, SIZE * state.pages) : [], waiting: false };
  }

  const order = ({ by, down }) => `${down ? "-" : ""}${NAMES[by] || by}`;

  /** The first pages from the server, one after the other; what is not there yet is waited for. */
  function distant(state) {
    if (!far.box()) return null;
    const first = far.parcels({ bbox: far.box(), sort: order(state), limit: state.open ? SIZE : 1 });
    if (state.first !== first) Object.assign(state, { first, pages: 1 });
    const rows = [];
    let said = answers.ask(first, state.draw);
    if (!said) return state.shown && { ...state.shown, waiting: true };
    const { count, area_m2 } = said;
    for (let page = 1; said; page += 1) {
      rows.push(...said.items.map((item) => lots.read(item)));
      if (page >= state.pages || !said.next) break;
      said = answers.ask(source.address("parcels", { cursor: said.next }), state.draw);
    }
    state.shown = { count, area: lots.amount(area_m2), rows: state.open ? rows : [], waiting: !said };
    return state.shown;
  }

  const listed = (state) => (lots.far() ? distant(state) : near(state));

  /** One more page of the same list. */
  function more(state) {
    state.pages += 1;
    state.draw();
  }

  /** Everything that is listed as a file. */
  function file(state, f) {
    return far.parcels({ bbox: lots.box(), sort: order(state), f });
  }

  landgis.page = { listed, more, file };
})((window.landgis = window.landgis || {}));
