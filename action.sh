#!/usr/bin/env bash
# Checks models and reviews what changed in them since BASE: into the job's summary, and a comment on the pull request.
# Everything from outside comes in variables that are never read as commands.
set -uo pipefail

summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
comment=$(mktemp)
trap 'rm -f "$comment" "$comment.part"' EXIT
status=0

# Patterns are meant to be expanded, and names to be split.
# shellcheck disable=SC2206
models=(${MODELS:-models/*.toml})
for model in "${models[@]}"; do
  if ! checked=$(plainsheet check -m "$model" 2>&1); then
    status=1
    { echo "### $model does not hold"; echo; echo '````text'; echo "$checked"; echo '````'; echo; } >>"$comment"
  fi
  if git cat-file -e "$BASE:./$model" 2>/dev/null; then
    if ! git diff --quiet "$BASE" -- "$model"; then
      # A review that cannot be made says why, and what does not hold has been told above.
      if plainsheet diff "$BASE" -m "$model" --markdown >"$comment.part" 2>&1; then
        { echo "### $model"; echo; cat "$comment.part"; echo; } >>"$comment"
      else
        { echo "### $model"; echo; echo '````text'; cat "$comment.part"; echo '````'; echo; } >>"$comment"
      fi
    fi
  else
    { echo "### $model is new"; echo; echo '````text'; echo "$checked"; echo '````'; echo; } >>"$comment"
  fi
done

[ -s "$comment" ] || echo "No model changed, and all of them hold." >>"$comment"
cat "$comment" >>"$summary"
if [ "${COMMENT:-true}" = true ] && [ -n "${PULL_REQUEST:-}" ] && [ -n "${GH_TOKEN:-}" ]; then
  # GitHub takes 65,536 letters.
  head -c 60000 "$comment" >"$comment.part"
  gh pr comment "$PULL_REQUEST" --body-file "$comment.part" --edit-last ||
    gh pr comment "$PULL_REQUEST" --body-file "$comment.part" ||
    echo "The comment could not be written; the summary has it." >&2
fi
exit "$status"
