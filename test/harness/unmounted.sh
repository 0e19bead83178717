# shellcheck shell=bash
# unmounted.sh is sourced by scripts that leave a hierarchy of cgroup v1, and by scripts that such a hierarchy disturbs.

# If cgroups are removed only a moment before the last mount of their hierarchy, the kernel keeps the hierarchy: every process is in its
# root, nobody sees it, and its controllers are missing on v2. A second mount and umount of it releases the hierarchy.
release_unmounted() {
  local names try
  for try in {0..5}; do
    names=$(
      awk -F : '
        FNR == NR { n = split($0, words, " "); split(words[n], options, ","); for (i in options) mounted[options[i]] = 1; next }
        $1 != 0 && $2 !~ /=/ { split($2, parts, ","); if (!(parts[1] in mounted)) print $2 }
      ' /proc/self/mountinfo /proc/self/cgroup
    )
    [ -n "$names" ] || return 0
    [ "$try" = 0 ] || sleep 0.1
    for name in $names; do
      unshare --mount --propagation private sh -c "point=\$(mktemp -d) && mount -t cgroup -o $name cgroup \$point && umount \$point; rmdir \$point" || true
    done
  done
  echo "cgroup v1: still there, without a mount that can be seen here:" $names >&2
}
