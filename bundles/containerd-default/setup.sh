#!/bin/sh -e
# The parent cgroup of the container. ocits does not record it, because it exists before the container, so it stays.
for hierarchy in $(awk '/ - cgroup2? / { print $5 }' /proc/self/mountinfo); do
  mkdir -p "$hierarchy/default"
done
