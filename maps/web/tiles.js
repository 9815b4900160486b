// Tiles: the land of any date, drawn on canvas from the vector tiles of this server.
"use strict";
(function (landgis) {
  const SIZE = 512;
  const CIRCLE = 3;
  const hidden = new Set(["approved_not_acquired", "acquired_not_supplied", "supplied_not_used", "used", "released", "idle"]);
  const live = new Set();
  const patterns = new Map();
  let begin = () => {};

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

  function outline(feature, scale) {
    const path = new Path2D();
    for (const line of feature.lines) {
      line.forEach(([x, y], i) => (i ? path.lineTo(x * scale, y * scale) : path.moveTo(x * scale, y * scale)));
      path.closePath();
    }
    return path;
  }

  function land(context, { path, properties }) {
    const look = landgis.looks.of(properties.stage);
    if (!look) return;
    context.fillStyle = look.fillColor.startsWith("url(") ? hatch(context, properties.stage) : look.fillColor;
    context.strokeStyle = look.color;
    context.lineWidth = look.weight;
    context.globalAlpha = look.fillOpacity;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
    context.stroke(path);
  }

  function idle(context, { path }) {
    const { color, weight } = landgis.looks.of("idle");
    context.fillStyle = hatch(context, "idle");
    context.strokeStyle = color;
    context.lineWidth = weight;
    context.fill(path, "evenodd");
    context.stroke(path);
  }

  /** A cell of many parcels: a circle with their number. */
  function crowd(context, feature, scale) {
    const [x, y] = feature.lines[0][0].map((value) => value * scale);
    const { count } = feature.properties;
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

  /** Draws a decoded tile and gives what can be met on it, the topmost first. */
  function draw(canvas, layers) {
    const context = canvas.getContext("2d");
    const dense = window.devicePixelRatio || 1;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, SIZE, SIZE);
    const drawn = [];
    for (const [name, paint] of [["stock", land], ["supplies", idle]]) {
      const layer = layers[name];
      if (!layer || (name === "supplies" && hidden.has("idle"))) continue;
      const scale = SIZE / layer.extent;
      for (const feature of layer.features) {
        if (feature.type === 1) { crowd(context, feature, scale); continue; }
        if (hidden.has(feature.properties.stage)) continue;
        const shape = { path: outline(feature, scale), properties: feature.properties };
        paint(context, shape);
        drawn.unshift(shape);
      }
    }
    return drawn;
  }

  /** A layer of the tiles for some parameters. */
  const Layer = L.GridLayer.extend({
    initialize(parameters, options) {
      L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE, minZoom: 1, keepBuffer: 1, ...options });
      this.parameters = parameters;
      this.met = new Map();
      this.on("add", () => live.add(this)).on("remove", () => live.delete(this));
      this.on("tileunload", ({ coords: { x, y, z } }) => this.met.delete(`${z}/${x}/${y}`));
    },

    /** Paints what is there once more: another stage is to be seen. */
    repaint() {
      for (const tile of this.met.values()) tile.drawn = draw(tile.canvas, tile.layers);
    },

    createTile({ x, y, z }, done) {
      const dense = window.devicePixelRatio || 1;
      const canvas = Object.assign(document.createElement("canvas"), { width: SIZE * dense, height: SIZE * dense });
      const key = `${z}/${x}/${y}`;
      const url = landgis.source.address(`${z - 1}/${x}/${y}.pbf`, this.parameters, "tiles");
      fetch(url).then(async (answer) => {
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        const layers = landgis.mvt.decode(new Uint8Array(await answer.arrayBuffer()));
        this.met.set(key, { canvas, layers, drawn: draw(canvas, layers) });
        done(null, canvas);
      }).catch((why) => done(why, canvas));
      return canvas;
    },

    /** The properties of what is drawn at a place, or undefined. */
    at(latlng) {
      const z = this._tileZoom;
      const point = this._map.project(latlng, z);
      const tile = this.met.get(`${z}/${Math.floor(point.x / SIZE)}/${Math.floor(point.y / SIZE)}`);
      if (!tile) return undefined;
      const dense = window.devicePixelRatio || 1;
      const [x, y] = [(((point.x % SIZE) + SIZE) % SIZE) * dense, (((point.y % SIZE) + SIZE) % SIZE) * dense];
      const context = tile.canvas.getContext("2d");
      return tile.drawn.find(({ path }) => context.isPointInPath(path, x, y, "evenodd"))?.properties;
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
    begin = () => { landgis.asked.listen(again); again(); };
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

  /** Resolves when every tile that is wanted is drawn. */
  const settled = () => Promise.all([...live].map((one) => one.isLoading() && new Promise((done) => one.once("load", done))));

  landgis.tiles = { settled, layer, base, toggle, begin: () => begin() };
})((window.landgis = window.landgis || {}));
