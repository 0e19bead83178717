#!/bin/bash
# verdicts.sh KNOWN [PREFIX]: reads lines `ok NAME`, `skip NAME WHY`, `FAIL NAME WHY`, and separates known failures from new ones.
#
# KNOWN has a line for each case that may fail: its name, a tab, the reason. If such a case passes, this is printed.
# PREFIX, if given, is the first part of the names in KNOWN. With ALL=1 each name there must have run.
# The last line is `N passed, N failed, N known, N skipped`. The exit code is 1 if a case failed, or none ran.
exec awk -v known="$1" -v prefix="${2-}" -v all="${ALL-}" '
  BEGIN {
    while ((getline line <known) > 0) {
      if (line !~ /^#/ && index(line, prefix) == 1 && (tab = index(line, "\t")))
        reason[substr(line, length(prefix) + 1, tab - length(prefix) - 1)] = substr(line, tab + 1)
    }
  }
  $1 != "ok" && $1 != "skip" && $1 != "FAIL" { print; next }
  { tried[$2] }
  $1 == "ok" && $2 in reason { passed++; print "ok    " $2 ", though " known " has it: " reason[$2]; next }
  $1 == "ok" { passed++ }
  $1 == "skip" { skipped++ }
  $1 == "FAIL" && $2 in reason { listed++; print "known " $2 ": " reason[$2]; next }
  $1 == "FAIL" { failed++ }
  { sub(/^ok /, "ok    "); sub(/^skip /, "skip  "); print }
  { fflush() }
  END {
    for (name in reason) if (all && !(name in tried)) { failed++; print "FAIL  " name ": " known " has it, but there is no such case" }
    if (!passed && !failed && !listed && !skipped) { failed++; print "FAIL  there is no such case" }
    printf "%d passed, %d failed, %d known, %d skipped\n", passed, failed, listed, skipped
    exit failed > 0
  }'
