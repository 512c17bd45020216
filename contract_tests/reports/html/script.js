"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector, within = document) => within.querySelector(selector);
  root.classList.add("js");

  // Theme: system, light, dark. Remembered where the browser lets a file remember.
  const themes = ["system", "light", "dark"];
  const remember = (name) => { try { localStorage.setItem("hyfn-theme", name); } catch { /* not here */ } };
  const remembered = () => { try { return localStorage.getItem("hyfn-theme"); } catch { return null; } };
  const paint = (name) => {
    if (name === "system") delete root.dataset.theme; else root.dataset.theme = name;
    one("#theme").textContent = `Theme: ${name}`;
  };
  const nextTheme = () => {
    const name = themes[(themes.indexOf(root.dataset.theme || "system") + 1) % themes.length];
    paint(name);
    remember(name);
  };
  paint(themes.includes(remembered()) ? remembered() : "system");
  one("#theme").addEventListener("click", nextTheme);

  // The filter. Its fields are the names of data attributes; a finding may have several values of one.
  const form = one("#filters");
  const fields = ["status", "level", "check", "resource", "stage", "place"];
  const findings = all(".finding");
  const rows = all("#rows tbody tr");
  const folds = ".finding .whole, .finding .evidence, .finding .also";
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const wanted = () => {
    const values = {};
    for (const name of ["text", ...fields]) {
      const value = form.elements[name].value.trim();
      if (value) values[name] = name === "text" ? value.toLowerCase() : value;
    }
    return values;
  };
  const fits = (item, values) => fields.every((name) =>
    !values[name] || item.dataset[name] === undefined || item.dataset[name].split("\n").includes(values[name]))
    && (!values.text || values.text.split(/\s+/).every((word) => text(item).includes(word)));
  const sift = (items, values) => {
    let count = 0;
    for (const item of items) {
      const fit = fits(item, values);
      if (item.hidden === fit) item.hidden = !fit;
      count += fit;
    }
    return count;
  };
  const counted = (shown, every, noun) =>
    `${shown === every ? "" : `${shown.toLocaleString("en")} of `}${every.toLocaleString("en")} ${noun}`;
  const filter = () => {
    const values = wanted();
    const found = sift(findings, values);
    const listed = sift(rows, values);
    root.classList.toggle("filtered", Object.keys(values).length > 0);
    one("#count").textContent = counted(listed, rows.length, "requirements");
    one("#matching").textContent = root.classList.contains("filtered")
      ? `${found} findings, ${listed.toLocaleString("en")} requirements` : "";
    for (const [id, count] of [["#findings", found], ["#requirements", listed]]) {
      const nothing = one(`${id} .nothing`);
      if (nothing) nothing.hidden = count > 0;
    }
    chips(values);
    makeRoom();
  };
  // What a link leads to stands below the bars, however many lines the filter takes.
  const makeRoom = () => { root.style.scrollPaddingTop = `${form.offsetHeight + 56}px`; };
  addEventListener("resize", makeRoom);
  const chips = (values) => {
    const made = ["stage", "place"].filter((name) => values[name]).map((name) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = `${name} ${values[name]} ✕`;
      chip.addEventListener("click", () => { form.elements[name].value = ""; filter(); });
      return chip;
    });
    one(".chips").replaceChildren(...made);
  };
  const clear = () => {
    for (const name of ["text", ...fields]) form.elements[name].value = "";
    filter();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  form.addEventListener("change", filter);
  let waiting = 0;
  form.elements.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 60);
  });
  if (matchMedia("(max-width: 46rem)").matches) one(".choices").open = false;

  // Order of the findings, and of every table by its columns.
  const order = one("#order");
  if (order) {
    order.addEventListener("change", () => {
      const key = order.value;
      const by = {
        number: (a, b) => a.dataset.number - b.dataset.number,
        places: (a, b) => b.dataset.places - a.dataset.places || a.dataset.number - b.dataset.number,
        line: (a, b) => a.dataset.line - b.dataset.line || a.dataset.number - b.dataset.number,
        check: (a, b) => a.dataset.check.localeCompare(b.dataset.check) || a.dataset.number - b.dataset.number,
      };
      one("#list").append(...findings.sort(by[key]));
    });
    one("#unfold").addEventListener("click", (event) => {
      const parts = all(folds);
      const open = parts.some((part) => !part.open);
      for (const part of parts) part.open = open;
      event.target.textContent = open ? "Close all" : "Open all";
    });
  }
  const cell = (row, column) => row.cells[column].textContent.trim();
  const comparer = new Intl.Collator("en", { numeric: true });
  const worst = ["failed", "known", "warned", "error", "not tested", "passed", "not applicable"];
  const sortKey = (row, column) =>
    column === 0 && row.dataset.status ? String(worst.indexOf(row.dataset.status)) : cell(row, column);
  for (const table of all(".sortable")) {
    all("thead th", table).forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of all("thead th", table)) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = [...table.tBodies[0].rows].map((row) => [sortKey(row, column), row]);
        keyed.sort((a, b) => (down ? -1 : 1) * comparer.compare(a[0], b[0]));
        table.tBodies[0].append(...keyed.map((pair) => pair[1]));
      });
    });
  }

  // Links: #finding-..., #requirement-..., and #filter?status=failed&resource=...
  const show = (item) => {
    if (item.hidden) clear();
    for (let around = item; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") around.open = true;
    }
    if (item.matches(".finding")) for (const part of all(".whole, .evidence", item)) part.open = true;
    choose(item);
  };
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("filter?")) {
      clear();
      for (const [name, value] of new URLSearchParams(hash.slice("filter?".length))) {
        if (name !== "text" && !fields.includes(name)) continue;
        form.elements[name].value = value;
      }
      filter();
      one("#requirements").scrollIntoView();
      return;
    }
    const item = hash && document.getElementById(hash);
    if (item && item.matches(".finding, #rows tr")) show(item);
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });

  // Keys.
  let current = null;
  const items = () => [...all(".finding"), ...all("#rows tbody tr")].filter((item) => !item.hidden);
  const choose = (item) => {
    current?.classList.remove("here");
    current = item;
    item.classList.add("here");
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: item.matches("tr") ? "center" : "start" });
  };
  const step = (by) => {
    const visible = items();
    if (!visible.length) return;
    const at = visible.indexOf(current);
    choose(visible[at < 0 ? 0 : Math.max(0, Math.min(visible.length - 1, at + by))]);
  };
  const copy = async (button) => {
    const commands = one("pre", button.parentElement);
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(commands.textContent);
    } catch {
      getSelection().selectAllChildren(commands);
      said = document.execCommand("copy") ? "Copied" : "Selected";
    }
    button.textContent = said;
    setTimeout(() => { button.textContent = "Copy curl"; }, 1500);
  };
  for (const button of all(".copy")) button.addEventListener("click", () => copy(button));
  const help = one("#keys");
  one("#help").addEventListener("click", () => help.showModal());
  const keys = {
    "j": () => step(1),
    "k": () => step(-1),
    "/": () => form.elements.text.focus(),
    "t": nextTheme,
    "?": () => help.showModal(),
    "c": () => { const button = current && one(".copy", current); if (button) copy(button); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const field = event.target.closest("input, select, textarea");
    if (event.key === "Escape") {
      if (field) field.blur();
      clear();
    } else if (!field && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.target === current && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.target === current && event.key === "Enter") {
      const part = one(".whole, .evidence", current);
      if (part) part.open = !part.open;
      else one("a", current)?.click();
    }
  });

  // What is marked in a long answer is brought into its box.
  const bring = (box) => {
    const at = one("mark", box).offsetTop - box.offsetTop;
    if (at > box.clientHeight - 60) box.scrollTop = at - box.clientHeight / 3;
  };
  const watch = new IntersectionObserver((seen) => {
    for (const { target: box, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      watch.unobserve(box);
      bring(box);
    }
  });
  const boxes = all(".body").filter((box) => one("mark", box));
  for (const box of boxes) watch.observe(box);
  addEventListener("beforeprint", () => {
    for (const part of all(folds)) part.open = true;
    boxes.forEach(bring);
  });
  filter();
  follow();
})();
