-- Does in an open model what its author does, and writes down what the editor knows after each step.
local told = {}
local buffer = vim.api.nvim_get_current_buf()

local function wait_for(condition)
  assert(vim.wait(30000, condition, 20), "nothing came")
end

local function ask(method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 30000))
  for _, answer in pairs(answers) do
    return answer.result, answer.error
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
end

local function at(word)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  assert(vim.fn.search("\\V" .. word, "c") > 0)
  return vim.lsp.util.make_position_params(0, "utf-16")
end

local function problems()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, { line = one.lnum + 1, message = one.message, severity = one.severity })
  end
  return found
end

-- A misspelt name, and what mends it.
wait_for(function() return #problems() > 0 end)
told.problems = problems()
local where = vim.lsp.util.make_range_params(0, "utf-16")
local first = vim.diagnostic.get(buffer)[1]
where.range = { start = { line = first.lnum, character = first.col }, ["end"] = { line = first.end_lnum, character = first.end_col } }
where.context = { diagnostics = {} }
local fixes = ask("textDocument/codeAction", where)
told.fix = fixes[1].title
vim.lsp.util.apply_workspace_edit(fixes[1].edit, "utf-16")
wait_for(function() return #problems() == 0 end)

-- What is known of a name, what may stand there, and where it is declared.
told.hover = ask("textDocument/hover", at("price * glasses")).contents.value
told.definition = ask("textDocument/definition", at("price * glasses")).range.start.line + 1
told.completion = {}
for _, item in ipairs(ask("textDocument/completion", at("price * glasses")).items) do
  table.insert(told.completion, item.label)
end

-- Another name, everywhere; and one that cannot be.
local params = at("price * glasses")
params.newName = "cost"
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", params), "utf-16")
told.renamed = text()
params = at("cost * glasses")
params.newName = "max"
local _, refused = ask("textDocument/rename", params)
told.refused = refused.message

-- The form that format writes.
vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { "", "", "" })
local edits = ask("textDocument/formatting", vim.lsp.util.make_formatting_params({}))
vim.lsp.util.apply_text_edits(edits, buffer, "utf-16")
told.formatted = text()

local file = assert(io.open(os.getenv("TOLD"), "w"))
file:write(vim.fn.json_encode(told))
file:close()
