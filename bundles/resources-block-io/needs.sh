#!/bin/sh
[ -e /sys/block/loop0 ] || {
  echo 'there is no /dev/loop0'
  exit 1
}
