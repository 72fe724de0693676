#!/usr/bin/env bash
# Checks models and reviews what changed in them since BASE: into the job's summary, and a comment on the pull request.
# Everything from outside comes in variables that are never read as commands.
set -uo pipefail
shopt -s nullglob globstar

summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
comment=$folder/comment
part=$folder/part
: >"$comment"
status=0

section() { # TITLE: what stands in $part, below a heading
  { echo "### $1"; echo; cat "$part"; echo; } >>"$comment"
}

verbatim() { # what stands in $part, as it is
  { echo '````text'; cat "$part"; echo '````'; } >"$part.text"
  mv "$part.text" "$part"
}

named() { # a file's name, as code
  echo "\`${1//\`/}\`"
}

# A line is a file's name, or patterns and names with spaces between them.
patterns=() models=()
while IFS= read -r line; do
  if [ -f "$line" ]; then
    patterns+=("$line") models+=("$line")
  else
    read -ra words <<<"$line"
    for word in "${words[@]}"; do
      # shellcheck disable=SC2206  # it is a pattern
      found=($word)
      if [ "${#found[@]}" -eq 0 ] || [ ! -e "${found[0]}" ]; then
        echo "No file in the repository has the name $word." >"$part"
        section "$(named "$word") is not there"
        status=1
      else
        models+=("${found[@]}")
      fi
      patterns+=("$word")
    done
  fi
done <<<"${MODELS:-models/*.toml}"

review() { # MODEL OLD: what changed in a model, below its name
  # A review that cannot be made says why, and what does not hold has been told above.
  plainsheet diff "$2" -m "$1" --markdown >"$part" 2>&1 || verbatim
  section "$(named "$1")"
}

# A clone that is not deep enough, and the first push of a branch, have nothing to compare with.
has_base=true
if ! git cat-file -e "$BASE^{commit}" 2>/dev/null; then
  has_base=false
  echo "Only checked: $BASE is not in this clone. \`fetch-depth: 0\` of actions/checkout brings it." >"$part"
  section "Nothing to compare with"
fi

declare -A moved=()
while IFS= read -r -d '' kind && IFS= read -r -d '' old; do
  case $kind in
  R*) IFS= read -r -d '' new && moved[$new]=$old ;;
  C*) IFS= read -r -d '' new ;;
  esac
done < <([ "$has_base" = true ] && git diff --name-status --relative -z -M "$BASE")
prefix=$(git rev-parse --show-prefix)

declare -A seen=()
for model in "${models[@]}"; do
  [ -z "${seen[$model]:-}" ] || continue
  seen[$model]=yes holds=true
  if ! plainsheet check -m "$model" >"$part" 2>&1; then
    status=1 holds=false
    verbatim
    section "$(named "$model") does not hold"
  fi
  if git cat-file -e "$BASE:./$model" 2>/dev/null; then
    git diff --quiet "$BASE" -- "$model" || review "$model" "$BASE"
  elif [ -n "${moved[$model]:-}" ]; then
    review "$model" "$BASE:$prefix${moved[$model]}"
  elif [ "$holds" = true ] && [ "$has_base" = true ]; then
    verbatim
    section "$(named "$model") is new"
  fi
done

while IFS= read -r -d '' old; do
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053  # it is a pattern
    if [[ $old == $pattern ]]; then
      echo "The change deletes it." >"$part"
      section "$(named "$old") was taken away"
      break
    fi
  done
done < <([ "$has_base" = true ] && git diff --name-only --relative -z -M --diff-filter=D "$BASE")

is_quiet=false
if [ ! -s "$comment" ]; then
  is_quiet=true
  echo "No model changed, and all of them hold." >"$comment"
fi
cat "$comment" >>"$summary"

# GitHub takes 65,536 letters: whole lines of it, with what was opened closed.
shortened() {
  awk -v most=60000 '
    { size += length($0) + 1 }
    size > most { is_cut = 1; exit }
    /^<details>/ { open++ }
    /^<\/details>/ { open-- }
    /^````/ { is_code = !is_code }
    { print }
    END {
      if (is_code) print "````"
      while (open-- > 0) print "\n</details>"
      if (is_cut) print "\nThe rest is in the summary of the job."
    }' "$comment"
}

if [ "${COMMENT:-true}" = true ] && [ -n "${PULL_REQUEST:-}" ] && [ -n "${GH_TOKEN:-}" ]; then
  # A comment of its own is found again by what nobody sees of it.
  mark='<!-- plainsheet review -->'
  { echo "$mark"; LC_ALL=C shortened; } >"$part"
  comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
  id=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
  if [ -n "$id" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$part"
  elif [ "$is_quiet" = false ]; then
    gh api --silent "$comments" -F "body=@$part"
  fi || echo "The comment could not be written; the summary has it." >&2
fi
exit "$status"
