// What exceljs or SheetJS reads in workbooks: for each path, the values by sheet and address.
const [reader, ...paths] = process.argv.slice(2);

async function exceljs(path) {
  const { Workbook } = require("exceljs");
  const book = new Workbook();
  await book.xlsx.readFile(path);
  const found = {};
  for (const sheet of book.worksheets) {
    const cells = (found[sheet.name] = {});
    sheet.eachRow((row) => row.eachCell((cell) => (cells[cell.address] = plain(cell))));
  }
  return found;
}

function plain(cell) {
  // A formula has a result, a link a text, and a date is a number that is shown as one.
  const value = cell.formula !== undefined ? cell.result : cell.hyperlink !== undefined ? cell.text : cell.value;
  if (!(value instanceof Date)) return value;
  // Of a text that a formula gives, in a cell that would show a date, exceljs makes a date that is none.
  return isNaN(value) ? "no date" : value.getTime() / 86400000 + 25569;
}

function sheetjs(path) {
  const book = require("xlsx").readFile(path);
  const found = {};
  for (const name of book.SheetNames) {
    const cells = (found[name] = {});
    for (const [address, cell] of Object.entries(book.Sheets[name])) {
      if (address[0] !== "!") cells[address] = cell.v;
    }
  }
  return found;
}

(async () => {
  const found = [];
  for (const path of paths) found.push(await { exceljs, sheetjs }[reader](path));
  process.stdout.write(JSON.stringify(found));
})();
