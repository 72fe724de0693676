// What the ranges of the inputs make of the output: percentiles, chances and curves, which follow every change.

if (is_analysed && data.draws && !data.draws.streams)
  add_section("uncertainty", "How sure the result is", make("p", { class: "note" }, "More is drawn than a page has time for: the command simulate draws it."));

if (is_analysed && data.draws?.streams) {
  const HEADS = ["Mean", ...PERCENTILES.map((percent) => `P${percent}`)];
  const values_line = make("tr");
  const errors_line = make("tr", { class: "note" });
  const caption = make("caption");
  const table = make(
    "table",
    { class: "figures-of-cases" },
    caption,
    make("thead", {}, make("tr", {}, make("td"), ...HEADS.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, values_line, errors_line),
  );
  const picture_of = (text) => {
    const svg = make("svg", { viewBox: `0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`, role: "img", "aria-label": text });
    return [svg, make("figure", { class: "chart" }, make("figcaption", {}, text), svg)];
  };
  const [histogram, histogram_figure] = picture_of("How often each value occurs; dashed: the median");
  const [exceedance, exceedance_figure] = picture_of("How probable it is that the result is above a value");
  const side = make("select", { id: "target-side", change: () => show() }, make("option", { value: "le" }, "at most"), make("option", { value: "ge" }, "at least"));
  const target = make("input", { id: "target", type: "text", inputmode: "decimal", autocomplete: "off", input: () => show() });
  const chance = make("output", { for: "target target-side" });
  const unit = make("span", { class: "unit" });
  const facts = make("ul", { class: "facts" });
  const checks_list = make("ul", { class: "facts" });
  let run = null;
  let checks = null;

  add_section(
    "uncertainty",
    "How sure the result is",
    make("p", { class: "note" }, `${CASES.toLocaleString("en")} cases of all inputs that have a distribution, drawn together as the command simulate draws them.`),
    chooser("uncertainty-output"),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "uncertainty-title" }, table),
    make("div", { class: "curves" }, histogram_figure, exceedance_figure),
    make("p", { class: "target" }, make("label", { for: "target-side" }, "Target: "), side, " ", make("label", { for: "target", class: "for-ears" }, "Value of the target"), target, " ", unit, " ", chance),
    facts,
    checks_list,
  );

  const percent = (x) => `${format(x * 100, 3)} %`;
  const with_error = ({ value, error }) => `${percent(value)} ± ${format(error * 100, 2)} %`;
  const wanted = () => (target.value.trim() === "" ? NaN : Number(target.value.replaceAll(",", "")));

  const chance_words = () => {
    const limit = wanted();
    if (!is_value(limit)) return target.value.trim() === "" ? "" : "is no number";
    const holds = (at) => is_value(run.outcomes[at]) && (side.value === "le" ? !less(limit, run.outcomes[at]) : !less(run.outcomes[at], limit));
    const { value, error } = chance_of(run, holds);
    return `is missed in ${with_error({ value: 1 - value, error })} of the cases`;
  };

  const fact_words = () => {
    const row = row_at(run.cell);
    const share = (holds) => percent(chance_of(run, (at) => holds(run.outcomes[at])).value);
    const found = data.draws.published
      .filter(([cell, scenario]) => cell === run.cell && scenario === state.scenario)
      .map(([, , value]) => {
        const sides = `above it in ${share((x) => x > value)} of the cases, below it in ${share((x) => x < value)}`;
        return `Published: ${format(value)} ${unit_of(row)}. The result is ${sides}.`;
      });
    for (const [words, count] of run.why) found.push(`${count.toLocaleString("en")} cases have no value: ${words}.`);
    if (run.held.length) found.push(`Held: ${held_words(run.held)}.`);
    return found;
  };

  const held_words = (held) => {
    const by_reason = new Map();
    for (const { row, cells, reason } of held) {
      const name = cells.length === row.size ? row.label : cells.map(cell_label).slice(0, 3).join(", ");
      by_reason.set(reason, [...(by_reason.get(reason) ?? []), name]);
    }
    return [...by_reason].map(([reason, names]) => `${names.join(", ")} (${reason})`).join("; ");
  };

  const check_words = () => {
    const failing = checks.numbers
      .map((number, k) => [data.checks[number].label, chance_of(checks, (at) => !checks.holds[k][at])])
      .filter(([, failed]) => failed.value);
    const lines = failing.map(([label, failed]) => `Check “${label}” fails in ${with_error(failed)} of the cases.`);
    const rest = checks.numbers.length - failing.length;
    if (!rest) return lines;
    const other = failing.length ? "other " : "";
    const all = rest === 1 ? `The ${other}check that follows what is drawn holds` : `The ${rest} ${other}checks that follow what is drawn hold`;
    return [...lines, `${all} in all cases.`];
  };

  function show() {
    if (run === null || !run.done) return;
    const row = row_at(run.cell);
    const figures = figures_of(run);
    const all = [figures.mean, ...figures.percentiles];
    const partly = run.done < CASES ? `, ${run.done.toLocaleString("en")} cases so far` : "";
    caption.textContent = `${cell_label(run.cell)}${unit_of(row) && `, ${unit_of(row)}`}${partly}`;
    values_line.replaceChildren(make("th", { scope: "row" }, "Value"), ...all.map(({ value }) => cell_of(format(value))));
    errors_line.replaceChildren(make("th", { scope: "row" }, "Standard error"), ...all.map(({ error }) => cell_of(`± ${format(error, 2)}`)));
    if (figures.sorted.length) {
      draw_histogram(histogram, figures.sorted, wanted());
      draw_exceedance(exceedance, figures.sorted, wanted());
    } else for (const svg of [histogram, exceedance]) svg.replaceChildren();
    unit.textContent = unit_of(row);
    chance.textContent = chance_words();
    const depends = run.draws.length ? fact_words() : ["Nothing that is drawn moves this result.", ...fact_words()];
    facts.replaceChildren(...depends.map((line) => make("li", {}, line)));
  }

  // What is known so far is shown now and then, the checks when the output is done.
  function* simulate(output) {
    run = trials_of(output);
    let shown_at = performance.now();
    for (const _ of run.work) {
      if (run.done && performance.now() - shown_at > 100) {
        show();
        shown_at = performance.now();
      }
      yield;
    }
    show();
    checks = checked();
    for (const _ of checks.work) yield;
    checks_list.replaceChildren(...check_words().map((line) => make("li", {}, line)));
  }

  const go_through = slicer();
  analyse((output) => go_through(simulate(output), () => {}));
}
