/* The playable confusion matrix (audiocls/playable.py): links become buttons, and a button opens its clips below the
   table. Without this script each link leads to a list that unfolds. */
(() => {
  "use strict";

  function element(name, properties, parent) {
    const made = Object.assign(document.createElement(name), properties);
    if (parent) parent.append(made);
    return made;
  }

  function mount(root, number) {
    const panel = element("section", { className: "panel", id: `playable-panel-${number}`, hidden: true });
    panel.setAttribute("aria-label", "Clips of the chosen cell");
    const bar = element("div", { className: "bar" }, panel);
    const title = element("p", {}, bar);
    title.setAttribute("role", "status");
    const playAll = element("button", { type: "button", textContent: "Play all" }, bar);
    const close = element("button", { type: "button", textContent: "Close" }, bar);
    root.querySelector(".matrix").after(panel);
    root.querySelector("p").append(" Arrow keys go from mistake to mistake, Enter opens one, Tab goes on to its clips.");

    let chosen = null, queue = [];
    const buttons = [...root.querySelectorAll("td a")].map((link) => {
      const button = element("button", { type: "button", textContent: link.textContent, tabIndex: -1 });
      button.setAttribute("aria-label", link.getAttribute("aria-label"));
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", panel.id);
      button.clips = document.getElementById(link.hash.slice(1));
      button.home = button.clips.parentElement;
      link.replaceWith(button);
      return button;
    });
    if (!buttons.length) return;
    buttons[0].tabIndex = 0;
    root.classList.add("live");

    const stop = () => {
      queue = [];
      for (const audio of root.querySelectorAll("audio")) audio.pause();
    };

    function show(button) {
      stop();
      if (chosen) {
        chosen.home.append(chosen.clips);
        chosen.setAttribute("aria-expanded", "false");
      }
      chosen = button === chosen ? null : button;
      panel.hidden = !chosen;
      title.textContent = "";
      if (!chosen) return;
      panel.append(chosen.clips);
      chosen.setAttribute("aria-expanded", "true");
      title.textContent = chosen.home.querySelector("summary").textContent;
      playAll.hidden = chosen.clips.children.length < 2;
    }

    function focus(button) {
      for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
      button.focus();
    }

    const place = (button) => [button.closest("tr").rowIndex, button.closest("td").cellIndex];

    /* The nearest mistake above or below: first by rows, then by columns. */
    function beyond(button, step) {
      const [row, column] = place(button);
      const far = (other) => {
        const [r, c] = place(other);
        return (r - row) * step > 0 ? (r - row) * step * 100 + Math.abs(c - column) : Infinity;
      };
      const best = buttons.reduce((a, b) => (far(b) < far(a) ? b : a));
      return far(best) < Infinity ? best : button;
    }

    root.querySelector("table").addEventListener("keydown", (event) => {
      const at = buttons.indexOf(event.target);
      if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = {
        ArrowRight: () => buttons[Math.min(at + 1, buttons.length - 1)],
        ArrowLeft: () => buttons[Math.max(at - 1, 0)],
        ArrowDown: () => beyond(event.target, 1),
        ArrowUp: () => beyond(event.target, -1),
        Home: () => buttons[0],
        End: () => buttons[buttons.length - 1],
      }[event.key];
      if (!target) return;
      event.preventDefault();
      focus(target());
    });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !chosen) return;
      const back = chosen;
      show(chosen);
      focus(back);
    });
    for (const button of buttons) {
      button.addEventListener("click", () => {
        focus(button);
        show(button);
      });
    }
    close.addEventListener("click", () => {
      const back = chosen;
      show(chosen);
      focus(back);
    });
    playAll.addEventListener("click", () => {
      stop();
      queue = [...chosen.clips.querySelectorAll("audio")];
      queue[0].currentTime = 0;
      queue[0].play();
    });

    /* Media events do not bubble, so they are caught on the way down. */
    root.addEventListener("play", ({ target }) => {
      for (const audio of root.querySelectorAll("audio")) if (audio !== target) audio.pause();
      const figure = target.closest("figure"), line = figure.querySelector(".seen");
      figure.classList.add("playing");
      (function follow() {
        line.style.setProperty("--now", `${(100 * target.currentTime) / (target.duration || 1)}%`);
        if (!target.paused) requestAnimationFrame(follow);
      })();
    }, true);
    root.addEventListener("pause", ({ target }) => target.closest("figure").classList.remove("playing"), true);
    root.addEventListener("ended", ({ target }) => {
      if (queue[0] !== target) return;
      queue.shift();
      if (queue.length) setTimeout(() => queue.length && queue[0].play(), 300);
    }, true);
    root.addEventListener("click", (event) => {
      const seen = event.target.closest(".seen");
      if (!seen) return;
      const audio = seen.closest("figure").querySelector("audio"), box = seen.getBoundingClientRect();
      audio.currentTime = ((event.clientX - box.left) / box.width) * (audio.duration || 0);
      audio.play();
    });
  }

  document.querySelectorAll(".playable").forEach(mount);
})();
