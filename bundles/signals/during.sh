#!/bin/sh -e
# One signal after the other: pending signals are delivered in the order of their numbers.
heard() {
  for try in $(seq 1000); do
    ! grep -qx "$1" "$OUT" || return 0
    sleep 0.02
  done
  echo "no '$1' in 20 s" >&2
  exit 1
}
heard ready
$OCITS kill "$ID" USR1
heard 'got USR1'
$OCITS kill "$ID" SIGUSR2
heard 'got USR2'
$OCITS kill "$ID" 28
heard 'got WINCH'
$OCITS kill "$ID"
