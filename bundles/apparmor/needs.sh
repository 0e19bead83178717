#!/bin/sh -e
if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" != Y ]; then
  echo 'AppArmor is not active'
  exit 1
fi
if [ ! -w /sys/kernel/security/apparmor/.load ] || [ -z "$(command -v apparmor_parser)" ]; then
  echo 'profiles cannot be loaded: securityfs or apparmor_parser is missing'
  exit 1
fi
