/* What the user collects: kept in this browser, in the user's order, with notes; the same in all of its tabs. */
(() => {
  const KEY = "bearing-qa-clippings";
  const frame = () => document.querySelector("#clippings .clippings");
  let drawn = [];  /* the items as the cards show them: another tab may have changed what is kept */
  let removed = null;  /* [place, item] of what was removed last, until something else is done */

  const isQuotation = (one) => typeof one?.doc === "string" && typeof one.text === "string";
  const isItem = (item) => Array.isArray(item?.quotations) && item.quotations.every(isQuotation);

  function read() {
    try { return JSON.parse(localStorage.getItem(KEY)).filter(isItem); } catch { return []; }
  }

  /* Whether the items were kept: a browser gives a page a few megabytes. */
  function keep(items) {
    try { localStorage.setItem(KEY, JSON.stringify(items)); return true; } catch { return false; }
  }

  function write(items) {
    const isKept = keep(items);
    show();
    return isKept;
  }

  /* Where the item of a card is kept now; -1 if nowhere. */
  function place(items, at) {
    const kept = items.map((item) => JSON.stringify(item));
    return kept[at] === drawn[at] ? at : kept.indexOf(drawn[at]);
  }

  function part(tag, text, more = {}) {
    return Object.assign(document.createElement(tag), {textContent: text}, more);
  }

  function button(words, action, at) {
    const made = part("button", words, {type: "button"});
    made.dataset.clipping = action;
    made.dataset.at = at;
    return made;
  }

  function quotation(one, words) {
    const quoted = part("blockquote", one.text);
    const source = part("p", [one.title, one.place].filter(Boolean).join(" › ") + " ", {className: "place"});
    const query = new URLSearchParams({doc: one.doc, start: one.start, end: one.end, quote: one.text.slice(0, 40)});
    source.append(part("a", words.open, {href: "?" + query, target: "_blank"}));
    return [quoted, source];
  }

  function card(item, at, words) {
    const made = part("li", "");
    if (item.question) made.append(part("h3", item.question), part("p", item.answer));
    item.quotations.forEach((one) => made.append(...quotation(one, words)));
    const note = part("textarea", "", {value: item.note ?? "", rows: 2, placeholder: words.clip_note});
    note.dataset.note = at;
    note.setAttribute("aria-label", words.clip_note);
    const tools = part("footer", "");
    tools.append(button(words.clip_up, "up", at), button(words.clip_down, "down", at), button(words.clip_remove, "remove", at));
    made.append(note, tools);
    return made;
  }

  function show() {
    const panel = frame();
    if (!panel) return;
    const words = JSON.parse(panel.dataset.words), items = read();
    drawn = items.map((item) => JSON.stringify(item));
    const list = part("ol", "");
    items.forEach((item, at) => list.append(card(item, at, words)));
    const tools = part("p", "", {className: "kept-tools"});
    if (removed) tools.append(button(words.clip_undo, "undo", 0));
    if (items.length) tools.append(button(words.clippings_save, "save", 0), button(words.clippings_clear, "clear", 0));
    const choose = part("label", words.clippings_load + " ", {className: "load"});
    choose.append(part("input", "", {type: "file", accept: ".json"}));
    tools.append(choose);
    panel.replaceChildren(...(items.length ? [list] : [part("p", words.clippings_empty)]), tools);
  }

  function save() {
    const file = new Blob([JSON.stringify(read(), null, 1)], {type: "application/json"});
    const link = part("a", "", {href: URL.createObjectURL(file), download: "clippings.json"});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const actions = {
    up: (items, at) => at > 0 && items.splice(at - 1, 2, items[at], items[at - 1]),
    down: (items, at) => at < items.length - 1 && items.splice(at, 2, items[at + 1], items[at]),
    remove: (items, at) => { removed = [at, items.splice(at, 1)]; },
    clear: (items) => { removed = [0, items.splice(0)]; },
    undo: (items) => { items.splice(removed[0], 0, ...removed[1]); },
  };

  function act({clipping: action, at: card}) {
    if (action === "save") return save();
    const items = read(), before = removed;
    const at = ["clear", "undo"].includes(action) ? 0 : place(items, Number(card));
    if (at >= 0) actions[action](items, at);
    if (removed === before) removed = null;
    if (at < 0 || !keep(items)) removed = before;
    show();
    const moved = {up: at - 1, down: at + 1}[action] ?? at;
    frame().querySelector(`[data-clipping="${action}"][data-at="${moved}"]`)?.focus();
  }

  /* Keeps a note; of an item that another tab has changed or removed, with the item as it was here. */
  function note(area) {
    const card = Number(area.dataset.note), items = read(), found = place(items, card);
    const at = found < 0 ? items.push(JSON.parse(drawn[card])) - 1 : found;
    items[at].note = area.value;
    area.parentElement.querySelector("[role=alert]")?.remove();
    if (keep(items)) drawn[card] = JSON.stringify(items[at]);
    else area.after(part("p", JSON.parse(frame().dataset.words).clippings_full, {role: "alert"}));
  }

  function collect(from) {
    const items = read(), most = Number(frame()?.dataset.most ?? 500);
    const item = JSON.parse(from.dataset.clip);
    const full = items.length >= most || !write([...items, {...item, note: ""}]);
    from.dataset.label ??= from.textContent;
    from.textContent = full ? from.dataset.full : from.dataset.done;
    setTimeout(() => (from.textContent = from.dataset.label), full ? 4000 : 1500);
  }

  async function load(input) {
    const words = JSON.parse(frame().dataset.words), most = Number(frame().dataset.most);
    try {
      const found = JSON.parse(await input.files[0].text());
      if (!Array.isArray(found) || !found.every(isItem)) throw new TypeError();
      const same = new Set(read().map((item) => JSON.stringify(item)));
      const all = [...read(), ...found.filter((item) => !same.has(JSON.stringify(item)))];
      if (all.length > most) throw new RangeError();
      if (!write(all)) throw new RangeError();
    } catch (error) {
      input.value = "";
      input.closest("label").append(part("span", error instanceof RangeError ? words.clippings_full : words.clippings_unreadable, {role: "alert"}));
    }
  }

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest?.("button");
    if (pressed?.dataset.clip) collect(pressed);
    if (pressed?.dataset.clipping) act(pressed.dataset);
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.note) note(event.target);
    else if (event.target.closest?.("#clippings .load")) load(event.target);
  });
  addEventListener("storage", (event) => {
    const writing = document.activeElement?.dataset?.note;  /* a note half written is not redrawn */
    if (event.key === KEY && !writing) show();
  });

  /* The frame comes when its tab is opened first, and again when the server sends it. */
  new MutationObserver(() => {
    const panel = frame();
    if (panel && !panel.dataset.filled) { panel.dataset.filled = "1"; show(); }
  }).observe(document.documentElement, {childList: true, subtree: true});

  window.bearingQA = {...window.bearingQA, clippings: () => JSON.stringify(read())};
})();
