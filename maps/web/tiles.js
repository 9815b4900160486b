// Tiles: the land of any date, drawn on canvas from the vector tiles of this server.
"use strict";
(function (landgis) {
  const SIZE = 512;
  const CIRCLE = 3;
  const LAYERS = ["stock", "supplies"];
  /** So many outlines are drawn as one path: single ones cost more, and so do those of a whole tile. */
  const TOGETHER = 8;
  /** Land that is no wider and no higher, in pixels, is filled without border and hatch: they would hide it. */
  const SMALL = 8;
  /** How much of what lies below is hidden by small land that has a hatch when it is larger. */
  const SPECK_OPACITY = 0.75;
  const hidden = new Set(["approved_not_acquired", "acquired_not_supplied", "supplied_not_used", "used", "released", "idle"]);
  const live = new Set();
  const patterns = new Map();
  let [begin, follow] = [() => {}, () => {}];

  /** What the legend draws by a pattern, on a square that is repeated: size, turn, and how. */
  const PATTERNS = {
    idle: [7, 45, (pen, { color }) => { pen.fillStyle = color; pen.globalAlpha = 0.3; pen.fillRect(0, 0, 7, 7); pen.globalAlpha = 1; pen.fillRect(0, 0, 2.6, 7); }],
    released: [6, 0, (pen, { color }) => { pen.fillStyle = "rgb(255 255 255 / .5)"; pen.fillRect(0, 0, 6, 6); pen.fillStyle = color; pen.beginPath(); pen.arc(3, 3, 1.1, 0, 2 * Math.PI); pen.fill(); }],
  };

  /** The pattern of a class of land for a canvas, as the legend has it. */
  function hatch(context, name) {
    if (!patterns.has(name)) {
      const [size, turn, draw] = PATTERNS[name];
      const fine = 4;
      const tile = Object.assign(document.createElement("canvas"), { width: size * fine, height: size * fine });
      const pen = tile.getContext("2d");
      pen.scale(fine, fine);
      draw(pen, landgis.looks.of(name));
      const made = context.createPattern(tile, "repeat");
      made.setTransform(new DOMMatrix().rotate(turn).scale(1 / fine));
      patterns.set(name, made);
    }
    return patterns.get(name);
  }

  /** Begins the path of some features. */
  function outline(context, { xy, points, rings, extent }, features) {
    const scale = SIZE / extent;
    context.beginPath();
    for (const i of features)
      for (let ring = rings[i]; ring < rings[i + 1]; ring += 1) {
        const end = 2 * points[ring + 1];
        let at = 2 * points[ring];
        context.moveTo(xy[at] * scale, xy[at + 1] * scale);
        for (at += 2; at < end; at += 2) context.lineTo(xy[at] * scale, xy[at + 1] * scale);
        context.closePath();
      }
  }

  /** Whether an outline is too small for a border; its first ring is its outermost. */
  function small({ xy, points, rings, extent }, i) {
    const reach = (SMALL * extent) / SIZE;
    const [from, to] = [2 * points[rings[i]], 2 * points[rings[i] + 1]];
    for (let at = from + 2; at < to; at += 2)
      if (Math.abs(xy[at] - xy[from]) > reach || Math.abs(xy[at + 1] - xy[from + 1]) > reach) return false;
    return rings[i + 1] === rings[i] + 1;
  }

  const hatched = (look) => look.fillColor.startsWith("url(");

  /** Fills the path of small land in the one colour of its class. */
  function speck(context, name) {
    const look = landgis.looks.of(name);
    context.fillStyle = hatched(look) ? look.color : look.fillColor;
    context.globalAlpha = hatched(look) ? SPECK_OPACITY : look.fillOpacity;
    context.fill();
    context.globalAlpha = 1;
  }

  /** Fills and strokes the path as a class of land looks; holes run the other way round. */
  function land(context, name) {
    const look = landgis.looks.of(name);
    context.fillStyle = hatched(look) ? hatch(context, name) : look.fillColor;
    context.strokeStyle = look.color;
    context.lineWidth = look.weight;
    context.globalAlpha = look.fillOpacity;
    context.fill();
    context.globalAlpha = 1;
    context.stroke();
  }

  /** A cell of many parcels: a circle with their number. */
  function crowd(context, layer, i) {
    const [x, y] = [0, 1].map((turn) => (layer.xy[2 * layer.points[layer.rings[i]] + turn] * SIZE) / layer.extent);
    const count = layer.get(i, "count");
    const radius = CIRCLE + 3 * Math.sqrt(Math.log2(count + 1));
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = landgis.looks.of("idle").color;
    context.fill();
    context.strokeStyle = "#fff";
    context.stroke();
    if (radius < 9) return;
    context.fillStyle = "#fff";
    context.font = "10px sans-serif";
    context.textAlign = "center";
    context.fillText(String(count), x, y + 3.5);
  }

  /** The class of land that a feature is drawn as. */
  const classed = (layer, i) => (layer.name === "supplies" ? "idle" : layer.get(i, "stage"));

  /** The outlines of a layer that are seen, by their class of land. */
  function seen(layer) {
    const classes = new Map();
    for (let i = 0; i < layer.count; i += 1) {
      const name = classed(layer, i);
      if (layer.kind[i] === 1 || hidden.has(name) || !landgis.looks.of(name)) continue;
      if (!classes.has(name)) classes.set(name, []);
      classes.get(name).push(i);
    }
    return classes;
  }

  /** Draws a decoded tile. */
  function draw(canvas, layers) {
    const context = canvas.getContext("2d");
    const dense = window.devicePixelRatio || 1;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, SIZE, SIZE);
    for (const layer of LAYERS.map((name) => layers[name]).filter(Boolean)) {
      for (const [name, features] of seen(layer)) {
        const specks = features.filter((i) => small(layer, i));
        const rest = features.filter((i) => !small(layer, i));
        for (const [some, paint] of [[specks, speck], [rest, land]])
          for (let from = 0; from < some.length; from += TOGETHER) {
            outline(context, layer, some.slice(from, from + TOGETHER));
            paint(context, name);
          }
      }
      if (layer.name === "supplies" && hidden.has("idle")) continue;
      for (let i = 0; i < layer.count; i += 1) if (layer.kind[i] === 1) crowd(context, layer, i);
    }
  }

  /** What a feature says that is drawn at a place (in shares of the tile), the topmost; or undefined. */
  function met(layers, x, y) {
    for (const layer of LAYERS.map((name) => layers[name]).filter(Boolean).reverse())
      for (const features of [...seen(layer).values()].reverse()) {
        const found = features.findLast((i) => layer.holds(i, x * layer.extent, y * layer.extent));
        if (found !== undefined) return layer.properties(found);
      }
    return undefined;
  }

  /** A layer of the tiles for some parameters. */
  const Layer = L.GridLayer.extend({
    initialize(parameters, options) {
      L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE, minZoom: 1, keepBuffer: 1, ...options });
      this.parameters = parameters;
      this.met = new Map();
      const again = () => { if (live.has(this)) this.redraw(); };
      this.on("tileerror", ({ error }) => { if (live.has(this)) landgis.alarm(error, again); });
      this.on("add", () => live.add(this)).on("remove", () => live.delete(this));
      this.on("tileunload", ({ coords: { x, y, z } }) => this.met.delete(`${z}/${x}/${y}`));
    },

    /** Paints what is there once more: another stage is to be seen. */
    repaint() {
      for (const tile of this.met.values()) draw(tile.canvas, tile.layers);
    },

    createTile({ x, y, z }, done) {
      const dense = window.devicePixelRatio || 1;
      const canvas = Object.assign(document.createElement("canvas"), { width: SIZE * dense, height: SIZE * dense });
      const key = `${z}/${x}/${y}`;
      const url = landgis.source.address(`${z - 1}/${x}/${y}.pbf`, this.parameters, "tiles");
      landgis.source.bytes(url).then((said) => {
        const layers = landgis.mvt.decode(said);
        this.met.set(key, { canvas, layers });
        draw(canvas, layers);
        done(null, canvas);
      }).catch((why) => done(why, canvas));
      return canvas;
    },

    /** The properties of what is drawn at a place, or undefined. */
    at(latlng) {
      const z = this._tileZoom;
      const point = this._map.project(latlng, z);
      const tile = this.met.get(`${z}/${Math.floor(point.x / SIZE)}/${Math.floor(point.y / SIZE)}`);
      const share = (value) => value / SIZE - Math.floor(value / SIZE);
      return tile && met(tile.layers, share(point.x), share(point.y));
    },
  });

  /** A layer for a date, with the filter of the page. */
  const layer = (on, options) => new Layer({ ...landgis.asked.served(), on }, options);

  /** The land of a large city below everything else: empty groups stand for its stages. */
  function base(map, data, choose) {
    let now = null;
    const again = () => {
      const before = now;
      now = layer(data.on, { pane: "stock" }).addTo(map);
      now.once("load", () => before?.remove());
    };
    // Not before the address has said which view and filter are wanted: no tile is drawn in vain.
    [begin, follow] = [again, () => landgis.asked.listen(again)];
    const tip = L.tooltip({ className: "hint", direction: "top", offset: [0, -6] });
    map.on("mousemove", ({ latlng }) => {
      const met = now?.at(latlng);
      map.getContainer().classList.toggle("pointing", Boolean(met?.key));
      if (met?.stage || met?.standing) tip.setLatLng(latlng).setContent(landgis.chart.hint({ properties: met })).openOn(map);
      else tip.close();
    });
    map.on("mouseout", () => tip.close());
    map.on("click", ({ latlng }) => { const met = now?.at(latlng); if (met?.key) choose(met.key); });
    return Object.fromEntries([...data.legend.stages.map((row) => row.stage), "idle"].map((name) => [name, L.layerGroup()]));
  }

  /** Shows or hides a class of land on every map, as the legend has it. */
  function toggle(name, on) {
    if (on) hidden.delete(name); else hidden.add(name);
    for (const one of live) one.repaint();
  }

  /** Resolves when every tile that is wanted is drawn; that its place has another size a map hears a frame later. */
  async function settled() {
    for (let frames = 2; frames > 0; frames -= 1) {
      await new Promise(requestAnimationFrame);
      await Promise.all([...live].map((one) => one.isLoading() && new Promise((done) => one.once("load", done))));
    }
  }

  landgis.tiles = { settled, layer, base, toggle, begin: () => begin(), follow: () => follow() };
})((window.landgis = window.landgis || {}));
