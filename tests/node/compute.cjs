// What HyperFormula computes: workbooks as sheets of rows on standard input, their values on standard output.
const { HyperFormula } = require("hyperformula");
const { readFileSync } = require("node:fs");

// As a user of HyperFormula has it, but for SUMPRODUCT over a condition, which needs arithmetic with arrays.
const settings = { licenseKey: "gpl-v3", useArrayArithmetic: true };
const told = (_, value) => (value !== null && value.type && value.value ? `${value.value} ${value.message}` : value);

const computed = JSON.parse(readFileSync(0, "utf8")).map((sheets) => {
  const engine = HyperFormula.buildFromSheets(sheets, settings);
  const values = engine.getAllSheetsValues();
  engine.destroy();
  return values;
});
process.stdout.write(JSON.stringify(computed, told));
