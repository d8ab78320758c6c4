/* What the page does without asking the server: leads from marks to cards and into the document, follows
   the outline, finds text, copies. Everything is delegated, since answers and documents are replaced. */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const reader = () => $(".reader:not([hidden])");
  const cited = (number, root = document) => all(`.document [data-cite~="${number}"]`, root);

  /* ---- places in the document ---- */

  function show(section) {
    all(".reader").forEach((other) => (other.hidden = other !== section));
    all(".which button").forEach((button) =>
      button.setAttribute("aria-pressed", button.dataset.show === section.dataset.reader));
  }

  let anchor = null;  /* where a link or a step led to, until the reader scrolls on */

  function scrollTo(element, leads) {
    anchor = element;
    const panel = element.closest(".document");
    const box = panel.getBoundingClientRect();
    panel.scrollTop += element.getBoundingClientRect().top - box.top - panel.clientHeight / 4;
    if (leads && (box.bottom < 80 || box.top > innerHeight - 80)) panel.closest(".reader").scrollIntoView();
  }

  function steps() {
    const numbers = new Set();
    all(".document [data-cite]", reader()).forEach((mark) =>
      mark.dataset.cite.split(" ").forEach((number) => numbers.add(number)));
    return [...numbers].sort((one, other) => one - other);
  }

  function goTo(number, leads = true) {
    const target = cited(number)[0];
    if (!target) return false;
    show(target.closest(".reader"));
    all(".document .current").forEach((mark) => mark.classList.remove("current"));
    cited(number).forEach((mark) => mark.classList.add("current"));
    reader().dataset.at = number;
    const known = steps();
    const counter = $(".cite-at", reader());
    if (counter) counter.textContent = `${known.indexOf(String(number)) + 1} / ${known.length}`;
    scrollTo(target, leads);
    follow(target.closest(".document"));
    if ($("dialog.original[open]")) openOriginal($("[data-do=open-original]", reader()));
    return true;
  }

  function step(by) {
    const known = steps();
    if (!known.length) return;
    const at = known.indexOf(reader().dataset.at);
    goTo(known[(at + by + known.length) % known.length]);
  }

  /* After an answer (leads: false) the document is set to its place, but the window stays at the answer. */
  function arrive(leads) {
    if (innerWidth < 1150) all(".outline").forEach((outline) => (outline.open = false));  /* it would fill a small window */
    if (reader()) goTo(reader().dataset.first, leads) || follow($(".document", reader()));
  }

  /* ---- the original's page: it follows the citations while it is open ---- */

  let asker = null;  /* what opened it, to which the keyboard goes back */

  function openOriginal(button) {
    if (!button) return closeOriginal();
    asker = button;
    const section = button.closest(".reader");
    const spans = JSON.parse(button.dataset.spans);
    const [start, end] = spans[section.dataset.at] ?? Object.values(spans)[0] ?? [0, 0];
    tell(button, "open-original", {doc: section.dataset.doc, start, end, page: ""});
  }

  function showOriginal() {
    const sheet = $("dialog.original .sheet");
    const mark = $("i", sheet);
    const move = () => {
      if (mark) sheet.scrollTop += mark.getBoundingClientRect().top - sheet.getBoundingClientRect().top - sheet.clientHeight / 3;
    };
    const picture = $("img", sheet);
    if (picture) picture.decode().then(move, move);
    if (!$("dialog.original").contains(document.activeElement)) $("[data-do=close-original]").focus();
  }

  function closeOriginal() {
    $("dialog.original")?.remove();
    if (asker?.isConnected) asker.focus();
  }

  function light(number, isOn) {
    all(`[data-cite~="${number}"]`).forEach((mark) => mark.classList.toggle("lit", isOn));
  }

  /* ---- the outline follows the text ---- */

  function follow(panel) {
    const links = all(".outline a", panel.closest(".reader"));
    const edge = anchor && panel.contains(anchor)
      ? anchor.getBoundingClientRect().top + 1 : panel.getBoundingClientRect().top + 24;
    const passed = links.filter((link) =>
      document.getElementById(link.hash.slice(1)).getBoundingClientRect().top <= edge);
    const here = passed.at(-1);
    links.forEach((link) => link.toggleAttribute("aria-current", link === here));
    if (!here) return;
    const list = here.closest("nav");
    const offset = here.getBoundingClientRect().top - list.getBoundingClientRect().top;
    if (offset < 0 || offset > list.clientHeight - 30) list.scrollTop += offset - list.clientHeight / 3;
  }

  /* ---- find in the document: ranges are painted, the text stays as it is ---- */

  let found = [], at = -1;

  function find(words) {
    found = []; at = -1;
    const wanted = words.trim().toLowerCase();
    if (wanted) {
      const nodes = [], walker = document.createTreeWalker($(".document", reader()), NodeFilter.SHOW_TEXT);
      let whole = "";
      while (walker.nextNode()) {
        nodes.push([whole.length, walker.currentNode]);
        whole += walker.currentNode.data.toLowerCase();
      }
      const place = (offset) => {
        const [start, node] = nodes.findLast(([start]) => start <= offset);
        return [node, Math.min(offset - start, node.data.length)];
      };
      for (let start = whole.indexOf(wanted); start >= 0; start = whole.indexOf(wanted, start + wanted.length)) {
        const range = new Range();
        range.setStart(...place(start));
        const [node, last] = place(start + wanted.length - 1);
        range.setEnd(node, last + 1);
        found.push(range);
      }
    }
    CSS.highlights.set("found", new Highlight(...found));
    move(1);
  }

  function move(by) {
    at = found.length ? (at + by + found.length) % found.length : -1;
    CSS.highlights.set("found-now", new Highlight(...found.slice(at, at + 1)));
    const typed = $(".find input", reader()).value.trim();
    $(".find-at", reader()).textContent = typed ? `${at + 1} / ${found.length}` : "";
    if (at >= 0) {
      const panel = $(".document", reader());
      panel.scrollTop += found[at].getBoundingClientRect().top
        - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    }
  }

  /* ---- copying ---- */

  async function copy(button) {
    const link = button.dataset.copyLink;
    const words = link ? location.origin + location.pathname + link : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(words);
    } catch {  /* only https and localhost have a clipboard */
      const area = Object.assign(document.createElement("textarea"), {value: words});
      document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 1500);
  }

  /* ---- events ---- */

  const tell = (from, name, detail) => from.dispatchEvent(new CustomEvent(name, {detail, bubbles: true}));

  const actions = {
    "previous-citation": () => step(-1), "next-citation": () => step(1),
    "find-previous": () => move(-1), "find-next": () => move(1),
    "open-original": openOriginal, "close-original": closeOriginal,
    "turn-original": (button) => tell(button, "open-original", {...button.dataset}),
  };

  function follows(link, event) {
    event.preventDefault();
    if (link.dataset.cite && goTo(link.dataset.cite)) {
      const card = document.getElementById(`citation-${link.dataset.cite}`);
      if (card && link.closest(".answer")) { card.focus({preventScroll: true}); card.scrollIntoView({block: "nearest"}); }
      return;
    }
    tell(link, "open-place", Object.fromEntries(new URLSearchParams(link.getAttribute("href").slice(1))));
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a.mark, a.open");
    if (link) return follows(link, event);
    const heading = event.target.closest(".outline a");
    if (heading) {
      event.preventDefault();
      const target = document.getElementById(heading.hash.slice(1)), panel = target.closest(".document");
      anchor = target;
      panel.scrollTop += target.getBoundingClientRect().top - panel.getBoundingClientRect().top - 12;
      return follow(panel);
    }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.do) actions[button.dataset.do](button);
    if (button.dataset.copyLink || button.dataset.copy) copy(button);
    if (button.dataset.show) { show($(`.reader[data-reader="${button.dataset.show}"]`)); arrive(false); }
    if (button.dataset.ask) tell(button, "ask-again", {question: button.dataset.ask});
    if (button.dataset.forget) tell(button, "forget", {});
    if (button.dataset.restore) tell(button, "restore", {entry: button.dataset.restore});
  });

  for (const [name, isOn] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]])
    document.addEventListener(name, (event) => {
      const mark = event.target.closest?.("a.mark[data-cite]");
      if (mark) light(mark.dataset.cite, isOn);
    });

  document.addEventListener("scroll", (event) => {
    if (event.target.classList?.contains("document")) requestAnimationFrame(() => follow(event.target));
  }, true);

  for (const name of ["wheel", "touchmove", "pointerdown", "keydown"])
    document.addEventListener(name, (event) => {
      if (event.target.closest?.(".document")) anchor = null;
    }, {passive: true});

  document.addEventListener("input", (event) => {
    if (event.target.matches(".find input")) find(event.target.value);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && $("dialog.original")) closeOriginal();
    else if (event.target.matches(".find input") && event.key === "Enter") {
      event.preventDefault();
      move(event.shiftKey ? -1 : 1);
    } else if (event.key === "/" && !event.target.matches("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      $("#question textarea, #question input")?.focus();
    }
  });

  /* ---- moments come in UTC and are written in the browser's own time ---- */

  function localTimes() {
    for (const time of all("time[datetime]:not([data-local])")) {
      time.dataset.local = "";
      time.textContent = new Date(time.dateTime).toLocaleString(undefined, {dateStyle: "medium", timeStyle: "short"});
    }
  }

  /* Whether what a button says is wanted indeed. */
  const asks = (button, words = "") => confirm(`${words}\n\n${$(button).textContent.trim()}?`.trim());

  window.bearingQA = {...window.bearingQA, arrive, showOriginal, localTimes, asks};
})();
