// MVT: a Mapbox Vector Tile 2 as bytes in; its layers out, flat: no object stands for a feature.
"use strict";
(function (landgis) {
  const text = new TextDecoder();
  const SHORT = "a tile ends before what it says is in it";

  /** A cursor over protocol buffer fields. */
  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    varint() {
      const first = this.bytes[this.at++];
      if (first < 128) return first;
      let value = first & 127;
      for (let scale = 128; ; scale *= 128) {
        const byte = this.bytes[this.at++];
        value += (byte & 127) * scale;
        if (byte < 128) return value;
        if (byte === undefined) throw new RangeError(SHORT);
      }
    }

    signed() {
      const n = this.varint();
      return n % 2 ? -(n + 1) / 2 : n / 2;
    }

    /** A signed number of at most 32 bits, as geometry has them: half the work of `signed`. */
    step() {
      let byte = this.bytes[this.at++];
      let n = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = this.bytes[this.at++];
        n |= (byte & 127) << shift;
      }
      return (n >>> 1) ^ -(n & 1);
    }

    /** Where the part ends that a length stands before. */
    part() {
      const size = this.varint();
      if (this.at + size > this.bytes.length) throw new RangeError(SHORT);
      return this.at + size;
    }

    string() {
      const end = this.part();
      const found = text.decode(this.bytes.subarray(this.at, end));
      this.at = end;
      return found;
    }

    number(size) {
      const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, size);
      this.at += size;
      return size === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
    }

    skip(kind) {
      if (kind === 0) this.varint();
      else if (kind === 2) this.at = this.part();
      else this.at += kind === 1 ? 8 : 4;
    }

    /** Calls the handler of each field up to `end` by its number; what has none is passed over. */
    fields(end, handlers) {
      while (this.at < end) {
        const head = this.varint();
        const handler = handlers[head >> 3];
        if (handler) handler();
        else this.skip(head & 7);
      }
    }
  }

  /** One layer. Feature `i` has the rings `rings[i]` to `rings[i + 1]`, a ring its points likewise
   * by `points`; point `k` lies at `xy[2 * k]`, `xy[2 * k + 1]` in units of the tile. */
  class Layer {
    constructor(reader, end) {
      const parts = [];
      // No number takes less than a byte: so there is room for all.
      Object.assign(this, { reader, name: "", extent: 4096, keys: [], said: [], values: [], tags: [], points: [0], xy: new Int16Array(end - reader.at), used: 0 });
      const noted = (list) => () => { const last = reader.part(); list.push(reader.at, last); reader.at = last; };
      reader.fields(end, { 1: () => { this.name = reader.string(); }, 2: noted(parts), 3: () => this.keys.push(reader.string()), 4: noted(this.said), 5: () => { this.extent = reader.varint(); } });
      this.count = parts.length / 2;
      this.kind = new Uint8Array(this.count);
      this.tagged = new Uint32Array(this.count + 1);
      this.rings = new Uint32Array(this.count + 1);
      this.features(parts);
      this.xy = this.xy.slice(0, this.used);
    }

    features(parts) {
      const { reader, tags } = this;
      let i = 0;
      const handlers = {
        2: () => { const last = reader.part(); while (reader.at < last) tags.push(reader.varint()); },
        3: () => { this.kind[i] = reader.varint(); },
        4: () => this.geometry(reader.part()),
      };
      for (; i < this.count; i += 1) {
        reader.at = parts[2 * i];
        reader.fields(parts[2 * i + 1], handlers);
        this.tagged[i + 1] = tags.length;
        this.rings[i + 1] = this.points.length - 1;
      }
    }

    /** Commands up to `last`, as points of rings. */
    geometry(last) {
      const { reader, points, xy } = this;
      let used = this.used;
      let x = 0;
      let y = 0;
      while (reader.at < last) {
        const head = reader.varint();
        const command = head & 7;
        if (command === 7) continue;
        for (let left = head >> 3; left > 0; left -= 1) {
          if (command === 1 && used > this.used) points.push(used / 2);
          xy[used++] = x += reader.step();
          xy[used++] = y += reader.step();
        }
      }
      if (used > this.used) points.push(used / 2);
      this.used = used;
    }

    /** A value by its number; texts are decoded when somebody asks. */
    value(n) {
      const { reader } = this;
      if (!(n in this.values)) {
        const keep = (read) => () => { this.values[n] = read(); };
        const whole = keep(() => reader.varint());
        reader.at = this.said[2 * n];
        reader.fields(this.said[2 * n + 1], { 1: keep(() => reader.string()), 2: keep(() => reader.number(4)), 3: keep(() => reader.number(8)), 4: whole, 5: whole, 6: keep(() => reader.signed()), 7: keep(() => reader.varint() === 1) });
      }
      return this.values[n];
    }

    /** What a feature says for a key, or undefined. */
    get(i, key) {
      const number = this.keys.indexOf(key);
      for (let at = this.tagged[i]; at < this.tagged[i + 1]; at += 2)
        if (this.tags[at] === number) return this.value(this.tags[at + 1]);
      return undefined;
    }

    /** All that a feature says. */
    properties(i) {
      const found = {};
      for (let at = this.tagged[i]; at < this.tagged[i + 1]; at += 2) found[this.keys[this.tags[at]]] = this.value(this.tags[at + 1]);
      return found;
    }

    /** Whether a place in units of the tile lies within a feature: rays meet its edges oddly often. */
    holds(i, x, y) {
      const { xy, points } = this;
      let inside = false;
      for (let ring = this.rings[i]; ring < this.rings[i + 1]; ring += 1)
        for (let k = points[ring], j = points[ring + 1] - 1; k < points[ring + 1]; j = k, k += 1) {
          const [north, south] = [xy[2 * k + 1], xy[2 * j + 1]];
          if (north > y !== south > y && x < ((xy[2 * j] - xy[2 * k]) * (y - north)) / (south - north) + xy[2 * k]) inside = !inside;
        }
      return inside;
    }
  }

  /** The layers of a tile by name; throws a RangeError where it is broken off, so that none is half shown. */
  function decode(bytes) {
    const layers = {};
    const reader = new Reader(bytes);
    reader.fields(bytes.length, { 3: () => { const end = reader.part(); const found = new Layer(reader, end); layers[found.name] = found; reader.at = end; } });
    return layers;
  }

  landgis.mvt = { decode };
})((window.landgis = window.landgis || {}));
