#!/bin/sh
exec 2>/dev/null # the shell prints a message about a signal
"$(dirname "$0")/../../build/probe" int80 2>/dev/null | grep -q ok || {
  echo '32-bit system calls are missing: on another architecture, or in this kernel or virtual machine'
  exit 1
}
