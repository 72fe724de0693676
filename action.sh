#!/usr/bin/env bash
# The entry of the action. MODELS, BASE, COMMENT, PULL_REQUEST, PAGES and GH_TOKEN say what is asked for; nothing is judged here.
# What a job has set for its own Python would let modules of the pull request be imported.
unset "${!PYTHON@}"
exec plainsheet pull-request
