// MVT: a Mapbox Vector Tile 2 as bytes in; its layers with properties and rings of points out.
"use strict";
(function (landgis) {
  const text = new TextDecoder();

  /** A cursor over protocol buffer fields. */
  class Reader {
    constructor(bytes, at = 0, end = bytes.length) {
      Object.assign(this, { bytes, at, end });
    }

    get more() { return this.at < this.end; }

    varint() {
      let [value, scale] = [0, 1];
      for (;;) {
        const byte = this.bytes[this.at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        scale *= 128;
      }
    }

    /** The part of the bytes that a length stands before. */
    part() {
      const size = this.varint();
      const from = this.at;
      this.at += size;
      return new Reader(this.bytes, from, this.at);
    }

    string() {
      const { at, end } = this.part();
      return text.decode(this.bytes.subarray(at, end));
    }

    number(size) {
      const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, size);
      this.at += size;
      return size === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
    }

    skip(kind) {
      if (kind === 0) this.varint();
      else if (kind === 2) this.part();
      else this.at += kind === 1 ? 8 : 4;
    }

    /** Calls the handler of each field by its number; what has none is passed over. */
    fields(handlers) {
      while (this.more) {
        const head = this.varint();
        const handler = handlers[head >> 3];
        if (handler) handler(this);
        else this.skip(head & 7);
      }
    }

    numbers() {
      const inner = this.part();
      const all = [];
      while (inner.more) all.push(inner.varint());
      return all;
    }
  }

  const zigzag = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);

  function value(reader) {
    let found = null;
    reader.part().fields({
      1: (r) => { found = r.string(); }, 2: (r) => { found = r.number(4); }, 3: (r) => { found = r.number(8); },
      4: (r) => { found = r.varint(); }, 5: (r) => { found = r.varint(); }, 6: (r) => { found = zigzag(r.varint()); }, 7: (r) => { found = r.varint() === 1; },
    });
    return found;
  }

  /** Commands of a geometry as lines of points `[x, y]` in units of the tile. */
  function lines(commands) {
    const found = [];
    let [x, y, i] = [0, 0, 0];
    while (i < commands.length) {
      const [command, count] = [commands[i] & 7, commands[i] >> 3];
      i += 1;
      if (command === 7) continue;
      for (let n = 0; n < count; n += 1, i += 2) {
        x += zigzag(commands[i]);
        y += zigzag(commands[i + 1]);
        if (command === 1) found.push([[x, y]]);
        else found.at(-1).push([x, y]);
      }
    }
    return found;
  }

  function feature(reader, keys, values) {
    let [tags, type, geometry] = [[], 0, []];
    reader.fields({ 2: (r) => { tags = r.numbers(); }, 3: (r) => { type = r.varint(); }, 4: (r) => { geometry = r.numbers(); } });
    const properties = {};
    for (let i = 0; i < tags.length; i += 2) properties[keys[tags[i]]] = values[tags[i + 1]];
    return { type, properties, lines: lines(geometry) };
  }

  function layer(reader) {
    const [keys, values, parts] = [[], [], []];
    let [name, extent] = ["", 4096];
    reader.fields({ 1: (r) => { name = r.string(); }, 2: (r) => parts.push(r.part()), 3: (r) => keys.push(r.string()), 4: (r) => values.push(value(r)), 5: (r) => { extent = r.varint(); } });
    return { name, extent, features: parts.map((part) => feature(part, keys, values)) };
  }

  /** The layers of a tile by name. */
  function decode(bytes) {
    const layers = {};
    new Reader(bytes).fields({ 3: (r) => { const found = layer(r.part()); layers[found.name] = found; } });
    return layers;
  }

  landgis.mvt = { decode };
})((window.landgis = window.landgis || {}));
