"use strict";
// The drawing of a lineage graph: zoom, search, levels, the way to the verdict, a map, and one model at a time.
// All of it is comfort: without it the page says the same. Strangers' text is only ever cloned as nodes or set as text.
const clamp = (low, value, high) => Math.max(low, Math.min(high, value));
const made = (name, attributes = {}, text = "") => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
};
const button = (words, run, label) => {
  const element = made("button", label ? { type: "button", "aria-label": label } : { type: "button" }, words);
  element.addEventListener("click", run);
  return element;
};
const MANY = 60; // models from which a drawing opens with its far levels folded
const OPENED = 40; // models that are shown then, as far as whole levels allow

class Drawing {
  constructor(area) {
    this.area = area;
    this.frame = area.querySelector(".frame");
    this.svg = area.querySelector(".graph");
    this.panel = area.querySelector(".panel");
    const { half, row, gap } = this.svg.dataset;
    Object.assign(this, { half: +half, row: +row, gap: +gap });
    this.whole = { w: this.svg.viewBox.baseVal.width, h: this.svg.viewBox.baseVal.height };
    this.full = { ...this.whole };
    this.boxes = new Map();
    for (const node of this.svg.querySelectorAll(".node")) {
      const { x, y, w, row, level } = node.dataset;
      const id = node.getAttribute("href").slice(1);
      this.boxes.set(id, { id, node, x: +x, y: +y, w: +w, row: +row, level: +level, home: { x: +x, y: +y }, shown: true, bases: [], made: [] });
    }
    const labels = this.svg.querySelectorAll(".what");
    this.bundles = [...this.svg.querySelectorAll(".bundle")].map((group, i) => {
      const lines = [...group.querySelectorAll(".edge")].map((path) => ({ path, curve: path.getAttribute("d"), from: this.boxes.get(path.dataset.from), to: this.boxes.get(path.dataset.to) }));
      const label = labels[i];
      for (const line of lines) { line.label = label; line.to.bases.push(line); line.from.made.push(line); }
      return { lines, label, hub: this.boxes.get(label.dataset.at) };
    });
    const target = this.svg.querySelector(".node.target") || this.svg.querySelector(".node");
    this.target = this.boxes.get(target.getAttribute("href").slice(1));
    this.frame.classList.add("live");
    this.tools();
    this.map();
    this.pointers();
    this.keys();
    this.rove(this.target);
    if (this.levels) this.fold(+this.levels.value);
    this.start();
    new ResizeObserver(() => this.show()).observe(this.frame);
  }

  all() { return [...this.boxes.values()]; }
  seen() { return this.all().filter((box) => box.shown); }
  boxOf(node) { return node && this.boxes.get(node.getAttribute("href").slice(1)); }

  // The view: the middle of what is seen, in drawing units, and pixels per unit.
  width() { return this.frame.clientWidth || 800; }
  height() { return parseFloat(this.svg.style.height); }

  start() {
    const width = this.width();
    const most = Math.min(window.innerHeight * (width < 640 ? 0.5 : 0.72), 672);
    this.svg.style.height = `${Math.round(clamp(180, Math.min(this.full.h, (this.full.h * width) / Math.min(this.full.w, width * 2)), most))}px`;
    this.fit();
    if (this.scale < 0.6) {
      this.scale = width < 640 ? 0.8 : 0.7;
      this.x = this.target.x;
      this.y = this.target.y - this.height() / this.scale / 2 + 90;
      this.show();
    }
  }

  fit() {
    this.scale = Math.min(1, this.width() / this.full.w, this.height() / this.full.h);
    this.x = this.full.w / 2;
    this.y = this.full.h / 2;
    this.show();
  }

  show() {
    const w = this.width() / this.scale;
    const h = this.height() / this.scale;
    this.x = clamp(Math.min(0, w / 2 - 80), this.x, Math.max(this.full.w, this.full.w - w / 2 + 80));
    this.y = clamp(Math.min(0, h / 2 - 80), this.y, Math.max(this.full.h, this.full.h - h / 2 + 80));
    this.svg.setAttribute("viewBox", `${this.x - w / 2} ${this.y - h / 2} ${w} ${h}`);
    this.mapped(w, h);
  }

  zoom(factor, clientX, clientY) {
    const box = this.svg.getBoundingClientRect();
    const dx = (clientX === undefined ? 0 : clientX - box.left - box.width / 2) / this.scale;
    const dy = (clientY === undefined ? 0 : clientY - box.top - box.height / 2) / this.scale;
    const next = clamp(0.04, this.scale * factor, 2.5);
    this.x += dx * (1 - this.scale / next);
    this.y += dy * (1 - this.scale / next);
    this.scale = next;
    this.frame.classList.add("zoomed");
    this.show();
  }

