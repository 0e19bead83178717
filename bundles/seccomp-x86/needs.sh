#!/bin/sh
exec 2>/dev/null # the shell tells of a signal
"$(dirname "$0")/../../build/probe" int80 2>/dev/null | grep -q ok || {
  echo 'no system calls of 32-bit code: another architecture, or a kernel or a virtual machine without them'
  exit 1
}
