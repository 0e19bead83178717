#!/bin/sh
command -v busybox >/dev/null || {
  echo 'busybox is not installed (Debian: busybox-static)'
  exit 1
}
