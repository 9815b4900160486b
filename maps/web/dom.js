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

  landgis.dom = { el, svg, swatch };
})((window.landgis = window.landgis || {}));
