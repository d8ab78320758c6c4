/* Whether answers were of use: kept in this browser, a question once, and taken away as a question file. */
(() => {
  const KEY = "bearing-qa-rated";

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
  }

  /* Read again before each change, so that two windows do not lose each other's. */
  function keep(change) {
    try { localStorage.setItem(KEY, JSON.stringify(change(read()))); } catch { /* the browser has no room */ }
    show();
  }

  /* A line as it is kept: right with what it cites, or to be judged by hand, with why. */
  function lineOf(rating, value, why) {
    const line = JSON.parse(rating.dataset.line);
    if (value === "useful") return line;
    return {question: line.question, rating: "useless", ...(why ? {note: why} : {})};
  }

  function rate(rating, value, why = "") {
    const line = lineOf(rating, value, why);
    keep((lines) => [...lines.filter((one) => one.question !== line.question), line]);
  }

  function show() {
    const frame = document.querySelector(".rated");
    if (!frame) return;
    const lines = read(), useless = lines.filter((line) => line.rating).length;
    frame.hidden = !lines.length;
    frame.firstElementChild.textContent = frame.dataset.counted
      .replace("{useful}", lines.length - useless).replace("{useless}", useless);
  }

  function save(name) {
    const text = read().map((line) => JSON.stringify(line) + "\n").join("");
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(new Blob([text], {type: "application/jsonl"})), download: `${name}.jsonl`});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-rate], button[data-rated]");
    if (!button) return;
    if (button.dataset.rated === "save") return save(button.closest(".rated").dataset.name);
    if (button.dataset.rated === "forget") return confirm(`${button.textContent}?`) && keep(() => []);
    const rating = button.closest(".rating"), why = rating.querySelector("input");
    rating.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    why.hidden = button.dataset.rate !== "useless";
    if (!why.hidden) why.focus();
    rate(rating, button.dataset.rate, why.hidden ? "" : why.value.trim());
  });

  document.addEventListener("input", (event) => {
    if (event.target.matches?.(".rating input")) rate(event.target.closest(".rating"), "useless", event.target.value.trim());
  });

  window.addEventListener("storage", show);
  window.bearingQA = {...window.bearingQA, showRated: show};
})();