  tools() {
    const tools = made("div", { class: "tools" });
    if (this.boxes.size > 8) tools.append(this.search());
    if (this.boxes.size > MANY) tools.append(this.levelled());
    if (this.all().some((box) => !box.node.classList.contains("lit"))) {
      const only = button("Deciding path", () => {
        const on = this.svg.classList.toggle("focus");
        only.setAttribute("aria-pressed", on);
      });
      only.setAttribute("aria-pressed", "false");
      tools.append(only);
    }
    tools.append(
      button("+", () => this.zoom(1.35), "Zoom in"),
      button("−", () => this.zoom(1 / 1.35), "Zoom out"),
      button("Fit", () => { this.frame.classList.remove("zoomed"); this.fit(); }),
    );
    this.frame.before(tools);
  }

  search() {
    const field = made("input", { type: "search", autocomplete: "off", "aria-label": "Find a model in the graph", placeholder: "Find a model" });
    const told = made("span", { class: "fine", role: "status" });
    const names = new Map(this.all().map((box) => [box, box.node.querySelector("title").textContent.toLowerCase()]));
    let at = 0;
    let found = [];
    field.addEventListener("input", () => {
      const asked = field.value.trim().toLowerCase();
      found = asked ? this.all().filter((box) => names.get(box).includes(asked)) : [];
      for (const box of this.boxes.values()) box.node.classList.toggle("found", found.includes(box));
      told.textContent = asked ? `${found.length} found` : "";
      at = 0;
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && field.value) {
        field.value = "";
        field.dispatchEvent(new Event("input"));
        event.stopPropagation();
      }
      if (event.key !== "Enter" || !found.length) return;
      event.preventDefault();
      const box = found[at++ % found.length];
      if (!box.shown) this.unfold();
      this.choose(box);
    });
    const label = made("label");
    label.append(field, told);
    return label;
  }

  // Far levels are folded away; what the verdict rests on stays.
  levelled() {
    const deepest = Math.max(...this.all().map((box) => box.level));
    this.levels = made("select");
    const count = (level) => this.all().filter((box) => this.fits(box, level)).length;
    for (let level = 1; level < deepest; level += 1) this.levels.append(made("option", { value: level }, `${level} (${count(level)} models)`));
    this.levels.append(made("option", { value: deepest }, `all (${this.boxes.size} models)`));
    let opened = 1;
    while (opened + 1 < deepest && count(opened + 1) <= OPENED) opened += 1;
    this.levels.value = opened;
    this.levels.addEventListener("change", () => { this.fold(+this.levels.value); this.start(); });
    const label = made("label", {}, "Levels ");
    label.append(this.levels);
    return label;
  }

  fits(box, level) { return box.level <= level || box.node.classList.contains("lit"); }

  unfold() {
    this.levels.value = this.levels.lastChild.value;
    this.fold(Infinity);
    this.start();
  }

  fold(level) {
    for (const box of this.boxes.values()) box.shown = this.fits(box, level);
    const whole = this.seen().length === this.boxes.size;
    if (whole) for (const box of this.boxes.values()) Object.assign(box, box.home);
    else this.stack();
    this.full = whole ? { ...this.whole } : this.full;
    for (const box of this.boxes.values()) {
      box.node.setAttribute("display", box.shown ? "inline" : "none");
      box.node.setAttribute("transform", `translate(${box.x - box.home.x} ${box.y - box.home.y})`);
    }
    for (const bundle of this.bundles) {
      let some = false;
      for (const line of bundle.lines) {
        const on = line.from.shown && line.to.shown;
        some ||= on;
        line.path.setAttribute("display", on ? "inline" : "none");
        if (on) line.path.setAttribute("d", whole ? line.curve : this.curve(line));
      }
      bundle.label.setAttribute("display", some ? "inline" : "none");
      bundle.label.setAttribute("x", bundle.hub.x + +bundle.label.dataset.x);
      bundle.label.setAttribute("y", bundle.hub.y + +bundle.label.dataset.y);
    }
    this.mapNodes();
  }

  curve(line) {
    const { from, to } = line;
    const side = from.y < to.y ? this.half : -this.half;
    const middle = (from.y + to.y) / 2;
    const [start, end] = [this.port(from, from.made, line, "to"), this.port(to, to.bases, line, "from")];
    return `M${start} ${from.y + side}C${start} ${middle} ${end} ${middle} ${end} ${to.y - side}`;
  }

  // Lines leave a box side by side, in the order of where they go.
  port(box, lines, line, far) {
    const going = lines.filter((one) => one[far].shown).sort((a, b) => a[far].x - b[far].x);
    const step = Math.min(40, (box.w - 48) / Math.max(1, going.length - 1));
    return box.x + (going.indexOf(line) - (going.length - 1) / 2) * step;
  }

  // The rows as they were drawn, without the empty ones, in their order, each below what it was made of.
  stack() {
    const rows = new Map();
    for (const box of this.seen()) rows.set(box.row, [...(rows.get(box.row) || []), box]);
    const order = [...rows.keys()].sort((a, b) => a - b);
    order.forEach((row, i) => {
      const line = rows.get(row).sort((a, b) => a.home.x - b.home.x);
      const below = line.flatMap((box) => box.made.map((one) => one.to)).filter((box) => box.shown && box.row < row);
      const middle = below.length ? below.reduce((sum, box) => sum + box.x, 0) / below.length : 0;
      let x = middle - (line.reduce((sum, box) => sum + box.w + this.gap, 0) - this.gap) / 2;
      for (const box of line) { box.x = x + box.w / 2; x += box.w + this.gap; box.y = (order.length - 1 - i) * this.row + this.half + this.gap; }
    });
    const seen = this.seen();
    const left = Math.min(...seen.map((box) => box.x - box.w / 2)) - this.gap;
    for (const box of seen) box.x -= left;
    this.full = { w: Math.max(...seen.map((box) => box.x + box.w / 2)) + this.gap, h: (order.length - 1) * this.row + 2 * (this.half + this.gap) };
  }

  // Where the part that is seen lies in the whole; a pointer moves it, the keyboard has its arrows.
  map() {
    const part = (name, kind) => { const element = document.createElementNS("http://www.w3.org/2000/svg", name); element.setAttribute("class", kind); return element; };
    this.small = part("svg", "map");
    this.small.setAttribute("aria-hidden", "true");
    this.dots = part("path", "dots");
    this.lens = part("rect", "lens");
    this.small.append(this.dots, this.lens);
    const move = (event) => {
      const box = this.small.getBoundingClientRect();
      this.x = ((event.clientX - box.left) / box.width) * this.full.w;
      this.y = ((event.clientY - box.top) / box.height) * this.full.h;
      this.show();
    };
    this.small.addEventListener("pointerdown", (event) => { this.small.setPointerCapture(event.pointerId); move(event); });
    this.small.addEventListener("pointermove", (event) => { if (event.buttons) move(event); });
    this.frame.after(this.small);
    this.mapNodes();
  }

  mapNodes() {
    const { w, h } = this.full;
    this.small.setAttribute("viewBox", `0 0 ${w} ${h}`);
    const most = this.width() < 640 ? 100 : 180;
    const scale = Math.min(most / w, (most * 2) / 3 / h);
    this.small.setAttribute("width", Math.round(w * scale));
    this.small.setAttribute("height", Math.max(8, Math.round(h * scale)));
    this.dots.setAttribute("d", this.seen().map((box) => `M${box.x - box.w / 2} ${box.y - this.half}h${box.w}v${2 * this.half}h${-box.w}z`).join(""));
  }

  mapped(w, h) {
    const part = w < this.full.w * 0.98 || h < this.full.h * 0.98;
    this.small.classList.toggle("off", !part);
    for (const [name, value] of Object.entries({ x: this.x - w / 2, y: this.y - h / 2, width: w, height: h })) this.lens.setAttribute(name, value);
  }

  pointers() {
    const held = new Map();
    let moved = 0;
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved = 0;
    });
    this.frame.addEventListener("pointermove", (event) => {
      const last = held.get(event.pointerId);
      if (!last) return;
      const before = [...held.values()].map((p) => ({ ...p }));
      moved += Math.abs(event.clientX - last.x) + Math.abs(event.clientY - last.y);
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (held.size === 1) {
        if (moved <= 5) return;
        if (!this.frame.hasPointerCapture(event.pointerId)) this.frame.setPointerCapture(event.pointerId);
        this.frame.classList.add("dragging");
        this.x -= (event.clientX - last.x) / this.scale;
        this.y -= (event.clientY - last.y) / this.scale;
        this.show();
        return;
      }
      const after = [...held.values()];
      const gap = (pair) => Math.hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y) || 1;
      this.zoom(gap(after) / gap(before), (after[0].x + after[1].x) / 2, (after[0].y + after[1].y) / 2);
    });
    const end = (event) => { held.delete(event.pointerId); this.frame.classList.remove("dragging"); };
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) this.frame.addEventListener(name, end);
    this.frame.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls, as everywhere
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    }, { passive: false });
    this.frame.addEventListener("click", (event) => {
      const box = this.boxOf(event.target.closest(".node"));
      if (!box) return;
      event.preventDefault();
      if (moved <= 5) this.choose(box);
    });
    this.frame.addEventListener("dragstart", (event) => event.preventDefault());
  }

  keys() {
    this.area.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") { this.release(); return; }
      if (!this.frame.contains(event.target)) return;
      const box = this.boxOf(event.target.closest(".node"));
      const pan = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
      if (pan && box) this.go(this.neighbour(box, ...pan));
      else if (pan) { this.x += (pan[0] * 80) / this.scale; this.y += (pan[1] * 80) / this.scale; this.show(); }
      else if (event.key === "+" || event.key === "=") this.zoom(1.35);
      else if (event.key === "-") this.zoom(1 / 1.35);
      else if (event.key === "0") this.fit();
      else if (event.key === "Home") this.go(this.target);
      else return;
      event.preventDefault();
    });
    this.svg.addEventListener("focusin", (event) => {
      const node = event.target.closest(".node");
      if (node && node.matches(":focus-visible")) this.reveal(this.boxOf(node));
    });
  }

  // Up and down follow the edges; left and right stay in the row.
  neighbour(box, dx, dy) {
    const linked = new Set(dy < 0 ? box.bases.map((line) => line.from) : dy > 0 ? box.made.map((line) => line.to) : []);
    const near = this.seen().filter((other) => {
      if (other === box) return false;
      if (dx) return Math.abs(other.y - box.y) < 1 && (other.x - box.x) * dx > 1;
      return linked.size ? linked.has(other) : (other.y - box.y) * dy > 1;
    });
    const far = (other) => Math.hypot(other.x - box.x, other.y - box.y);
    return near.sort((a, b) => far(a) - far(b))[0] || box;
  }

  rove(box) { for (const other of this.boxes.values()) other.node.setAttribute("tabindex", other === box ? "0" : "-1"); }

  go(box) {
    this.rove(box);
    box.node.focus({ preventScroll: true });
    this.reveal(box);
  }

  reveal(box) {
    const w = this.width() / this.scale;
    const h = this.height() / this.scale;
    this.x = clamp(box.x - w / 2 + 120, this.x, box.x + w / 2 - 120);
    this.y = clamp(box.y - h / 2 + 60, this.y, box.y + h / 2 - 60);
    this.show();
  }

  choose(box) {
    this.rove(box);
    this.mark(box);
    const copy = document.getElementById(box.id).cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("[id]")]) one.removeAttribute("id");
    copy.removeAttribute("aria-labelledby");
    copy.removeAttribute("tabindex");
    this.panel.replaceChildren(copy, button("Close", () => this.release()));
    this.panel.hidden = false;
    this.area.classList.add("split");
    for (const a of copy.querySelectorAll("a[href^='#']")) {
      a.addEventListener("click", (event) => {
        const other = this.boxOf(a);
        if (!other) return;
        event.preventDefault();
        if (!other.shown) this.unfold();
        this.choose(other);
        this.go(other);
      });
    }
    this.reveal(box);
  }

  mark(box) {
    for (const one of this.svg.querySelectorAll(".on, .chosen")) one.classList.remove("on", "chosen");
    this.svg.classList.toggle("picked", Boolean(box));
    if (!box) return;
    box.node.classList.add("chosen");
    for (const [lines, end] of [["bases", "from"], ["made", "to"]]) {
      const seen = new Set([box]);
      for (const one of seen) {
        for (const line of one[lines]) {
          line.path.classList.add("on");
          line.label.classList.add("on");
          seen.add(line[end]);
        }
        if (one !== box) one.node.classList.add("on");
      }
    }
  }

  release() {
    if (this.panel.hidden) return;
    const had = this.panel.contains(document.activeElement) || document.activeElement === document.body;
    const last = this.svg.querySelector(".chosen");
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.area.classList.remove("split");
    this.mark(null);
    if (had && last) last.focus({ preventScroll: true });
  }

  print(on) {
    if (on) {
      this.before = this.levels && +this.levels.value;
      if (this.before) this.fold(Infinity);
      this.svg.setAttribute("viewBox", `0 0 ${this.full.w} ${this.full.h}`);
    } else {
      if (this.before) this.fold(this.before);
      this.show();
    }
  }
}
