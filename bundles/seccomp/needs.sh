#!/bin/sh
[ "$(uname -m)" = x86_64 ] || {
  echo 'its architectures are those of x86'
  exit 1
}
