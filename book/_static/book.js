/* Two small comforts; every page works without them. */
(() => {
  // A figure or a formula that is wider than a phone is moved sideways. Make such a box reachable by keyboard.
  const mark = () => {
    for (const box of document.querySelectorAll('.bd-article .cell_output, .bd-article mjx-container[display="true"]')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", () => (mark(), window.MathJax?.startup?.promise?.then(mark)));
  addEventListener("resize", mark);

  // A browser's own player says 0:00 for a sound under a second: say how long it is.
  for (const audio of document.querySelectorAll("figure.player audio")) {
    const show = () => {
      if (audio.duration >= 1) return;
      const length = document.createElement("span");
      length.className = "player-length";
      length.textContent = ` ${Math.max(audio.duration, 0.01).toFixed(audio.duration < 0.1 ? 2 : 1)}\u00a0s`;
      audio.parentElement.querySelector("figcaption")?.append(length);
    };
    if (audio.readyState > 0) show();
    else audio.addEventListener("loadedmetadata", show, { once: true });
  }
})();
