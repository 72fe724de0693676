// HyperFormula: the sheet built from rows, what depends on an edit calculated after it.
const { HyperFormula } = require("hyperformula");
const { readFileSync } = require("node:fs");

const task = JSON.parse(readFileSync(process.argv[2], "utf8"));
const rows = readFileSync(process.argv[3], "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
const now = () => Number(process.hrtime.bigint()) / 1e9;
const edit = (engine, row, value) => {
  engine.setCellContents({ sheet: 0, row, col: 1 }, [[value]]);
  return engine.getCellValue({ sheet: 0, row: rows.length - 1, col: 1 });
};
let start = now();
const engine = HyperFormula.buildFromArray(rows, { licenseKey: "gpl-v3", maxRows: 200000 });
const times = { load: now() - start };
start = now();
const result = edit(engine, task.late, task.rows[task.late].value);
times.first = now() - start;
for (const name of ["early", "late"]) {
  const spent = [];
  for (let step = 0; step < 5; step++) {
    start = now();
    edit(engine, task[name], 2 + step / 10);
    spent.push(now() - start);
  }
  edit(engine, task[name], task.rows[task[name]].value);
  times[name] = spent.sort((a, b) => a - b)[2];
}
process.stdout.write(JSON.stringify({ ...times, result }));
