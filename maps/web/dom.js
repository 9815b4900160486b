// DOM: elements built from text only, so that no name of a parcel can ever become markup.
"use strict";
(function (landgis) {
  const SVG = "http://www.w3.org/2000/svg";

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
      else if (name === "style") Object.assign(node.style, value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
    return node;
  }

  /** An HTML element; children are nodes or text, never markup. */
  const el = (tag, attributes, ...children) =>
    fill(document.createElement(tag), attributes, children.flat(Infinity));

  /** The same for SVG. */
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS(SVG, tag), attributes, children.flat(Infinity));

  /** A swatch as in the legend: colour, hatch and outline of a class of land. */
  function swatch(look) {
    return svg("svg", { class: "swatch", viewBox: "0 0 26 16", "aria-hidden": "true" },
      svg("rect", { x: 1, y: 1, width: 24, height: 14, rx: 1.5, fill: look.fillColor, "fill-opacity": look.fillOpacity,
        stroke: look.color, "stroke-width": look.weight, "stroke-dasharray": look.dashArray }));
  }

  /** The field in which somebody has typed what is not said yet, and the places that wait for it. */
  const hand = { field: null, waiting: new Map() };
  const TYPED = "input:not([type=checkbox], [type=radio], [type=range]), textarea";

  /** How a node is known again after its place was filled anew: by its id, or by what it stands for. */
  function trace(node) {
    if (node.id) return `#${CSS.escape(node.id)}`;
    const said = [...node.attributes].filter(({ name }) => name === "name" || name === "value" || name.startsWith("data-"));
    return said.length ? node.localName + said.map(({ name, value }) => `[${name}="${CSS.escape(value)}"]`).join("") : null;
  }

  /** Fills a place with the nodes that `make` gives. The focus stays on what it was on; a field in
   * which somebody types is not taken away: its place is filled when that is said. */
  function refill(place, make) {
    hand.waiting.delete(place);
    if (hand.field && place.contains(hand.field)) { hand.waiting.set(place, make); return; }
    const focused = document.activeElement;
    const again = place.contains(focused) ? trace(focused) : null;
    place.replaceChildren(...make().flat(Infinity).filter(Boolean));
    if (again) place.querySelector(again)?.focus();
  }

  document.addEventListener("input", ({ target }) => { if (target.matches(TYPED)) hand.field = target; });
  for (const said of ["change", "focusout"]) {
    document.addEventListener(said, () => { hand.field = null; }, true); // before who hears of it fills the place
    document.addEventListener(said, () => { for (const [place, make] of [...hand.waiting]) refill(place, make); });
  }

  landgis.dom = { el, svg, swatch, refill };
})((window.landgis = window.landgis || {}));
