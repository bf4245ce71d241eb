/* What the explorables share: a figure to live in, controls, pictures, and the sound of sound.js.

   A page that holds <figure class="explorable" data-explorable="NAME"> loads dsp.js, sound.js, this file and NAME.js,
   which calls Explorables.define("NAME", build). build(stage) adds views and controls and may set
     stage.update   after a control changed: say(words), compute
     stage.draw     paint the views, called at most once a frame and only while the figure can be seen
     stage.sound    (voice) => {follow, seconds, ended}: build the graph of the Play button; follow() after a change
     stage.repaint  the theme changed      stage.hide  the figure left the screen
   Values of the controls are in stage.values. Classic scripts without dependencies: they also run from a folder on
   disk. Nothing sounds or moves by itself. */
(function () {
  "use strict";
  if (window.Explorables.define) return;
  const { sound, Voice } = window.Explorables;

  const stages = [];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let serial = 0;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value !== undefined && value !== null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  /* Pictures -------------------------------------------------------------------------------------------------- */

  class View {
    constructor(stage, { height, phone, label }) {
      this.canvas = make("canvas", { role: "img", "aria-label": label });
      this.pen = this.canvas.getContext("2d");
      this.stage = stage;
      stage.screen.append(this.canvas);
      const fit = () => {
        const width = this.canvas.clientWidth;
        if (!width) return;
        const tall = width < 480 && phone ? phone : height;
        const ratio = window.devicePixelRatio || 1;
        this.canvas.style.height = `${tall}px`;
        if (this.width === width && this.height === tall && this.ratio === ratio) return;
        Object.assign(this, { width, height: tall, ratio });
        this.canvas.width = Math.round(width * ratio);
        this.canvas.height = Math.round(tall * ratio);
        stage.redraw();
      };
      new ResizeObserver(fit).observe(this.canvas);
      fit();
    }
    clear() {
      this.pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      this.pen.clearRect(0, 0, this.width, this.height);
      this.pen.lineJoin = "round";
    }
    text(words, x, y, { color = "muted", align = "left", base = "alphabetic", size = 12, bold = false } = {}) {
      const pen = this.pen;
      pen.font = `${bold ? "600 " : ""}${size}px ${this.stage.colors.font}`;
      pen.textAlign = align;
      pen.textBaseline = base;
      pen.fillStyle = this.stage.colors[color] || color;
      pen.fillText(words, x, y);
    }
    /* A pair of axes in a box {left, top, right, bottom} of margins or pixels; x and y are {min, max, log, ticks, name,
       show}. Names stand inside the picture's margins, horizontally, so that nobody has to turn the head. */
    axes({ left = 52, right = 8, top = 26, height = this.height - top - 34, x, y }) {
      const pen = this.pen;
      const width = this.width - left - right;
      const to = (axis, from, span) => {
        const f = axis.log ? Math.log : (v) => v;
        const [a, b] = [f(axis.min), f(axis.max)];
        const forth = (v) => from + ((f(v) - a) / (b - a)) * span;
        const back = (p) => {
          const v = a + ((p - from) / span) * (b - a);
          return Math.min(axis.max, Math.max(axis.min, axis.log ? Math.exp(v) : v));
        };
        return [forth, back];
      };
      const [X, xOf] = to(x, left, width);
      const [Y, yOf] = to(y, top + height, -height);
      pen.strokeStyle = this.stage.colors.grid;
      pen.lineWidth = 1;
      const show = (axis, v) => (axis.show ? axis.show(v) : v.toLocaleString("en"));
      for (const v of y.ticks || []) {
        pen.beginPath();
        pen.moveTo(left, Math.round(Y(v)) + 0.5);
        pen.lineTo(left + width, Math.round(Y(v)) + 0.5);
        pen.stroke();
        this.text(show(y, v).replace("-", "−"), left - 7, Y(v), { align: "right", base: "middle" });
      }
      let edge = -Infinity;
      for (const v of x.ticks || []) {
        const words = show(x, v).replace("-", "−");
        this.text("", 0, 0);
        const half = pen.measureText(words).width / 2;
        if (X(v) - half < edge || X(v) - half < left - 20) continue;
        edge = X(v) + half + 8;
        const align = X(v) + half > this.width ? "right" : "center";
        this.text(words, align === "right" ? this.width : X(v), top + height + 16, { align });
      }
      if (x.name) this.text(x.name, left + width, top + height + 31, { align: "right" });
      if (y.name) this.text(y.name, 2, top - 11);
      pen.strokeStyle = this.stage.colors.line;
      pen.beginPath();
      pen.moveTo(left, top + height + 0.5);
      pen.lineTo(left + width, top + height + 0.5);
      pen.stroke();
      return { X, Y, xOf, yOf, left, top, width, height, right: left + width, bottom: top + height };
    }
    clip(box, paint) {
      this.pen.save();
      this.pen.beginPath();
      this.pen.rect(box.left, box.top - 2, box.width + 2, box.height + 4);
      this.pen.clip();
      paint();
      this.pen.restore();
    }
    path(n, x, y, color, { width = 1.6, dash = [], alpha = 1, fill = null, base = 0 } = {}) {
      const pen = this.pen;
      pen.beginPath();
      for (let i = 0; i < n; i++) pen.lineTo(x(i), y(i));
      pen.globalAlpha = alpha;
      pen.setLineDash(dash);
      pen.lineWidth = width;
      pen.strokeStyle = this.stage.colors[color] || color;
      pen.stroke();
      pen.setLineDash([]);
      if (fill !== null) {
        pen.lineTo(x(n - 1), base);
        pen.lineTo(x(0), base);
        pen.globalAlpha = fill;
        pen.fillStyle = this.stage.colors[color] || color;
        pen.fill();
      }
      pen.globalAlpha = 1;
    }
    dot(x, y, color, radius = 4, ring = false) {
      const pen = this.pen;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fillStyle = this.stage.colors[color] || color;
      pen.fill();
      if (ring) {
        pen.lineWidth = 2;
        pen.strokeStyle = this.stage.colors.ground;
        pen.stroke();
      }
    }
    /* Lines of a legend, from the right end of the top margin to the left. */
    legend(entries, right = this.width - 8, y = 12) {
      for (const [color, words, dash] of [...entries].reverse()) {
        this.text(words, right, y, { align: "right" });
        right -= this.pen.measureText(words).width + 24;
        this.path(2, (i) => right + 2 + 16 * i, () => y - 4, color, { width: 2.5, dash: dash || [] });
        right -= 14;
      }
    }
    /* Follow a finger or the mouse: move(x, y, first), in pixels of the picture. */
    drag(move, { free = false } = {}) {
      const canvas = this.canvas;
      canvas.style.touchAction = free ? "none" : "pan-y";
      canvas.classList.add("explorable-drag");
      const at = (event, first) => {
        const box = canvas.getBoundingClientRect();
        move(event.clientX - box.left, event.clientY - box.top, first);
      };
      canvas.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        canvas.setPointerCapture(event.pointerId);
        at(event, true);
      });
      canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && at(event, false));
    }
  }

  /* The figure ------------------------------------------------------------------------------------------------- */

  class Stage {
    constructor(figure, name) {
      this.figure = figure;
      this.name = name;
      this.visible = true;
      this.frames = 0;
      this.views = [];
      this.values = {};
      this.screen = make("div", { class: "explorable-screen" });
      this.panel = make("div", { class: "explorable-controls" });
      this.live = make("p", { class: "explorable-live", role: "status", "aria-live": "polite" });
      this.root = make("div", { class: "explorable-stage" }, this.screen, this.live, this.panel);
      this.readColors();
    }
    readColors() {
      const style = getComputedStyle(this.figure);
      const names = "text muted line grid ground accent warm blue red green violet gold".split(" ");
      this.colors = { font: style.fontFamily || "sans-serif" };
      for (const name of names) this.colors[name] = style.getPropertyValue(`--x-${name}`).trim() || "#777d85";
      this.dark = style.colorScheme.includes("dark");
    }
    view(options) {
      const view = new View(this, options);
      this.views.push(view);
      return view;
    }
    /* Draw in the next frame, once, and only while it can be seen. */
    redraw() {
      this.stale = true;
      if (!this.visible || this.waiting || !this.draw) return;
      this.waiting = requestAnimationFrame((time) => {
        this.waiting = null;
        this.stale = false;
        this.frames += 1;
        this.views.filter((view) => view.width).forEach((view) => view.clear());
        if (this.views.every((view) => view.width)) this.draw(time);
      });
    }
    /* Call step(time) before every frame for as long as it returns true; four times a second where motion is unwanted. */
    animate(step) {
      let last = -Infinity;
      const frame = (time) => {
        if (this.moving !== frame || !this.visible) return;
        if (calm.matches && time - last < 250) return void requestAnimationFrame(frame);
        last = time;
        if (step(time) === false) this.moving = null;
        else requestAnimationFrame(frame);
        this.redraw();
      };
      this.moving = frame;
      requestAnimationFrame(frame);
    }
    /* The current values in words; screen readers are told when it changes. */
    say(words) {
      if (this.live.textContent !== words) this.live.textContent = words;
    }
    changed(name, value, set) {
      this.values[name] = value;
      if (set) set(value);
      if (!this.ready) return;
      if (this.update) this.update();
      if (this.voice && this.voice.follow) this.voice.follow();
      this.redraw();
    }
    group(control, wide) {
      this.panel.append(control);
      if (wide) control.classList.add("explorable-wide");
      return control;
    }
    /* A slider over min..max (log: in equal ratios) or over the members of a list. */
    slider(name, { label, value, min, max, step = 1, log = false, list = null, show = String, wide = false, set }) {
      const id = `explorable-${++serial}`;
      const position = (v) => (list ? list.indexOf(v) : log ? Math.round(100 * Math.log2(v / min)) : v);
      const meaning = (p) => {
        if (list) return list[p];
        if (!log) return p;
        return Math.min(max, Math.max(min, Math.round((min * 2 ** (p / 100)) / step) * step));
      };
      const [low, high] = list ? [0, list.length - 1] : log ? [0, Math.round(100 * Math.log2(max / min))] : [min, max];
      const input = make("input", { type: "range", id, min: low, max: high, step: list || log ? 1 : step, "data-name": name });
      const output = make("output", { for: id });
      const apply = (v) => {
        output.textContent = show(v);
        input.setAttribute("aria-valuetext", show(v));
        input.style.setProperty("--fill", `${(100 * (input.value - low)) / (high - low)}%`);
        this.changed(name, v, set);
      };
      input.addEventListener("input", () => apply(meaning(Number(input.value))));
      this.group(make("div", { class: "explorable-slider" }, make("label", { for: id }, label), output, input), wide);
      const put = (v) => {
        input.value = position(v);
        apply(v);
      };
      put(value);
      return { input, put };
    }
    toggle(name, { label, value = false, set }) {
      const input = make("input", { type: "checkbox", role: "switch", "data-name": name });
      input.checked = value;
      input.addEventListener("change", () => this.changed(name, input.checked, set));
      this.group(make("label", { class: "explorable-toggle" }, input, make("span", {}, label)));
      this.values[name] = value;
      return input;
    }
    choice(name, { label, options, value, wide = false, set }) {
      const id = `explorable-${++serial}`;
      const box = make("div", { class: "explorable-options" });
      for (const [key, words] of options) {
        const input = make("input", { type: "radio", name: id, value: key, "data-name": name });
        input.checked = key === value;
        input.addEventListener("change", () => this.changed(name, key, set));
        box.append(make("label", {}, input, make("span", {}, words)));
      }
      this.group(make("fieldset", { class: "explorable-choice" }, make("legend", {}, label), box), wide);
      this.values[name] = value;
    }
    button(label, press, attributes) {
      const button = make("button", { type: "button", class: "explorable-button", ...attributes }, label);
      button.addEventListener("click", () => press(button));
      this.buttons = this.buttons || this.group(make("div", { class: "explorable-buttons" }), true);
      this.buttons.append(button);
      return button;
    }
    /* The button that plays stage.sound(voice); sound may return {follow, seconds, ended}. */
    player(label = "Play") {
      const words = make("span", {}, label);
      const press = () => (this.voice ? this.voice.stop() : this.play());
      this.playButton = this.button("", press, { class: "explorable-button explorable-play", "aria-pressed": "false" });
      this.playButton.append(make("i", { "aria-hidden": "true" }), words);
      this.showPlaying = () => {
        words.textContent = this.voice ? "Stop" : label;
        this.playButton.setAttribute("aria-pressed", String(Boolean(this.voice)));
      };
    }
    play() {
      const context = sound.live();
      const voice = new Voice(context, () => {
        clearTimeout(voice.timer);
        if (this.voice === voice) this.voice = null;
        this.showPlaying();
        if (voice.over) voice.over();
        this.redraw();
      });
      sound.play(voice);
      this.voice = voice;
      const { follow, seconds, ended } = this.sound(voice) || {};
      Object.assign(voice, { follow, over: ended });
      if (seconds) voice.timer = setTimeout(() => voice.stop(), 1000 * (seconds + 0.1));
      this.showPlaying();
      this.redraw();
    }
    /* Seconds since the sound began, or null. */
    get time() {
      return this.voice ? Math.max(0, this.voice.context.currentTime - this.voice.start) : null;
    }
    /* The sound as numbers: the same graph, rendered without a loudspeaker. */
    render(seconds, sr) {
      const context = new OfflineAudioContext(1, Math.round(seconds * sr), sr);
      this.sound(new Voice(context));
      return context.startRendering().then((buffer) => buffer.getChannelData(0));
    }
    rest() {
      if (this.voice) this.voice.stop();
      this.moving = null;
      if (this.hide) this.hide();
    }
  }

  function mount(figure, name, build) {
    if (figure.explorable) return;
    const stage = new Stage(figure, name);
    figure.insertBefore(stage.root, figure.querySelector("figcaption"));
    figure.classList.add("explorable-mounted"); // the picture for readers without scripts gives way
    try {
      build(stage);
    } catch (error) {
      figure.classList.remove("explorable-mounted");
      stage.root.remove();
      throw error;
    }
    figure.explorable = stage;
    stages.push(stage);
    stage.ready = true;
    if (stage.update) stage.update();
    stage.redraw();
    new IntersectionObserver(([entry]) => {
      stage.visible = entry.isIntersecting;
      if (!stage.visible) stage.rest();
      else if (stage.stale) stage.redraw();
    }).observe(figure);
  }

  /* A figure is built when it comes near the screen, so that a page opens at once. */
  function define(name, build) {
    document.querySelectorAll(`figure[data-explorable="${name}"]`).forEach((figure) => {
      const near = new IntersectionObserver(
        ([entry]) => {
          if (!entry.isIntersecting) return;
          near.disconnect();
          mount(figure, name, build);
        },
        { rootMargin: "900px" }
      );
      near.observe(figure);
    });
  }

  const repaint = () =>
    requestAnimationFrame(() => stages.forEach((stage) => (stage.readColors(), stage.repaint && stage.repaint(), stage.redraw())));
  new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme", "class"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  document.addEventListener("visibilitychange", () => document.hidden && stages.forEach((stage) => stage.rest()));
  addEventListener("pagehide", () => stages.forEach((stage) => stage.rest()));

  /* The book's colour map of levels, from 0 (dark) to 1 (bright): [red, green, blue, alpha]. */
  const STOPS = "000004 140e36 3b0f70 641a80 8c2981 b73779 de4968 f7705c fe9f6d fecf92 fcfdbf".split(" ");
  const table = Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (STOPS.length - 1);
    const at = Math.min(STOPS.length - 2, Math.floor(place));
    const part = (stop, c) => parseInt(stop.slice(2 * c, 2 * c + 2), 16);
    return [...[0, 1, 2].map((c) => part(STOPS[at], c) + (place - at) * (part(STOPS[at + 1], c) - part(STOPS[at], c))), 255];
  });
  const magma = (v) => table[Math.round(255 * Math.min(1, Math.max(0, v)))];

  const number = (v, digits = 0) =>
    v.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
  Object.assign(window.Explorables, { define, stages, make, number, magma, calm });
})();
