#!/bin/sh -e
top=$(awk '/ - resctrl / { print $5; exit }' /proc/self/mountinfo)
if [ -z "$top" ] || [ ! -d "$top/info/L3" ] || [ ! -d "$top/info/L3_MON" ]; then
  echo 'resctrl with L3 allocation and monitoring is not mounted'
  exit 1
fi
