#!/bin/sh
[ "$(uname -m)" = x86_64 ] || {
  echo 'the profile is for x86 only'
  exit 1
}
